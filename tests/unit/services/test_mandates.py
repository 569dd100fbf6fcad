"""Mandates: parents act for children and managers for companies, as long as a register says so and no longer."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.unit.services.conftest import Office, Town, record, refused
from tests.unit.services.families import CHILD, FIRM, GROWN, family_country
from tests.unit.services.samples import NUMBER, OTHER_NUMBER
from uruk.acts.api import find_statement
from uruk.kernel.api import Actor
from uruk.notices.api import my_notices
from uruk.people.api import claim, create_account, mandates_of, my_readings, see
from uruk.publishing.api import publish_country
from uruk.registries.api import Change, change, list_records
from uruk.services.api import (
    Applicant,
    Asked,
    act,
    applicants,
    begin_draft,
    case_acts,
    get_case,
    get_draft,
    my_cases,
    my_children,
    my_drafts,
    next_case,
    resume_draft,
    save_draft,
    submit,
    submit_draft,
)
from uruk.services.applying import mandating
from uruk.services.models import Case

pytestmark = pytest.mark.database
FIRM_ROW = {"number": FIRM, "name": "Firm", "state": "open"}


@pytest.fixture
def family(office: Office, town: Town, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The citizen has a child of eleven and one that is grown, and manages a company of the town's register."""
    publish_country(Actor.system(), family_country())
    office.run()
    monkeypatch.setattr(mandating, "_SILENT", {})
    for number, born in ((CHILD, "2015-12-01"), (GROWN, "2000-01-01")):
        record("interior", "families", number=number, name=f"N{number[:4]}", born=born, father=NUMBER)
    town.answers["GET of-manager"] = (200, [FIRM_ROW, {"number": "100002", "name": "Old", "state": "closed"}])
    return office


def applied(office: Office, applicant: Applicant, **more: Any) -> UUID:
    asked = Asked("interior", "club", applicant, {"club": "chess"}, **more)
    case = submit(office.citizen.actor, asked).case
    office.run()
    return case


def child_lost(office: Office) -> None:
    """The register says that the child has another father."""
    page = list_records(Actor.system("interior"), "interior", "families").records
    row = next(one for one in page if one.values["number"] == CHILD)
    change(
        Actor.system("interior"),
        "interior",
        "families",
        [Change("change", row.record, row.latest, {"father": OTHER_NUMBER})],
        "letter 8",
    )


def test_a_person_may_apply_for_themselves_their_child_and_the_company_they_manage(family: Office, town: Town) -> None:
    found = applicants(family.citizen.actor, "interior", "club")
    assert [(one.applicant.kind, one.applicant.number) for one in found.choices] == [
        ("person", NUMBER),
        ("guardian", CHILD),
        ("company", FIRM),
    ]
    assert str(found.choices[1].applicant.born) == "2015-12-01" and found.choices[1].name == {"name": "N2015"}
    (asked,) = town.asked
    assert (asked.client, asked.service, asked.path, asked.subject) == (
        "xx/GOV/interior/club", "xx/GOV/town/firms/of-manager", f"/{NUMBER}", NUMBER,
    )  # fmt: skip
    assert applicants(Actor.anonymous("portal"), "interior", "club").choices == ()


def test_a_mandate_begins_with_an_act_that_says_who_acts_for_whom_and_who_said_so(family: Office) -> None:
    applicants(family.citizen.actor, "interior", "club")
    applicants(family.citizen.actor, "interior", "club")
    guardian, company = mandates_of(family.citizen.person)
    assert (guardian.source, company.source) == ("interior/families/father", "town/firms/manager")
    statement = find_statement(guardian.id)
    assert statement is not None and (statement.type, statement.author) == ("mandate.held", "interior")
    assert statement.body["subject"] == CHILD and statement.body["person"] == family.citizen.person.bytes
    page = list_records(Actor.system("interior"), "interior", "families").records
    child = next(one for one in page if one.values["number"] == CHILD)
    assert statement.body["told"] == f"{child.record}/{child.latest}"


