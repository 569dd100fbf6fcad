"""One person recorded twice is proposed on every way in; a person decides, and what was decided is not asked again."""

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import MOMENT, Officer
from tests.unit.documents.samples import write_country
from tests.unit.registries.samples import SHOP, country_files
from uruk.acts.api import find_statement, run_due_jobs, usage_index
from uruk.definitions.api import Country, load_country
from uruk.kernel.api import Actor, CodedError, FixedClock
from uruk.registries.api import (
    Change,
    Done,
    Open,
    advance_import,
    candidates,
    count_duplicates,
    forget,
    get_duplicate,
    get_import,
    keep_apart,
    merge_duplicate,
    open_duplicates,
    run_import,
    start_import,
)
from uruk.registries.kind import REGISTRY_KIND
from uruk.registries.models import DuplicateProposal, KeptApart

pytestmark = pytest.mark.database

# Of persons, without a second person: whoever may propose writes.
BIRTHS = {
    "registry.yaml": """uruk: registry/1
keys: [[number]]
subject: number
keep: forever
title: [name]
match: {name: name, born: born, number: number, mother: mother}
fields:
  number: {type: national_number}
  name:   {type: person, find: true}
  mother: {type: person, required: false, read: [head]}
  born:   {type: date}
roles:
  registrar: [read, propose, merge, forget]
  head: [read, propose, merge]
  clerk: [propose]
  auditor: [read]
""",
    "texts.ar.yaml": """uruk: texts/1
title: الولادات
fields: {number: الرقم الوطني, name: الاسم, mother: الأم, born: الميلاد}
""",
    "texts.ckb.yaml": """uruk: texts/1
title: لەدایکبوونەکان
fields: {number: ژمارەی نیشتمانی, name: ناو, mother: دایک, born: لەدایکبوون}
""",
}
SEALED = {name: text.replace("head: [read, propose, merge]", "head: [read, approve]") for name, text in BIRTHS.items()}
ZIAD = {
    "number": "198704512377",
    "name": {"given": "زياد", "father": "كاظم", "grandfather": "شلال", "surname": "الجبوري"},
    "born": "1987-03-09",
}
# The same person, as another office wrote him: in Sorani, day and month swapped, two digits exchanged.
AGAIN = {
    "number": "198704513277",
    "name": {"given": "زیاد", "father": "کازم", "grandfather": "شەلال"},
    "born": "1987-09-03",
}
STRANGER = {
    "number": "197911110000",
    "name": {"given": "بختيار", "father": "خسرو", "grandfather": "لاوند"},
    "born": "1979-11-11",
}


@cache
def country_with_births() -> Country:
    files = country_files()
    for code, parts in {"births": BIRTHS, "sealed": SEALED}.items():
        files |= {f"institutions/interior/registries/{code}/{name}": text for name, text in parts.items()}
    return load_country(write_country(files), [REGISTRY_KIND])


@pytest.fixture
def births(archive: Any, institution: str) -> Any:
    """The archive, with registries in which duplicates are looked for."""
    from uruk.publishing.api import publish_country

    publish_country(Actor.system(institution), country_with_births())
    return archive


def refused(code: str) -> Any:
    """The block is refused with this code."""
    return pytest.raises(CodedError, match=re.escape(code))


def add(births: Any, values: dict[str, Any], **changed: Any) -> UUID:
    record: UUID = births.create(values, registry="births", **changed)
    return record


def pair(births: Any) -> tuple[UUID, UUID, Any]:
    """Ziad twice, and the proposal."""
    one, other = add(births, ZIAD), add(births, AGAIN)
    run_due_jobs()
    (found,) = open_duplicates(births.head.actor, "interior", "births").duplicates
    return one, other, found


def test_a_form_is_told_before_it_writes_and_writes_nothing(births: Any) -> None:
    record = add(births, ZIAD)
    (found,) = candidates(births.registrar.actor, "interior", "births", {**AGAIN, "born": "٣/٩/١٩٨٧"})
    assert found.record.record == record
    assert found.score >= 500
    assert {"born.swapped", "number.exchanged", "father.script"} <= {reason.code for reason in found.reasons}
    assert all(reason.sentence(lang) for reason in found.reasons for lang in ("ar", "ckb", "en"))
    assert candidates(births.registrar.actor, "interior", "births", AGAIN, without=record) == ()
    assert candidates(births.registrar.actor, "interior", "births", STRANGER) == ()
    assert DuplicateProposal.objects.count() == 0


@pytest.mark.parametrize(
    "values",
    [{}, {"name": "زياد كاظم"}, {"name": {"given": 7}, "born": []}, {"number": None, "born": "31/31/1990", "x": {}}],
)
def test_whatever_is_typed_candidates_are_looked_for(births: Any, values: dict[str, Any]) -> None:
    add(births, ZIAD)
    assert candidates(births.registrar.actor, "interior", "births", values) == ()


