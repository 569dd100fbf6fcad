"""Waits that a person ends: another one signs, a fee is paid at a counter; and a case that opens another."""

from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import Citizen
from tests.unit.services.conftest import Office, Town, refused
from tests.unit.services.samples import OTHER_NUMBER
from uruk.acts.api import usage_index
from uruk.people.api import see
from uruk.services.api import cosign, get_case, my_cases, record_payment
from uruk.services.models import Case

pytestmark = pytest.mark.database
ANSWERS = {"partner": OTHER_NUMBER, "amount": 7}


@pytest.fixture
def partner(office: Office, citizen: Any) -> Citizen:
    """The one whom the applicant names."""
    found: Citizen = citizen(OTHER_NUMBER)
    see(office.registrar.actor, found.person, "national", OTHER_NUMBER)
    return found


def signing(office: Office) -> UUID:
    case = office.submit(ANSWERS, service="fair")
    office.run()
    assert office.standing(case).turn == "wait:cosigner"
    return case


def test_only_the_person_named_signs_and_then_a_fee_is_paid_and_another_case_begins(
    office: Office, partner: Citizen, town: Town
) -> None:
    case = signing(office)
    for actor in (office.citizen.actor, office.registrar.actor):
        with refused("services.case_unknown"):
            cosign(actor, case, signs=True)
    with refused("services.not_waiting"):
        record_payment(office.clerk.actor, case, "R-1")
    cosign(partner.actor, case, signs=True)
    office.run()
    assert office.standing(case).turn == "wait:fee"
    with refused("services.not_waiting"):
        cosign(partner.actor, case, signs=True)
    with refused("services.reason_missing"):
        record_payment(office.clerk.actor, case, "")
    record_payment(office.clerk.actor, case, "R-2026-77")
    office.run()
    assert office.standing(case).turn == "closed:granted"
    assert [one.content.note for one in office.opened(case).acts if getattr(one.content, "by", "") == "paid"] == [
        "R-2026-77"
    ]
    (effect,) = get_case(office.citizen.actor, case).effects
    other = UUID(effect.result["case"])
    assert (office.standing(other).service, office.standing(other).turn) == ("canal", "closed:granted")
    assert {one.id for one in my_cases(office.citizen.actor)} == {case, other} and Case.objects.count() == 2


def test_who_declines_to_sign_ends_it(office: Office, partner: Citizen) -> None:
    case = signing(office)
    cosign(partner.actor, case, signs=False)
    office.run()
    assert office.standing(case).turn == "closed:refused"


def test_a_payment_is_a_reading_of_the_case_that_its_applicant_sees(office: Office, partner: Citizen) -> None:
    case = signing(office)
    cosign(partner.actor, case, signs=True)
    office.run()
    record_payment(office.clerk.actor, case, "R-1")
    now = office.clock.now()
    found = usage_index().find("interior", office.citizen.number, now.replace(hour=0), now.replace(hour=23)).usages
    assert "case.read" in {one.service for one in found}


def test_a_case_that_was_opened_before_is_not_opened_again(office: Office, town: Town) -> None:
    from uruk.services.applying.submitting import submit_opened

    parent = office.opened(office.submit())
    wanted = UUID(int=7)
    answers = {"canal": "C1", "amount": 1}
    assert submit_opened(parent, "canal", answers, wanted) == submit_opened(parent, "canal", answers, wanted) == wanted
    assert Case.objects.count() == 2
