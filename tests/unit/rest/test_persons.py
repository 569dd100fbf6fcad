"""What is known about a person is told to this node's own gateway, in the person's words, and to nobody else."""

import socket
from typing import Any

import pytest
from django.test import Client

from tests.unit.registries.conftest import archive
from tests.unit.registries.samples import NUMBER, OTHER_NUMBER
from tests.unit.rest.test_offers import door
from uruk.exchange.api import KnownRecords, read_known

__all__ = ["archive", "door"]
pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/persons/interior/records"


def told(door: socket.socket, number: str, language: str = "en", address: str = ADDRESS) -> Any:
    """The answer to the gateway."""
    headers = {"Uruk-Subject": number, "Accept-Language": language}
    return Client(**{"gunicorn.socket": door}, headers=headers).get(address)


def known(door: socket.socket, number: str, language: str = "en") -> KnownRecords:
    return read_known(told(door, number, language).content)


def test_a_persons_records_are_told_as_they_would_see_them(archive: Any, door: socket.socket) -> None:
    record = archive.card(phone="+964 770", note="not for its person")
    visit = archive.create({"card": NUMBER, "day": "2026-02-03"}, registry="visits")
    found = known(door, NUMBER)
    card, seen = sorted(found.records, key=lambda one: one.registry)
    assert (card.registry, card.record, card.status) == ("cards", str(record), "live")
    assert (seen.registry, seen.record) == ("visits", str(visit)), "also by a link to their card"
    facts = {one.label: one.value for one in card.facts}
    assert facts["الهاتف"] == "+964 770" and "زينب" in facts["الاسم"] and card.valid_from == "2026-11-23"
    assert [(one.label, one.value) for one in card.withheld] == [("ملاحظة", "Head")]
    assert "not for its person" not in told(door, NUMBER).content.decode()


@pytest.mark.parametrize(("language", "title"), [("ar", "البطاقات"), ("ckb", "کارتەکان"), ("en", "البطاقات")])
def test_they_are_told_in_the_language_that_is_asked_for(
    archive: Any, door: socket.socket, language: str, title: str
) -> None:
    archive.card()
    [card] = known(door, NUMBER, language).records
    assert card.title == title


def test_of_another_person_and_at_another_institution_nothing_is_told(archive: Any, door: socket.socket) -> None:
    archive.card()
    assert known(door, OTHER_NUMBER).records == []
    assert told(door, NUMBER, address="/persons/agriculture/records").json() == {"records": []}
    nobody = Client(**{"gunicorn.socket": door}).get(ADDRESS)
    assert (nobody.status_code, nobody.json()["error"]["code"]) == (404, "rest.not_found")


def test_whoever_does_not_come_by_the_nodes_own_socket_finds_nothing(archive: Any) -> None:
    archive.card()
    assert Client(headers={"Uruk-Subject": NUMBER}).get(ADDRESS).status_code == 404


def test_only_the_gateways_own_question_is_answered(archive: Any, door: socket.socket) -> None:
    from uruk.kernel.api import Actor, CodedError
    from uruk.registries.api import records_about

    archive.card()
    for actor in (archive.head.actor, Actor.system("interior"), Actor(channel="exchange", institution="agriculture")):
        with pytest.raises(CodedError, match=r"registries\.foreign_actor"):
            records_about(actor, "interior", NUMBER)
    assert Client(**{"gunicorn.socket": door}).post(ADDRESS).status_code == 405