def test_an_import_says_before_it_writes_whom_its_rows_may_be_about_and_proposes_them_afterwards(births: Any) -> None:
    record = add(births, ZIAD)
    rows = b"".join(json.dumps(one).encode() + b"\n" for one in (STRANGER, AGAIN))
    terminal, place = Actor.terminal("interior"), ("interior", "births")
    found = start_import(terminal, *place, io.BytesIO(rows), "jsonl", "all", "create", "letter 7")
    while found.at_work:
        found = advance_import(terminal, found.id)
    (like,) = get_import(terminal, found.id).likenesses
    assert (like.row, like.record) == (2, record) and like.score >= 500
    now = MOMENT + timedelta(minutes=1)
    seen = usage_index().find("interior", ZIAD["number"], MOMENT - timedelta(days=1), now).usages
    assert [one.service for one in seen] == ["registry.listed"], "that a record is there was told at a terminal"
    assert DuplicateProposal.objects.count() == 0
    found = run_import(terminal, found.id)
    while found.at_work:
        found = advance_import(terminal, found.id)
    assert found.written == 2, "a likeness keeps nothing from being written"
    run_due_jobs()
    (pair,) = open_duplicates(births.head.actor, *place).duplicates
    assert record in {pair.one.record, pair.other.record}


def test_a_registry_that_names_nothing_to_match_proposes_nothing(births: Any) -> None:
    births.create()
    births.create({**SHOP, "code": "A2"})
    run_due_jobs()
    assert candidates(births.registrar.actor, "interior", "shops", {"name": "مخبز السلام"}) == ()
    assert DuplicateProposal.objects.count() == 0


def test_what_came_in_is_proposed_once_with_its_reasons(births: Any) -> None:
    one, other, found = pair(births)
    add(births, STRANGER)
    run_due_jobs()
    assert {found.one.record, found.other.record} == {one, other}
    assert count_duplicates(births.head.actor, "interior", "births") == 1
    assert get_duplicate(births.head.actor, found.id) == found


