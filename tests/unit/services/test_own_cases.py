"""Nobody decides their own case: not whom it is for, who acts for them, who signs as well, nor who typed it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import Officer
from tests.unit.registries.samples import CARD
from tests.unit.services.conftest import ANSWERS, Office, Town, record, refused
from tests.unit.services.samples import NUMBER, OTHER_NUMBER
from tests.unit.services.tasks import propose, supervise, taken, waiting
from uruk.kernel.api import Actor
from uruk.people.api import appoint, claim, see
from uruk.services.api import (
    Applicant,
    Asked,
    act,
    cosign,
    next_case,
    proposed_bytes,
    reassign,
    record_payment,
    submit,
    supervised_case,
)
from uruk.services.models import Hold

pytestmark = pytest.mark.database


def known_as(office: Office, whose: Officer, number: str) -> Actor:
    """An officer whose own card another one has seen; they apply like anybody."""
    sees = office.registrar if whose is office.clerk else office.clerk
    claim(whose.person, "national", number)
    see(sees.actor, whose.person, "national", number, replaces=number == NUMBER)
    return Actor(channel="portal", person=whose.person)


def given(office: Office, whose: Officer, role: str, case: UUID) -> Actor:
    """An officer before whom a case lies, however that came."""
    until = office.clock.now() + timedelta(hours=1)
    Hold.objects.all().delete()
    Hold.objects.create(
        case_id=case, person=whose.person, role=role, institution="interior", since=office.clock.now(), until=until
    )
    return replace(whose.actor, role=role)


def test_an_officer_is_not_given_what_they_asked_for_and_cannot_decide_it(
    office: Office, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = known_as(office, office.registrar, OTHER_NUMBER)
    record("interior", "cards", **{**CARD, "number": OTHER_NUMBER})
    asked = Asked("interior", "stall", Applicant(OTHER_NUMBER), {**ANSWERS, "area": 50})
    case = submit(person, asked).case
    office.run()
    (later,) = waiting(office)
    assert taken(office.registrar).id == later, "the older one is passed over"
    actor = given(office, office.registrar, "registrar", case)
    with refused("services.own_case"):
        act(actor, case, office.standing(case).seq, "accept")
    assert taken(office.registrar).id == later, "what lay before them is put back"
    supervise(monkeypatch)
    with refused("services.own_case"):
        reassign(office.head.actor, case, office.registrar.person, "قريب")
    assert office.registrar.person not in dict(supervised_case(office.head.actor, case).officers)
    assert taken(officer("registrar")).id == case


def test_a_card_that_is_seen_only_after_the_case_was_queued_bars_all_the_same(office: Office) -> None:
    (case,) = waiting(office)
    actor = given(office, office.registrar, "registrar", case)
    known_as(office, office.registrar, NUMBER)
    with refused("services.own_case"):
        act(actor, case, office.standing(case).seq, "accept")
    assert next_case(office.registrar.actor, "stall") is None and not Hold.objects.exists()


def test_the_second_person_is_not_the_applicant_either(office: Office) -> None:
    waiting(office)
    case = propose(office, taken(office.registrar)).id
    known_as(office, office.head, NUMBER)
    assert next_case(office.head.actor, "stall") is None
    with refused("services.own_case"):
        proposed_bytes(given(office, office.head, "head", case), case)


def test_whoever_typed_it_at_the_counter_or_noted_the_consent_decides_nothing_of_it(
    office: Office, officer: Any
) -> None:
    noted = officer("clerk")
    case = office.submit({**ANSWERS, "area": 50}, by=office.clerk, consent=office.consent(by=noted))
    office.run()
    for person in (office.clerk, noted):
        appoint(Actor.system("interior"), person.person, "interior", "registrar", since=office.clock.now())
        both = replace(person.actor, role="registrar")
        assert next_case(both, "stall") is None
        with refused("services.own_case"):
            act(given(office, person, "registrar", case), case, office.standing(case).seq, "accept")
    Hold.objects.all().delete()
    assert taken(office.registrar).id == case


def test_whoever_signed_as_well_neither_decides_nor_records_the_fee(office: Office, town: Town) -> None:
    partner = known_as(office, office.clerk, OTHER_NUMBER)
    case = office.submit({"partner": OTHER_NUMBER, "amount": 7}, service="fair")
    office.run()
    cosign(partner, case, signs=True)
    office.run()
    assert office.standing(case).turn == "wait:fee"
    with refused("services.own_case"):
        record_payment(office.clerk.actor, case, "R-1")
    record_payment(office.registrar.actor, case, "R-1")
