"""A program hands in many cases at once: each has an outcome of its own, and nothing is done twice."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.rest.services.conftest import Program, code_of
from tests.unit.rest.services.test_description import ANSWERS as ANY_ANSWERS
from tests.unit.rest.services.test_description import ANY
from tests.unit.services.conftest import ANSWERS, Office, Town, consent_given, records
from tests.unit.services.samples import CANAL, NUMBER, OTHER_NUMBER, STALL
from tests.unit.services.test_files import PNG, QUESTION
from tests.unit.services.test_pins import publish_newer
from uruk.acts.api import find_statement
from uruk.kernel.api import CodedError, new_id
from uruk.services.api import MAX_BATCH
from uruk.services.models import Case, CaseAct, Consent, KeptFile, PinnedService
from uruk.services.programs import handing_in

pytestmark = pytest.mark.database


def item(consent: UUID, **changed: Any) -> dict[str, Any]:
    """A case of a batch under a key of its own."""
    return {"key": str(new_id()), "consent": str(consent), "answers": {**ANSWERS, **changed}}


def sent(program: Program, *cases: Any, only: bool = False, service: str = "stall", **headers: str) -> Any:
    """The outcomes of a batch."""
    answer = program.post(service, f"cases/batch{'?validate_only=true' if only else ''}", {"cases": cases}, **headers)
    assert answer.status_code == 200, answer.content
    return answer.json()["cases"]


def codes(outcomes: list[Any]) -> list[str]:
    """The code of each refusal; empty where there is none."""
    return ["" if one["error"] is None else one["error"]["code"] for one in outcomes]


def test_each_case_of_a_batch_has_an_outcome_of_its_own_in_the_callers_language(
    office: Office, program: Program
) -> None:
    other = office.consent(number=OTHER_NUMBER)
    cases = [
        item(office.consent(), name="B1"),
        item(office.consent(), area=0),
        item(office.consent(), area="7"),
        item(new_id()),
        item(other, name="B2"),
    ]
    answer = program.post("stall", "cases/batch", {"cases": cases}, Accept_Language="ckb")
    found = answer.json()
    assert (answer.status_code, answer.headers["Cache-Control"], found["refused"]) == (200, "no-store", 3)
    assert [one["key"] for one in found["cases"]] == [one["key"] for one in cases]
    first, below, form, unknown, last = found["cases"]
    assert codes(found["cases"]) == ["", "services.answers_invalid", "services.answers_invalid", unknown_code(), ""]
    assert [(one["field"], one["code"]) for one in below["error"]["problems"]] == [
        ("area", "definitions.field_below_min")
    ]
    assert below["error"]["problems"][0]["sentence"] == CodedError("definitions.field_below_min", min=1).sentence("ckb")
    assert [(one["field"], one["code"]) for one in form["error"]["problems"]] == [("area", "rest.value_form")]
    assert below["case"] is None and unknown["tried"] is None
    assert Case.objects.count() == 2
    for one, number in ((first["case"], NUMBER), (last["case"], OTHER_NUMBER)):
        row, act = Case.objects.get(pk=one["case"]), CaseAct.objects.get(case=one["case"])
        assert (row.subject, row.person, row.channel, row.number) == (number, None, "rest", one["number"])
        statement = find_statement(act.act_id)
        assert statement is not None and statement.body["program"] == program.id.bytes
        assert json.loads(one["receipt"])["proof"] and (one["seq"], one["state"]) == (1, "received")


def unknown_code() -> str:
    """Of a consent that nobody noted."""
    return "services.consent_missing"


def test_cases_of_a_batch_go_on_like_any_other(office: Office, program: Program) -> None:
    outcomes = sent(program, item(office.consent(), name="B1"), item(office.consent(), name="B2", area=50))
    office.run()
    turns = [program.get("stall", f"cases/{one['case']['case']}/status").json()["turn"] for one in outcomes]
    assert turns == ["closed:granted", "task:registrar"]
    assert [one["code"] for one in records("shops")] == ["B1"]


def test_what_is_sent_again_is_answered_the_same_and_done_once_whatever_comes_with_it(
    office: Office, program: Program
) -> None:
    cases = [item(office.consent(), name=f"B{place}") for place in range(3)]
    first = sent(program, *cases)
    office.run()
    again = sent(program, *reversed(cases), item(office.consent(), name="B3"))
    assert [one["case"]["case"] for one in again[:3]] == [one["case"]["case"] for one in reversed(first)]
    assert codes(again) == [""] * 4 and Case.objects.count() == 4
    assert [one["case"]["seq"] for one in again] == [7, 7, 7, 1], "told as it stands now"
    # The same key is the same case, though it comes alone.
    alone = {"consent": cases[0]["consent"], "answers": cases[0]["answers"]}
    one = program.post("stall", "cases", alone, Idempotency_Key=cases[0]["key"])
    assert (one.status_code, one.json()["case"]) == (201, first[0]["case"]["case"])
    changed = sent(program, {**cases[0], "answers": ANSWERS | {"area": 9}}, cases[1])
    assert codes(changed) == ["services.case_differs", ""] and Case.objects.count() == 4


def test_within_a_batch_a_consent_is_for_one_case_and_a_key_for_one(office: Office, program: Program) -> None:
    consent, second = office.consent(), office.consent()
    good = item(consent)
    outcomes = sent(program, item(consent, area=0), good, item(consent, area=9), good, {**good, "answers": {}})
    assert codes(outcomes) == [
        "services.answers_invalid", "", "services.consent_missing", "", "services.answers_invalid",
    ]  # fmt: skip
    assert outcomes[1]["case"]["case"] == outcomes[3]["case"]["case"]
    # Another consent of the same person is another case, where it is allowed.
    twice = sent(program, item(second), item(second), item(office.consent()))
    assert codes(twice) == ["", "services.consent_missing", ""]
    assert Case.objects.filter(subject=NUMBER).count() == 3


def test_what_is_only_to_be_validated_is_told_alike_and_nothing_is_kept_or_asked(
    office: Office, program: Program, town: Town
) -> None:
    consent = office.consent()
    good = item(consent)
    cases = [
        good,
        item(office.consent(), area=0),
        item(new_id()),
        item(consent, area=9),
        {**good, "answers": ANSWERS | {"area": 9}},
    ]
    tried = sent(program, *cases, only=True)
    assert tried[0]["tried"] == {"valid": True, "asked": ["stall"], "waiting": []} and tried[0]["case"] is None
    assert not Case.objects.exists() and not Consent.objects.filter(case__isnull=False).exists() and not town.asked
    assert codes(tried) == codes(sent(program, *cases))
    assert codes(tried) == [
        "", "services.answers_invalid", "services.consent_missing", "services.consent_missing", "services.case_differs",
    ]  # fmt: skip
    assert codes(sent(program, *cases, only=True)) == codes(tried), "also of what was handed in"


def test_a_batch_is_refused_whole_where_the_program_may_not_hand_in(
    office: Office, admit: Callable[..., Program]
) -> None:
    body, head = {"cases": [item(office.consent())]}, admit("head")
    for only in ("", "?validate_only=true"):
        assert code_of(head.post("stall", f"cases/batch{only}", body)) == (403, "people.right_missing")
        fair = admit(services=("fair",))
        assert code_of(fair.post("stall", f"cases/batch{only}", body)) == (403, "people.service_not_named")
    other = admit()
    other.institution = "town"
    assert code_of(other.post("stall", "cases/batch", body)) == (404, "rest.not_found")
    # The service is asked for online only.
    closed = sent(admit(), {"key": str(new_id()), "consent": str(office.consent()), "answers": {}}, service="canal")
    assert codes(closed) == ["services.consent_missing"]
    assert not Case.objects.exists()


def test_a_consent_that_is_too_old_or_of_another_service_opens_nothing(office: Office, program: Program) -> None:
    old = office.consent()
    office.clock.advance(timedelta(days=30, seconds=1))
    outcomes = sent(program, item(old), item(office.consent("licence")), item(office.consent()))
    assert codes(outcomes) == ["services.consent_missing", "services.consent_missing", ""]


def test_a_batch_has_a_limit_and_says_it(office: Office, program: Program) -> None:
    consent = office.consent()
    answer = program.post("stall", "cases/batch", {"cases": [item(consent)] * (MAX_BATCH + 1)}, Accept_Language="en")
    assert code_of(answer) == (413, "services.batch_too_large")
    assert "200" in answer.json()["error"]["sentence"] and "201" in answer.json()["error"]["sentence"]
    assert not Case.objects.exists()
    many = sent(program, *[item(consent)] * MAX_BATCH)
    assert len({one["case"]["case"] for one in many}) == 1


BODIES: list[tuple[Any, int, str]] = [
    ({"cases": []}, 400, "rest.body_shape"),
    ({}, 400, "rest.body_shape"),
    ({"cases": {}}, 400, "rest.body_shape"),
    ({"cases": [[]]}, 400, "rest.body_shape"),
    ({"cases": [{"consent": str(new_id()), "answers": {}}]}, 400, "rest.body_shape"),
    ({"cases": [{"key": "1", "consent": str(new_id()), "answers": {}}]}, 400, "rest.body_shape"),
    ({"cases": [{"key": str(new_id()), "consent": str(new_id()), "answers": []}]}, 400, "rest.body_shape"),
    ({"cases": [{"key": str(new_id()), "consent": str(new_id()), "answers": {}, "more": 1}]}, 400, "rest.body_shape"),
    ({"cases": [{}], "more": 1}, 400, "rest.body_shape"),
    (b'{"cases": [{"answers": {"a": 1, "a": 2}}]}', 400, "rest.json_malformed"),
    (b'{"cases": [{"answers": {"a": "\\ud800"}}]}', 400, "rest.json_malformed"),
    (b'{"cases": [' + b"[" * 100_000, 400, "rest.json_malformed"),
    (b'{"cases": [{"answers": {"name": "' + b"x" * (9 << 20) + b'"}}]}', 413, "rest.body_too_large"),
]


def test_a_body_that_is_no_batch_is_refused_whole(office: Office, program: Program) -> None:
    for body, status, code in BODIES:
        assert code_of(program.post("stall", "cases/batch", body)) == (status, code), str(body)[:90]
    assert code_of(program.post("stall", "cases/batch?validate_only=yes", {"cases": []})) == (400, "rest.query_value")
    assert code_of(program.post("stall", "cases/batch?only=true", {"cases": []})) == (400, "rest.query_unknown")
    assert not Case.objects.exists()


def test_whatever_is_sent_each_case_is_answered_with_a_code(office: Office, program: Program) -> None:
    consent = str(office.consent())
    cases = st.lists(st.fixed_dictionaries({
        "key": st.uuids().map(str), "consent": st.just(consent) | st.uuids().map(str), "answers": ANY_ANSWERS | ANY,
    }), min_size=1, max_size=4)  # fmt: skip

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases=cases, service=st.sampled_from(["stall", "fair", "licence"]), only=st.booleans())
    def write(cases: Any, service: str, only: bool) -> None:
        path = f"cases/batch{'?validate_only=true' if only else ''}"
        answer = program.post(service, path, json.dumps({"cases": cases}).encode())
        assert answer.status_code < 500
        found = answer.json()
        assert found["error"]["code"] if answer.status_code != 200 else len(found["cases"]) == len(cases)

    write()


def test_all_cases_together_tell_no_more_problems_than_one(office: Office, program: Program) -> None:
    wrong = {f"f{place}": 1 for place in range(600)}
    outcomes = sent(program, *({**item(office.consent()), "answers": wrong} for _ in range(3)))
    assert [len(one["error"]["problems"]) for one in outcomes] == [603, 397, 0]
    assert codes(outcomes) == ["services.answers_invalid"] * 3


def test_what_is_left_of_a_capacity_is_given_once_among_the_cases_of_a_batch(office: Office, program: Program) -> None:
    outcomes = sent(program, *(item(office.consent(), name=f"C{place}") for place in range(12)))
    office.run()
    states = [office.standing(UUID(one["case"]["case"])).state for one in outcomes]
    assert (states.count("granted"), states.count("refused")) == (10, 2), "the well has 100 m3, each wants 10"


def test_all_of_a_batch_run_on_the_service_as_it_was_then(office: Office, program: Program) -> None:
    cases = [item(office.consent(), name=f"P{place}") for place in range(4)]
    old = sent(program, *cases[:2])
    publish_newer(office, stall=STALL.replace("wanted_m2 <= 10", "wanted_m2 <= 5"))
    new = sent(program, *cases)
    office.run()
    assert [office.standing(UUID(one["case"]["case"])).state for one in new] == ["granted"] * 2 + ["review"] * 2
    assert [one["case"]["case"] for one in new[:2]] == [one["case"]["case"] for one in old]
    assert PinnedService.objects.count() == 2


def test_files_are_handed_in_under_each_consent_and_go_with_its_case(office: Office, program: Program) -> None:
    publish_newer(
        office, stall=STALL.replace(QUESTION, f"{QUESTION}      street: {{type: file, types: [png], max_kib: 1}}\n")
    )
    mine, others = office.consent(), office.consent()
    kept = program.post("stall", f"consents/{mine}/files/street", PNG).json()["answer"]
    cases = [item(mine, street=kept), item(others, street=kept)]
    for only in (True, False):
        outcomes = sent(program, *cases, only=only)
        assert codes(outcomes) == ["", "services.answers_invalid"]
        assert [one["code"] for one in outcomes[1]["error"]["problems"]] == ["services.file_unknown"]
    assert str(KeptFile.objects.get().of) == outcomes[0]["case"]["case"]


def test_who_comes_first_with_a_consent_or_a_key_hinders_only_that_case(
    office: Office, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [item(office.consent(), name=f"R{place}") for place in range(3)]
    recorded = handing_in.record_together
    # Somebody else takes the second consent, and the same program sends the third case, at the last moment.
    meanwhile = [[{**cases[1], "key": str(new_id())}, cases[2]]]

    def later(*words: Any) -> Any:
        while meanwhile:
            sent(program, *meanwhile.pop())
        return recorded(*words)

    monkeypatch.setattr(handing_in, "record_together", later)
    outcomes = sent(program, *cases)
    assert codes(outcomes) == ["", "services.consent_missing", ""]
    assert Case.objects.count() == 3 and Consent.objects.filter(case=None).count() == 0


def canals(office: Office) -> list[dict[str, Any]]:
    """Three cases of a service whose questions depend on what another institution knows."""
    changed = CANAL.replace("max: 1000}", "max: 1000, when: facts.resident.found}").replace("[web]", "[web, counter]")
    publish_newer(office, code="canal", canal=changed)
    answers = {"canal": "C1", "amount": 5}
    return [{"key": str(new_id()), "consent": str(office.consent("canal")), "answers": answers} for _ in range(3)]


def test_a_holder_who_does_not_answer_is_asked_once_a_batch(office: Office, program: Program, town: Town) -> None:
    cases = canals(office)
    assert [one["tried"]["waiting"] for one in sent(program, *cases, only=True, service="canal")] == [["resident"]] * 3
    town.away = True
    assert codes(sent(program, *cases, service="canal")) == ["services.facts_missing"] * 3
    assert len(town.asked) == 1
    town.away = False
    assert codes(sent(program, *cases, service="canal")) == [""] * 3


def test_holders_who_take_long_are_asked_for_twenty_seconds_and_the_rest_is_sent_again(
    office: Office, program: Program, town: Town
) -> None:
    from uruk.services.running.asking import use_exchange

    def slow(question: Any) -> Any:
        office.clock.advance(timedelta(seconds=11))
        return town(question)

    cases = canals(office)
    use_exchange(slow)
    assert codes(sent(program, *cases, service="canal")) == ["", "", "services.facts_missing"]
    assert codes(sent(program, *cases, service="canal")) == [""] * 3


def test_a_consent_that_was_interrupted_is_brought_to_its_end_first(office: Office, program: Program) -> None:
    from tests.unit.acts.test_performing import Unreachable
    from uruk.acts.api import use_appender
    from uruk.services.api import note_consent

    consent, before = new_id(), use_appender(Unreachable())
    with pytest.raises(CodedError, match=r"trust\.log_unavailable"):
        note_consent(office.clerk.actor, consent, consent_given())
    use_appender(before)
    assert codes(sent(program, item(consent))) == [""]


def test_where_the_log_does_not_answer_the_batch_is_sent_again(office: Office, program: Program) -> None:
    from tests.unit.acts.test_performing import Unreachable
    from uruk.acts.api import use_appender

    cases, before = [item(office.consent(), name=f"L{place}") for place in range(3)], use_appender(Unreachable())
    assert code_of(program.post("stall", "cases/batch", {"cases": cases}))[1] == "trust.log_unavailable"
    use_appender(before)
    outcomes = sent(program, *cases)
    assert codes(outcomes) == [""] * 3 and Case.objects.count() == 3