def test_a_set_of_many_is_looked_at_to_its_end(births: Any) -> None:
    many = [Change("create", values={**STRANGER, "number": f"{number:012d}"}) for number in range(3)]
    strangers = [
        Change(
            "create", values={**STRANGER, "number": f"5{number:011d}", "name": {**STRANGER["name"], "given": letter}}
        )
        for number, letter in enumerate(("ا", "ب"))
    ]
    births.change(*strangers, *many, Change("create", values=ZIAD), Change("create", values=AGAIN), registry="births")
    run_due_jobs()
    found = open_duplicates(births.head.actor, "interior", "births").duplicates
    assert len(found) == 4  # three spellings of nothing else but the number, pair by pair, and Ziad
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_more_than_one_job_looks_at_a_large_set(births: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uruk.registries.likeness._AT_ONCE", 1)
    births.change(*(Change("create", values=values) for values in (ZIAD, STRANGER, AGAIN)), registry="births")
    run_due_jobs()
    assert count_duplicates(births.head.actor, "interior", "births") == 1


def test_a_proposal_goes_when_the_records_are_no_longer_alike(births: Any) -> None:
    _, other, _ = pair(births)
    births.amend(other, STRANGER, registry="births")
    run_due_jobs()
    assert open_duplicates(births.head.actor, "interior", "births").duplicates == ()
    assert DuplicateProposal.objects.count() == 0


def test_two_persons_are_said_to_be_two_by_an_act_and_never_proposed_again(births: Any) -> None:
    one, other, found = pair(births)
    receipt = keep_apart(births.head.actor, found.id, "twins, seen both")
    decision = KeptApart.objects.get()
    statement = find_statement(decision.act_id)
    assert statement is not None and statement.type == "record.kept-apart"
    assert {statement.body["one"], statement.body["other"]} == {one.bytes, other.bytes}
    assert "twins" not in str(statement.body)
    assert receipt is not None
    births.amend(other, {"name": ZIAD["name"], "born": ZIAD["born"]}, registry="births")
    run_due_jobs()
    assert DuplicateProposal.objects.count() == 0
    with refused("registries.duplicate_unknown"):
        get_duplicate(births.head.actor, found.id)


def test_a_decision_without_a_reason_is_none(births: Any) -> None:
    _, _, found = pair(births)
    with refused("registries.reason_missing"):
        keep_apart(births.head.actor, found.id, " ")
    assert KeptApart.objects.count() == 0
    assert DuplicateProposal.objects.count() == 1


def test_one_person_is_merged_and_the_pair_waits_no_longer(births: Any) -> None:
    one, other, found = pair(births)
    done = merge_duplicate(births.head.actor, found.id, one, base=1, reason="the same card", values={})
    assert isinstance(done, Done)
    assert births.get(other, registry="births").merged_into == one
    assert open_duplicates(births.head.actor, "interior", "births").duplicates == ()
    run_due_jobs()
    assert DuplicateProposal.objects.count() == 0


def test_a_merge_that_was_seen_otherwise_is_refused(births: Any) -> None:
    one, other, found = pair(births)
    births.amend(other, {"born": "1987-09-04"}, registry="births")
    with refused("registries.version_moved"):
        merge_duplicate(births.head.actor, found.id, one, base=1, reason="the same card")
    with refused("registries.duplicate_unknown"):
        merge_duplicate(births.head.actor, found.id, UUID(int=7), base=1, reason="the same card")


def test_where_two_must_decide_a_merge_waits_for_the_second(births: Any) -> None:
    one, _ = (births.by_two(Change("create", values=values), registry="sealed").records[0] for values in (ZIAD, AGAIN))
    run_due_jobs()
    (found,) = open_duplicates(births.registrar.actor, "interior", "sealed").duplicates
    waiting = merge_duplicate(births.registrar.actor, found.id, one, base=1, reason="the same card")
    assert isinstance(waiting, Open)
    assert count_duplicates(births.registrar.actor, "interior", "sealed") == 1


def test_who_does_not_see_the_mother_is_told_nothing_of_her(births: Any) -> None:
    mother = {"given": "خولة", "father": "حردان", "grandfather": "نايف"}
    add(births, {**ZIAD, "mother": mother}, by=births.head)
    asked = {**AGAIN, "mother": mother}
    (seen,) = candidates(births.head.actor, "interior", "births", asked)
    (hidden,) = candidates(births.registrar.actor, "interior", "births", asked)
    assert "mother.same" in {reason.code for reason in seen.reasons}
    assert not [reason for reason in hidden.reasons if reason.code.startswith("mother")]
    assert "mother" not in hidden.record.values


@pytest.mark.parametrize("shown", ["candidates", "open_duplicates", "get_duplicate"])
def test_that_an_officer_is_shown_likenesses_is_noted_for_the_persons(
    births: Any, clock: FixedClock, shown: str
) -> None:
    _, _, found = pair(births)
    clock.advance(timedelta(hours=1))  # an office's readings of the same within minutes are one
    actor, day = births.head.actor, timedelta(days=1)
    calls: dict[str, Callable[[], Any]] = {
        "candidates": lambda: candidates(actor, "interior", "births", AGAIN),
        "open_duplicates": lambda: open_duplicates(actor, "interior", "births"),
        "get_duplicate": lambda: get_duplicate(actor, found.id),
    }
    before = usage_index().find("interior", str(ZIAD["number"]), MOMENT - day, MOMENT + day).usages
    calls[shown]()
    after = usage_index().find("interior", str(ZIAD["number"]), MOMENT - day, MOMENT + day).usages
    assert len(after) == len(before) + 1
    assert after[0].source == "officer"
    assert after[0].receipt


def test_who_may_not_is_refused(births: Any, officer: Callable[..., Officer]) -> None:
    _, _, found = pair(births)
    clerk = officer("clerk")
    assert candidates(clerk.actor, "interior", "births", AGAIN) == ()
    for deed in (
        lambda: open_duplicates(births.auditor.actor, "interior", "births"),
        lambda: count_duplicates(clerk.actor, "interior", "births"),
        lambda: keep_apart(births.auditor.actor, found.id, "no right"),
        lambda: merge_duplicate(clerk.actor, found.id, found.one.record, 1, "no right"),
    ):
        with refused("people.role_not_held"):
            deed()
    with refused("registries.foreign_actor"):
        candidates(Actor.system("education"), "interior", "births", AGAIN)
    with refused("registries.duplicate_unknown"):
        get_duplicate(Actor.system("education"), found.id)


def test_pages_follow_one_another_and_a_made_up_token_is_refused(births: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uruk.registries.duplicates.MAX_LISTED", 2)
    for number in range(3):
        add(births, {**STRANGER, "number": f"{number}97911110000"})
    run_due_jobs()
    first = open_duplicates(births.head.actor, "interior", "births")
    second = open_duplicates(births.head.actor, "interior", "births", first.next)
    assert (len(first.duplicates), len(second.duplicates), second.next) == (2, 1, "")
    assert len({one.id for one in (*first.duplicates, *second.duplicates)}) == 3
    for token in ("x", "1", "1.x", "9" * 40, "٣.٣"):
        with refused("registries.page_token"):
            open_duplicates(births.head.actor, "interior", "births", token)


def test_a_forgotten_record_is_in_no_proposal_and_in_no_reason(births: Any) -> None:
    _, other, found = pair(births)
    keep_apart(births.head.actor, found.id, "said Ziad himself")
    births.amend(other, {}, kind="withdraw", registry="births")
    forget(births.registrar.actor, "interior", "births", other, "law/1")
    run_due_jobs()
    assert KeptApart.objects.get().reason == ""
    assert DuplicateProposal.objects.count() == 0
