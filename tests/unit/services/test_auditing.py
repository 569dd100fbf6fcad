"""Cases looked over afterwards: found without anybody's data, replayed act by act, each act proved and judged again."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import Officer
from tests.unit.services.conftest import ANSWERS, Office, consent_given, refused
from tests.unit.services.samples import NUMBER
from tests.unit.services.tasks import propose, supervise, taken, waiting
from tests.unit.services.test_consenting import PAPER
from uruk.acts.api import directory, usage_index
from uruk.kernel.api import Actor, new_id
from uruk.services.api import (
    CaseQuery,
    find_by_number,
    find_cases,
    keep_consent_paper,
    note_consent,
    reassign,
    replay,
    replayed_paper,
)
from uruk.services.models import CaseAct, Consent, PinnedService
from uruk.services.running.recording import act_id, content_digest
from uruk.trust.api import Receipt, verify_receipt

pytestmark = pytest.mark.database


@pytest.fixture
def auditor(office: Office, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Somebody who may read whole cases, and says why they do."""
    supervise(monkeypatch)
    return purposeful(office.head)


def purposeful(officer: Officer, purpose: str = "شكوى رقم ٧") -> Actor:
    return replace(officer.actor, purpose=purpose)


def readings(office: Office) -> list[Any]:
    now, day = office.clock.now(), timedelta(days=1)
    found = usage_index().find("interior", NUMBER, now - 30 * day, now + day).usages
    return [one for one in found if one.service == "case.read"]


def test_a_case_is_replayed_act_by_act_each_proved_and_each_decided_again(office: Office, auditor: Actor) -> None:
    case = office.submitted()
    found = replay(auditor, case)
    assert [one.view.type for one in found.acts] == [
        "case.submitted", "case.fact-told", "case.moved", "case.effect-done", "case.moved", "case.effect-done",
        "case.effect-done",
    ]  # fmt: skip
    assert found.holds and all(one.proof.verified is not None for one in found.acts)
    assert all(one.differences == () for one in found.acts)
    assert [one.state for one in found.acts][-1] == "granted" and found.acts[-1].closed == "granted"
    moved = found.acts[2]
    assert moved.inputs["facts.card"].source == "registry" and "/" in moved.inputs["facts.card"].reference
    assert moved.inputs["answers.area"].value == 10 and moved.values == {"wanted_m2": 10}


def test_an_effect_and_a_fact_say_what_they_were_done_with(office: Office, auditor: Actor) -> None:
    found = replay(auditor, office.submitted())
    assert found.acts[1].inputs["facts.card"].value["number"] == NUMBER
    assert found.acts[1].view.content["told"]["source"] == "registry"


def test_who_decided_in_which_role_and_why_somebody_else_got_the_case_stand_in_it(
    office: Office, auditor: Actor, officer: Any
) -> None:
    (case,) = waiting(office)
    other = officer("registrar")
    reassign(office.head.actor, case, other.person, "زميله في إجازة")
    acts = replay(auditor, case).acts
    given = next(one for one in acts if one.view.type == "case.reassigned")
    assert given.view.content["reason"] == "زميله في إجازة" and given.view.content["officer"] == str(other.person)
    assert (given.view.person, given.view.role, given.view.channel) == (office.head.person, "head", "desk")
    assert given.differences is None, "no rule gives it"


def test_a_refusal_by_two_persons_is_proved_to_be_of_two(office: Office, auditor: Actor) -> None:
    from uruk.services.api import approve_action, proposed_bytes

    waiting(office)
    case = propose(office, taken(office.registrar))
    taken(office.head)
    approve_action(office.head.actor, case.id, office.head.approve(proposed_bytes(office.head.actor, case.id)))
    office.run()
    found = replay(auditor, case.id)
    refusal = next(one for one in found.acts if one.view.content.get("by") == "refuse")
    assert found.holds and refusal.proof.two_persons
    assert refusal.view.content["said"] == {"ground": "space"}


