"""Other institutions are answered exactly what an offer names, and every person it is about is named to the gateway."""

from typing import Any
from uuid import uuid4

import pytest

from tests.unit.registries.samples import NUMBER
from uruk.kernel.api import Actor, CodedError
from uruk.registries.api import AskedOffer, answer_offer

pytestmark = pytest.mark.database

GATEWAY = Actor(channel="exchange", institution="interior", purpose="SP-1", law="season-plan/1")
CONSUMER = "IQ/GOV/agriculture/season-plan"


def ask(registry: str, offer: str, *values: str, method: str = "GET", actor: Actor = GATEWAY, **body: Any) -> Any:
    asked = AskedOffer(offer, method, values, CONSUMER, body)
    return answer_offer(actor, "interior", registry, asked)


def test_a_record_is_answered_by_its_key_with_what_is_left_of_its_amount(archive: Any) -> None:
    archive.create({"code": "W1", "granted_m3": 100}, registry="wells")
    assert ask("wells", "left", "W1") == {"code": "W1", "left_m3": 100}
    with pytest.raises(CodedError, match=r"registries\.record_unknown"):
        ask("wells", "left", "W2")


def test_a_part_of_an_amount_is_reserved_looked_at_confirmed_and_released(archive: Any) -> None:
    archive.create({"code": "W1", "granted_m3": 100}, registry="wells")
    number = str(uuid4())
    made = ask("wells", "water", method="POST", reservation=number, code="W1", amount=30)
    assert made["state"] == "reserved" and made["held_until"].startswith("2026-11-25")
    assert ask("wells", "water", number) == made
    assert ask("wells", "water", number, method="PUT") == {"reservation": number, "state": "confirmed", "amount": 30}
    assert ask("wells", "left", "W1")["left_m3"] == 70
    assert ask("wells", "water", number, method="DELETE")["state"] == "released"
    assert ask("wells", "left", "W1")["left_m3"] == 100


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reservation": "x", "code": "W1", "amount": 1}, "registries.reservation_number"),
        ({"reservation": str(uuid4()), "code": "W1", "amount": "1"}, "registries.amount_refused"),
        ({"reservation": str(uuid4()), "amount": 1}, "registries.key_shape"),
        ({"reservation": str(uuid4()), "code": "W1", "more": 1, "amount": 1}, "registries.key_shape"),
        ({"reservation": str(uuid4()), "code": "W9", "amount": 1}, "registries.record_unknown"),
        ({"reservation": str(uuid4()), "code": "W1", "amount": 101}, "registries.capacity_short"),
    ],
)
def test_a_reservation_that_is_none_is_refused_in_words(archive: Any, body: dict[str, Any], code: str) -> None:
    archive.create({"code": "W1", "granted_m3": 100}, registry="wells")
    with pytest.raises(CodedError) as refused:
        ask("wells", "water", method="POST", **body)
    assert refused.value.code == code
    assert ask("wells", "left", "W1")["left_m3"] == 100


def test_whoever_is_read_is_named_to_the_gateway_and_only_the_offers_fields_are(archive: Any) -> None:
    archive.card()
    assert ask("cards", "by-number", NUMBER) == {
        "number": NUMBER,
        "born": "1980-05-06",
        "uruk:subjects": [NUMBER],
    }
    assert ask("cards", "exists", NUMBER) == {"exists": True, "uruk:subjects": [NUMBER]}
    assert ask("cards", "exists", "199912345678") == {"exists": False}


def test_many_are_answered_by_a_link_and_each_names_the_person_behind_it(archive: Any) -> None:
    archive.card()
    for day in ("2026-11-01", "2026-11-02"):
        archive.create({}, registry="visits", card=NUMBER, day=day)
    assert ask("visits", "of-card", NUMBER) == [
        {"day": "2026-11-01", "uruk:subjects": [NUMBER]},
        {"day": "2026-11-02", "uruk:subjects": [NUMBER]},
    ]
    assert ask("visits", "of-card", "199012345678") == []


def test_what_is_not_offered_is_not_answered_and_only_the_gateway_is(archive: Any) -> None:
    with pytest.raises(CodedError, match=r"registries\.offer_unknown"):
        ask("wells", "secret")
    with pytest.raises(CodedError, match=r"registries\.offer_path"):
        ask("wells", "left", "W1", "W2")
    with pytest.raises(CodedError, match=r"registries\.offer_path"):
        ask("wells", "water", method="PUT")
    for actor in (Actor.system("interior"), archive.registrar.actor, Actor(channel="exchange", institution="town")):
        with pytest.raises(CodedError, match=r"registries\.foreign_actor"):
            ask("wells", "left", "W1", actor=actor)


def test_more_than_a_thousand_records_are_refused_rather_than_cut(
    archive: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.card()
    monkeypatch.setattr("uruk.registries.offers.MAX_LISTED", 1)
    for day in ("2026-11-01", "2026-11-02"):
        archive.create({}, registry="visits", card=NUMBER, day=day)
    with pytest.raises(CodedError, match=r"registries\.offer_too_many"):
        ask("visits", "of-card", NUMBER)