def test_a_guardian_applies_for_a_child_and_each_act_says_under_which_mandate(family: Office) -> None:
    case = applied(family, Applicant(CHILD, kind="guardian"))
    (mandate,) = [one for one in mandates_of(family.citizen.person) if one.kind == "guardian"]
    found = get_case(family.citizen.actor, case)
    assert (found.applicant["number"], found.applicant["kind"]) == (CHILD, "guardian")
    assert found.facts == {} or found.facts["family"]["name"] == "N2015"
    first = case_acts(family.citizen.actor, case)[0]
    assert (first.person, first.mandate) == (family.citizen.person, mandate.id)
    statement = find_statement(first.act)
    assert statement is not None and statement.body["mandate"] == mandate.id.bytes
    assert [one.id for one in my_cases(family.citizen.actor)] == [case]
    assert Case.objects.get(pk=case).subject == CHILD


def test_what_a_guardian_answers_later_stands_under_the_mandate_too(family: Office) -> None:
    case = applied(family, Applicant(CHILD, kind="guardian"))
    given = next_case(family.registrar.actor, "club")
    assert given is not None and given.id == case
    act(family.registrar.actor, case, given.seq, "send_back", marks={"club": "which?"})
    family.run()
    mine = get_case(family.citizen.actor, case)
    act(family.citizen.actor, case, mine.seq, "resubmit", answers={"club": "go"})
    acts = case_acts(family.citizen.actor, case)
    assert acts[-1].mandate == acts[0].mandate is not None
    assert [one.mandate for one in acts if one.role] == [None]


def test_nobody_applies_for_whom_no_register_names_them(family: Office) -> None:
    with refused("services.no_mandate"):
        applied(family, Applicant(GROWN, kind="guardian"))
    with refused("services.no_mandate"):
        applied(family, Applicant("100002", kind="company"))
    with refused("services.not_applicant"):
        applied(family, Applicant(CHILD))


def test_a_mandate_that_ended_ends_the_access(family: Office) -> None:
    case = applied(family, Applicant(CHILD, kind="guardian"))
    child_lost(family)
    assert get_case(family.citizen.actor, case).id == case, "until the register is asked anew"
    family.clock.advance(timedelta(hours=1, seconds=1))
    with refused("services.case_unknown"):
        get_case(family.citizen.actor, case)
    assert my_cases(family.citizen.actor) == ()
    assert [one.kind for one in mandates_of(family.citizen.person)] == ["company"]


def test_who_comes_of_age_acts_alone_from_that_day(family: Office) -> None:
    applied(family, Applicant(CHILD, kind="guardian"))
    (mandate,) = mandates_of(family.citizen.person)[:1]
    assert mandate.good_until - family.clock.now() <= timedelta(hours=1)
    birthday = family.clock.now().replace(year=2033, month=12, day=1, hour=6)
    family.clock.set(birthday)
    kinds = [one.applicant.kind for one in applicants(family.citizen.actor, "interior", "club").choices]
    assert "guardian" not in kinds


def test_while_a_register_is_away_nothing_is_believed_and_the_sentence_names_it(family: Office, town: Town) -> None:
    case = applied(family, Applicant(FIRM, kind="company"))
    assert get_case(family.citizen.actor, case).applicant["number"] == FIRM
    town.away = True
    family.clock.advance(timedelta(hours=2))
    assert applicants(family.citizen.actor, "interior", "club").silent == ("town",)
    with refused("services.mandate_unconfirmed"):
        get_case(family.citizen.actor, case)
    with refused("services.mandate_unconfirmed"):
        applied(family, Applicant(FIRM, kind="company"))
    town.away = False
    family.clock.advance(timedelta(minutes=1))
    assert get_case(family.citizen.actor, case).id == case


def test_the_child_sees_its_case_too_and_no_stranger_does(family: Office, citizen: Any) -> None:
    case = applied(family, Applicant(CHILD, kind="guardian"))
    child, stranger = citizen(CHILD), citizen(OTHER_NUMBER)
    with refused("services.case_unknown"):
        get_case(child.actor, case)
    see(family.registrar.actor, child.person, "national", CHILD)
    assert get_case(child.actor, case).id == case
    with refused("services.case_unknown"):
        get_case(stranger.actor, case)


