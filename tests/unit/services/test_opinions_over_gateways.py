"""A review over two real gateways: asked with the agreed fields, answered; one is killed, and there again."""

import json
import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import RequestFactory
from msgspec import structs

from tests.flows.exchange.country import NAMES
from tests.flows.exchange.world import World
from tests.unit.services.conftest import Office, record
from tests.unit.services.opinions import opinion_country
from tests.unit.services.samples import NUMBER
from tests.unit.services.test_opinions import ANSWERS, CONSUMER
from uruk.exchange.api import System, compile_agreement, compile_offers
from uruk.kernel.api import Actor
from uruk.publishing.api import kinds, publish_country
from uruk.rest import offers
from uruk.services.api import act, next_case
from uruk.services.applying import reviewing
from uruk.services.models import Asking, Case
from uruk.services.running import asking

pytestmark = pytest.mark.database
AGREED = frozenset({"where", "deep_m", "review_state", "review_note", "review_receipt"})


class Opinions(World):
    """The town on one node is asked by the ministry on another."""

    def furnish(self) -> None:
        """Systems and agreement as the definitions say."""
        known = opinion_country()
        town, interior = self.country.node_of("town"), self.country.node_of("interior")
        definition = known.find("service", "town", "opinion")
        agreement = known.find("agreement", "town", "quarry-opinion")
        assert definition is not None and agreement is not None
        town.systems["town"] = (
            System("opinion", NAMES, protection="none", url=self.provider_url, offers=compile_offers(definition)),
        )
        interior.systems["interior"] = (System("quarry", NAMES, protection="none"),)
        addresses = {code: f"xx/GOV/{code}" for code in ("interior", "town")}
        at = int(self.country.now.timestamp())
        period = {"valid_from": at - 86_400, "valid_until": at + 86_400}
        compiled = compile_agreement(agreement, addresses, kinds())
        self.country.agreements = (structs.replace(compiled, **period),)
        self.country.publish()
        self.country.write_snapshots()


def answered(method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    """The town's pages, as its gateway reaches them."""
    _, code, rest = path.split("/", 2)
    names = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    request = RequestFactory().generic(method, path, body, headers.get("content-type", "application/json"), **names)
    door, other = socket.socketpair()
    # By this the pages know that their own gateway asks.
    request.META["gunicorn.socket"] = door
    try:
        response = offers.offer(request, institution="town", registry="opinion", code=code, path=rest)
        return response.status_code, {"Content-Type": "application/json"}, response.content
    finally:
        door.close()
        other.close()
        connections.close_all()


@pytest.fixture
def world(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opinions]:
    """Both gateways, and the ministry's cases ask by their own."""
    publish_country(Actor.system(), opinion_country())
    office.run()
    record("town", "residents", number=NUMBER, quarter="الكرخ")
    monkeypatch.setattr(reviewing, "agreed_fields", lambda consumer, service: AGREED if consumer == CONSUMER else None)
    nodes = {"north": ("town",), "south": ("interior",), "hub": ("authority",)}
    with Opinions(tmp_path / "w", nodes) as found:
        assert found.provider is not None
        found.provider.answer = answered
        found.start_all()
        south = found.country.nodes["south"].folder
        monkeypatch.setattr(asking, "node_settings", lambda: replace(office.settings, data=south))
        yield found


def test_a_review_goes_over_two_gateways_and_waits_by_name_for_one_that_was_killed(
    office: Office, world: Opinions, officer: Any
) -> None:
    clerk = officer("clerk", institution="town")
    world.kill("north")
    case = office.submit(ANSWERS, service="quarry")
    office.run()
    assert office.standing(case).turn == "wait:head town"
    assert Asking.objects.get(case=case).error == "services.holder_away"
    world.start("north")
    for _ in range(20):
        office.clock.advance(timedelta(minutes=10))
        office.run()
        if Case.objects.filter(institution="town").exists():
            break
    assert Asking.objects.get(case=case).error == "services.review_pending", world.told_by_all()
    assert world.provider is not None
    method, path, headers, body = world.provider.seen[-1]
    assert (method, path, headers["x-road-client"]) == ("POST", "/reviews/", CONSUMER)
    assert json.loads(body)["answers"] == {"where": "hill", "deep_m": 40}
    found = next_case(clerk.actor, "opinion")
    assert found is not None and found.facts["resident"]["quarter"] == "الكرخ"
    act(clerk.actor, found.id, found.seq, "refuse", {"why": "houses below"})
    office.clock.advance(timedelta(minutes=10))
    office.run()
    assert office.standing(case).turn == "closed:refused"
    said = next(one.content for one in office.opened(case).acts if getattr(one.content, "by", "") == "town")
    assert (said.agrees, said.note, bool(said.receipt)) == (False, "houses below", True)