def test_a_decision_of_two_that_one_person_made_differs(
    office: Office, auditor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An officer who reached the engine behind its doors and refused alone."""
    from uruk.services.running.advancing import moved
    from uruk.services.running.recording import open_case, record

    (case,) = waiting(office)
    opened = open_case(case)
    content = moved(opened, "refuse", "refused", said={"ground": "space"})
    record(office.registrar.actor, opened.row, opened.standing.seq + 1, content)
    found = replay(auditor, case).acts[-1]
    assert found.proof.verified is not None and not found.proof.two_persons
    assert [(one.what, one.found) for one in found.differences or ()] == [("second", "head")]


def test_a_case_that_officers_sent_back_and_the_applicant_mended_is_decided_again_the_same(
    office: Office, auditor: Actor
) -> None:
    from uruk.services.api import act

    waiting(office)
    case = taken(office.registrar)
    act(office.registrar.actor, case.id, case.seq, "send_back", marks={"area": "أقل"})
    act(office.citizen.actor, case.id, case.seq + 1, "resubmit", answers=ANSWERS)
    office.run()
    found = replay(auditor, case.id)
    assert found.holds and found.acts[-1].state == "granted"


def test_what_was_altered_behind_an_act_is_shown(office: Office, auditor: Actor) -> None:
    case = office.submitted()
    row = CaseAct.objects.get(pk=act_id(case, 3))
    CaseAct.objects.filter(pk=row.pk).update(content=row.content.replace('"reserving"', '"granted"'))
    found = replay(auditor, case)
    moved = found.acts[2]
    assert not found.holds and moved.proof.problem is not None and moved.proof.problem.code == "services.act_altered"
    assert [(one.what, one.said, one.found) for one in moved.differences or ()] == [("to", "granted", "reserving")]
    assert all(one.proof.problem is None for one in found.acts if one.view.seq != 3)


def test_an_act_whose_rule_says_otherwise_differs_though_its_receipt_holds(office: Office, auditor: Actor) -> None:
    """Whoever had the institution's key and wrote what no rule gives is found by the rules."""
    case = office.submitted(area=50)
    row = CaseAct.objects.get(pk=act_id(case, 3))
    before = row.content or ""
    assert '"to":"review"' in before
    altered = before.replace('"to":"review"', '"to":"reserving"').replace('"by":"next.2"', '"by":"next.1"')
    CaseAct.objects.filter(pk=row.pk).update(content=altered, digest=content_digest(bytes(row.salt), altered))
    found = replay(auditor, case)
    assert ("to", "reserving", "review") in [(o.what, o.said, o.found) for o in found.acts[2].differences or ()]


def test_values_and_conditions_that_an_act_states_are_reckoned_anew(office: Office, auditor: Actor) -> None:
    case = office.submitted(area=50)
    row = CaseAct.objects.get(pk=act_id(case, 3))
    CaseAct.objects.filter(pk=row.pk).update(content=(row.content or "").replace('"wanted_m2":50', '"wanted_m2":5'))
    found = replay(auditor, case).acts[2]
    assert [(one.what, one.said, one.found) for one in found.differences or ()] == [("reasons.values.wanted_m2", 5, 50)]


def test_answers_are_checked_anew_against_the_questions_as_they_were(office: Office, auditor: Actor) -> None:
    case = office.submitted()
    row = CaseAct.objects.get(pk=act_id(case, 1))
    CaseAct.objects.filter(pk=row.pk).update(content=(row.content or "").replace('"area":10', '"area":1000'))
    found = replay(auditor, case).acts[0]
    assert {one.what for one in found.differences or ()} == {"answers.area"}
    assert "definitions.field_above_max" in [one.found for one in found.differences or ()]


def test_the_rules_are_those_that_were_pinned_and_a_change_to_them_is_found(office: Office, auditor: Actor) -> None:
    case = office.submitted()
    rules = replay(auditor, case).rules
    assert rules.holds and rules.definition.code == "stall"
    service = "institutions/interior/services/stall/service.yaml"
    assert "wanted_m2 <= 10" in rules.files[service] and rules.laws.find("e-signature/13") is not None
    pin = PinnedService.objects.get(pk=rules.digest)
    files = {**pin.files, service: pin.files[service].replace("wanted_m2 <= 10", "wanted_m2 <= 99")}
    PinnedService.objects.filter(pk=pin.pk).update(files=files)
    changed = replay(auditor, case)
    assert not changed.rules.holds and not changed.holds


def test_the_receipts_are_those_that_anybody_verifies(office: Office, auditor: Actor) -> None:
    case = office.submitted()
    for one in replay(auditor, case).acts:
        receipt = Receipt.parse(one.proof.receipt.encode())
        assert verify_receipt(receipt, directory(), author="interior").statement.act == one.view.act


def test_a_consent_at_a_counter_is_replayed_and_proved_with_its_case(office: Office, auditor: Actor) -> None:
    consent = new_id()
    paper = keep_consent_paper(office.clerk.actor, consent, PAPER)
    note_consent(office.clerk.actor, consent, consent_given(way="signature", paper=paper))
    case = office.submit(by=office.clerk, consent=consent)
    found = replay(auditor, case)
    assert found.holds and found.consent is not None and found.consent.id == consent
    assert found.consent_proof is not None and found.consent_proof.verified is not None
    assert replayed_paper(auditor, case) == PAPER
    row = Consent.objects.get(pk=consent)
    Consent.objects.filter(pk=consent).update(content=(row.content or "").replace("سارة", "غيرها"))
    changed = replay(auditor, case)
    assert changed.consent_proof is not None and changed.consent_proof.problem is not None and not changed.holds
    mine = office.submit(changed={"name": "B2"})
    assert replay(auditor, mine).consent is None
    with refused("services.file_unknown"):
        replayed_paper(auditor, mine)


def test_that_an_auditor_looked_and_why_is_told_to_whom_the_case_is_about(office: Office, auditor: Actor) -> None:
    case = office.submitted()
    with refused("services.purpose_missing"):
        replay(office.head.actor, case)
    assert readings(office) == []
    replay(auditor, case)
    (reading,) = readings(office)
    assert reading.purpose == "شكوى رقم ٧"


def test_who_has_not_the_right_sees_nothing_and_finds_nothing(office: Office, auditor: Actor) -> None:
    case = office.submitted()
    for actor in (purposeful(office.registrar), replace(office.citizen.actor, purpose="x")):
        for does in (
            lambda actor=actor: replay(actor, case),
            lambda actor=actor: find_cases(actor, CaseQuery()),
            lambda actor=actor: find_by_number(actor, str(case)),
        ):
            with pytest.raises(Exception, match=r"people\.(right_missing|role_not_held)"):
                does()
    elsewhere = replace(Actor.terminal("town"), purpose="x")
    with refused("services.case_unknown"):
        replay(elsewhere, case)
    assert find_cases(elsewhere, CaseQuery()) == ()


def test_a_case_is_found_by_the_number_that_people_are_told(office: Office, auditor: Actor) -> None:
    case = office.submitted()
    told = f"{case.hex[-8:-4]}-{case.hex[-4:]}".upper()
    arabic = told.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (told, told.lower(), f" {arabic} ", str(case), case.hex):
        (found,) = find_by_number(auditor, typed)
        assert found.id == case and found.state == "granted" and found.turn == "closed:granted"
    for typed in ("", "0000-0000", "x" * 32, str(new_id()), "99", "'; --"):
        with refused("services.case_unknown"):
            find_by_number(auditor, typed)


def test_cases_are_listed_by_service_state_and_time_page_by_page(
    office: Office, auditor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uruk.services.auditing import finding

    monkeypatch.setattr(finding, "PAGE", 2)
    made = []
    for place in range(5):
        made.append(office.submitted(name=f"N{place}", area=10 if place else 50))
        office.clock.advance(timedelta(days=1))
    newest = find_cases(auditor, CaseQuery())
    assert [one.id for one in newest] == [made[4], made[3]]
    older = find_cases(auditor, CaseQuery(after=newest[-1].id))
    last = find_cases(auditor, CaseQuery(after=older[-1].id))
    assert [one.id for one in (*older, *last)] == [made[2], made[1], made[0]]
    assert [one.id for one in find_cases(auditor, CaseQuery(state="review"))] == [made[0]]
    days = CaseQuery(since=date(2026, 11, 24), until=date(2026, 11, 24))
    assert [one.id for one in find_cases(auditor, days)] == [made[1]]
    assert find_cases(auditor, CaseQuery(service="canal")) == ()
    assert NUMBER not in repr(newest) and readings(office) == []


def test_an_administrator_at_the_terminal_is_noted_as_well(office: Office) -> None:
    case: UUID = office.submitted()
    found = replay(replace(Actor.terminal("interior"), purpose="تدقيق"), case)
    assert found.holds and len(readings(office)) == 1