def test_a_company_whose_number_is_like_a_persons_is_not_that_person(family: Office, town: Town) -> None:
    town.answers["GET of-manager"] = (200, [{"number": OTHER_NUMBER, "name": "Firm", "state": "open"}])
    case = applied(family, Applicant(OTHER_NUMBER, kind="company"))
    person = create_account("a long enough password 7")
    claim(person, "national", OTHER_NUMBER)
    see(family.registrar.actor, person, "national", OTHER_NUMBER)
    with refused("services.case_unknown"):
        get_case(Actor(channel="portal", person=person), case)


def test_a_draft_for_a_child_is_the_guardians_as_long_as_they_are_one(family: Office) -> None:
    me = family.citizen.actor
    draft, key = begin_draft(me, "interior", "club", 1980, Applicant(CHILD, kind="guardian"))
    assert draft.applicant["number"] == CHILD
    save_draft(me, draft.id, {"club": "chess"})
    child_lost(family)
    family.clock.advance(timedelta(hours=2))
    with refused("services.draft_unknown"):
        get_draft(me, draft.id)
    view, token = resume_draft(key.digits, 1980)
    assert view.facts == {} and view.answers == {"club": "chess"}
    with refused("services.no_mandate"):
        submit_draft(me, draft.id, Applicant(CHILD, kind="guardian"), token)
    with refused("services.no_mandate"):
        begin_draft(me, "interior", "club", 1980, Applicant(CHILD, kind="guardian"))


def test_while_a_register_is_away_drafts_that_rest_on_it_are_left_out_and_nothing_breaks(
    family: Office, town: Town
) -> None:
    me = family.citizen.actor
    draft, _ = begin_draft(me, "interior", "club", 1980, Applicant(FIRM, kind="company"))
    own, _ = begin_draft(me, "interior", "club", 1980)
    assert {one.id for one in my_drafts(me)} == {draft.id, own.id}
    town.away = True
    family.clock.advance(timedelta(hours=2))
    assert [one.id for one in my_drafts(me)] == [own.id]
    with refused("services.mandate_unconfirmed"):
        get_draft(me, draft.id)


@pytest.mark.parametrize(("lost", "told"), [(False, 1), (True, 0)])
def test_what_becomes_of_a_childs_case_is_told_to_its_guardian_and_to_nobody_who_was_one(
    family: Office, lost: bool, told: int
) -> None:
    case = applied(family, Applicant(CHILD, kind="guardian"))
    if lost:
        child_lost(family)
        family.clock.advance(timedelta(hours=2))
    given = next_case(family.registrar.actor, "club")
    assert given is not None
    act(family.registrar.actor, case, given.seq, "accept")
    family.run()
    assert len(my_notices(family.citizen.actor)) == told


def test_a_draft_for_a_child_is_submitted_for_it(family: Office) -> None:
    me = family.citizen.actor
    draft, _ = begin_draft(me, "interior", "club", 1980, Applicant(CHILD, kind="guardian"))
    save_draft(me, draft.id, {"club": "chess"})
    case = submit_draft(me, draft.id, Applicant(CHILD, kind="guardian")).case
    assert Case.objects.get(pk=case).subject == CHILD


def test_a_guardian_sees_who_read_the_childs_data_and_a_manager_nobodys(family: Office) -> None:
    from dataclasses import replace

    me = family.citizen.actor
    applied(family, Applicant(CHILD, kind="guardian"))
    applied(family, Applicant(FIRM, kind="company"))
    next_case(family.registrar.actor, "club")
    (child,) = my_children(me).choices
    found = my_readings(replace(me, mandate=str(child.mandate)))
    assert [one.action.en for one in found.readings] == [
        "An officer of the institution read your application for the service (نص)"
    ]
    company = next(one for one in mandates_of(me.person or UUID(int=0)) if one.kind == "company")
    with refused("people.mandate_over"):
        my_readings(replace(me, mandate=str(company.id)))
    child_lost(family)
    assert my_children(me).choices == ()
    with refused("people.mandate_over"):
        my_readings(replace(me, mandate=str(child.mandate)))
