"""A service says how well whoever applies must be known; whoever is not is told what to do, before and then."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.services.conftest import Office, Town, record, refused
from tests.unit.services.families import family_country
from tests.unit.services.samples import NUMBER, OTHER_NUMBER
from uruk.kernel.api import Actor
from uruk.publishing.api import publish_country
from uruk.services.api import Applicant, Asked, begin_draft, case_proof, get_case, missing_assurance, my_cases, submit

pytestmark = pytest.mark.database


def world(office: Office, assurance: str) -> None:
    publish_country(Actor.system(), family_country(assurance))
    office.run()
    record("interior", "families", number=OTHER_NUMBER, name="Secret", born="1990-01-01", father=NUMBER)


def apply(office: Office, actor: Actor, number: str) -> Any:
    case = submit(actor, Asked("interior", "club", Applicant(number), {"club": "chess"})).case
    office.run()
    return case


def lacking(actor: Actor) -> str:
    found = missing_assurance(actor, "interior", "club")
    return "" if found is None else found.code


def test_whoever_nobody_has_seen_is_told_to_show_their_card_and_may_begin_all_the_same(
    office: Office, town: Town, citizen: Any
) -> None:
    world(office, "seen")
    stranger = citizen(OTHER_NUMBER).actor
    assert lacking(stranger) == "services.assurance_seen" == lacking(Actor.anonymous("portal"))
    assert lacking(office.citizen.actor) == "" == lacking(office.clerk.actor)
    begin_draft(stranger, "interior", "club", 1990)
    with refused("services.assurance_seen"):
        apply(office, stranger, OTHER_NUMBER)
    apply(office, office.citizen.actor, NUMBER)


def test_a_strong_service_wants_a_session_with_a_second_factor(office: Office, town: Town) -> None:
    world(office, "strong")
    me = office.citizen.actor
    assert lacking(me) == "services.assurance_strong"
    with refused("services.assurance_strong"):
        apply(office, me, NUMBER)
    strong = replace(me, second_factor="passkey")
    assert lacking(strong) == ""
    apply(office, strong, NUMBER)


def test_where_a_declaration_is_enough_nothing_that_registers_know_is_shown_for_it(
    office: Office, town: Town, citizen: Any
) -> None:
    world(office, "declared")
    stranger = citizen(OTHER_NUMBER).actor
    assert lacking(stranger) == ""
    case = apply(office, stranger, OTHER_NUMBER)
    opened = office.opened(case)
    assert "family" in opened.standing.facts, "the officer will see it"
    found = get_case(stranger, case)
    assert (found.answers, found.facts, found.values) == ({"club": "chess"}, {}, {})
    assert [one.id for one in my_cases(stranger)] == [case]
    assert case_proof(stranger, case, 1).proof.verified is not None, "what they typed themselves they may prove"
    with refused("services.assurance_seen"):
        case_proof(stranger, case, 2)
    with refused("services.not_applicant"):
        apply(office, stranger, NUMBER)
