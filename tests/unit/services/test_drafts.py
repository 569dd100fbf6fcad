"""Drafts: saved at each step, found again by sign-in, by token or by ten digits, deleted after thirty days."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.services.conftest import ANSWERS, Office, Town, refused
from tests.unit.services.samples import CANAL, NUMBER, OTHER_NUMBER, STALL
from tests.unit.services.test_pins import publish_newer
from uruk.acts.api import emit
from uruk.acts.models import Act
from uruk.kernel.api import Actor
from uruk.services.api import (
    Applicant,
    InvalidAnswersError,
    begin_draft,
    discard_draft,
    get_draft,
    my_drafts,
    resume_draft,
    save_draft,
    submit_draft,
)
from uruk.services.applying import drafting
from uruk.services.models import Case, Draft

pytestmark = pytest.mark.database
VISITOR = Actor.anonymous("portal")


def begun(office: Office, by: Any = None) -> Any:
    return begin_draft(by or office.citizen.actor, "interior", "stall", 1980)


def test_a_draft_is_kept_step_by_step_with_what_is_wrong_told_and_nothing_logged(office: Office) -> None:
    acts = Act.objects.count()
    draft, _ = begun(office)
    assert {path for path, _ in draft.problems} == {"name", "area", "well"}
    saved = save_draft(office.citizen.actor, draft.id, {"name": "A1", "area": 1000})
    assert [(path, error.code) for path, error in saved.problems] == [
        ("area", "definitions.field_above_max"),
        ("well", "definitions.field_required"),
    ]
    save_draft(office.citizen.actor, draft.id, {"area": "١٠"})
    (mine,) = my_drafts(office.citizen.actor)
    assert mine.answers == {"name": "A1", "area": "١٠"} and mine.deleted_on.isoformat() == "2026-12-23"
    assert Act.objects.count() == acts


def test_what_is_typed_into_a_draft_that_another_tab_deletes_just_then_is_said_to_be_lost(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, _ = begun(office)
    before = drafting.find_draft

    def found(*named: Any) -> Draft:
        row = before(*named)
        Draft.objects.all().delete()
        return row

    monkeypatch.setattr(drafting, "find_draft", found)
    with refused("services.draft_unknown"):
        save_draft(office.citizen.actor, draft.id, {"name": "A1"})


def test_a_draft_becomes_the_case_with_its_id_once(office: Office) -> None:
    draft, _ = begun(office)
    save_draft(office.citizen.actor, draft.id, {"name": "A1"})
    with pytest.raises(InvalidAnswersError):
        submit_draft(office.citizen.actor, draft.id, Applicant(NUMBER))
    save_draft(office.citizen.actor, draft.id, ANSWERS)
    first = submit_draft(office.citizen.actor, draft.id, Applicant(NUMBER))
    again = submit_draft(office.citizen.actor, draft.id, Applicant(NUMBER))
    assert (first.case, again.case) == (draft.id, draft.id) and Case.objects.count() == 1
    assert first.receipt.statement == again.receipt.statement and not Draft.objects.exists()


def test_ten_digits_and_the_year_of_birth_open_it_and_five_wrong_years_close_it_for_good(office: Office) -> None:
    draft, key = begun(office, VISITOR)
    assert len(key.digits) == 10 and not Draft.objects.filter(code=key.digits).exists()
    for _ in range(4):
        with refused("services.draft_unknown"):
            resume_draft(key.digits, 1981)
    found, token = resume_draft(f"{key.digits[:5]} {key.digits[5:]}", 1980)
    assert found.id == draft.id
    for _ in range(5):
        with refused("services.draft_unknown"):
            resume_draft(key.digits, 1981)
    with refused("services.draft_unknown"):
        resume_draft(key.digits, 1980)
    assert get_draft(VISITOR, draft.id, token).id == draft.id, "who has it open goes on"


def test_a_draft_is_nobody_elses(office: Office, citizen: Any) -> None:
    draft, key = begun(office, VISITOR)
    mine, _ = begun(office)
    save_draft(VISITOR, draft.id, {"name": "X"}, key.token)
    stranger = citizen("199912345678").actor
    for actor, token in ((VISITOR, ""), (VISITOR, "wrong"), (stranger, ""), (office.registrar.actor, "")):
        with refused("services.draft_unknown"):
            get_draft(actor, draft.id, token)
        with refused("services.draft_unknown"):
            save_draft(actor, mine.id, {}, token)
    _, token = resume_draft(key.digits, 1980)
    with refused("services.draft_unknown"):
        get_draft(VISITOR, draft.id, key.token)
    discard_draft(VISITOR, draft.id, token)
    assert my_drafts(VISITOR) == () and [one.id for one in my_drafts(office.citizen.actor)] == [mine.id]


def test_after_thirty_days_it_is_gone_and_deleted(office: Office) -> None:
    draft, key = begun(office)
    office.clock.advance(timedelta(days=30))
    save_draft(office.citizen.actor, draft.id, {"name": "X"})
    office.clock.advance(timedelta(seconds=1))
    with refused("services.draft_unknown"):
        get_draft(office.citizen.actor, draft.id)
    with refused("services.draft_unknown"):
        resume_draft(key.digits, 1980)
    assert my_drafts(office.citizen.actor) == () and Draft.objects.exists()
    emit("node.hourly", {})
    office.run()
    assert not Draft.objects.exists()


def test_a_draft_moves_to_the_newest_version_and_tells_what_changed(office: Office) -> None:
    draft, _ = begun(office)
    save_draft(office.citizen.actor, draft.id, ANSWERS)
    question = "      well: {type: text, max: 20}\n"
    newer = STALL.replace(question, f"{question}      street: {{type: text, max: 40}}\n")
    publish_newer(office, stall=newer)
    found = get_draft(office.citizen.actor, draft.id)
    assert (found.came, found.went) == (("street",), ()) and found.answers == ANSWERS
    saved = save_draft(office.citizen.actor, draft.id, {"street": "x"})
    assert (saved.came, saved.went, saved.problems) == ((), (), ())


def test_answers_to_questions_that_are_gone_go(office: Office) -> None:
    question = "      well: {type: text, max: 20}\n"
    publish_newer(office, stall=STALL.replace(question, f"{question}      street: {{type: text, max: 40}}\n"))
    draft, _ = begun(office)
    save_draft(office.citizen.actor, draft.id, {**ANSWERS, "street": "x"})
    publish_newer(office, stall=STALL.replace("name: {type: text, max: 40}", "name: {type: text, max: 41}"))
    found = get_draft(office.citizen.actor, draft.id)
    assert (found.came, found.went) == ((), ("street",)) and found.answers == ANSWERS and found.problems == ()
    assert submit_draft(office.citizen.actor, draft.id, Applicant(NUMBER)).case == draft.id


def test_a_fact_that_an_answer_finds_goes_with_the_answer(office: Office) -> None:
    newer = STALL.replace("with: {number: applicant.number}", "with: {number: answers.name}")
    newer = newer.replace("well: {type: text, max: 20}", "well: {type: text, max: 20, when: facts.card.found}")
    publish_newer(office, stall=newer)
    draft, _ = begun(office)
    saved = save_draft(office.citizen.actor, draft.id, {"name": NUMBER, "area": 10})
    assert saved.facts["card"]["number"] == NUMBER and "well" in saved.questions
    saved = save_draft(office.citizen.actor, draft.id, {"area": 11})
    assert saved.facts["card"] is not None, "it is asked for once"
    saved = save_draft(office.citizen.actor, draft.id, {"name": OTHER_NUMBER})
    assert saved.facts["card"] is None and "well" not in saved.questions


def test_facts_are_fetched_for_the_person_themselves_only(office: Office, town: Town) -> None:
    publish_newer(office, code="canal", canal=CANAL.replace("max: 1000}", "max: 1000, when: facts.resident.found}"))
    mine, _ = begin_draft(office.citizen.actor, "interior", "canal", 1980)
    saved = save_draft(office.citizen.actor, mine.id, {"canal": "C1"})
    assert saved.waiting == () and [path for path, _ in saved.problems] == ["amount"]
    visitors, key = begin_draft(VISITOR, "interior", "canal", 1980)
    saved = save_draft(VISITOR, visitors.id, {"canal": "C1"}, key.token)
    assert saved.waiting == ("resident",) and len(town.asked) == 1


@pytest.mark.parametrize("year", [1899, 2027, True, "1980"])
def test_a_year_that_nobody_was_born_in_is_refused(office: Office, year: Any) -> None:
    with refused("services.born_year"):
        begin_draft(VISITOR, "interior", "stall", year)


def test_answers_beyond_all_measure_are_refused(office: Office) -> None:
    draft, _ = begun(office)
    for answers in ({"name": "x" * 300_000}, {"name": object()}):
        with refused("services.draft_too_large"):
            save_draft(office.citizen.actor, draft.id, answers)
