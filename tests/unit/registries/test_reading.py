"""Who is shown what: now and then, by key and by page, by role and field, noted for those it is about."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.fixtures import MOMENT, Officer, make_institution
from tests.unit.registries.samples import CARD, NUMBER, OTHER_NUMBER, SHOP
from uruk.acts.api import run_due_jobs, usage_index
from uruk.acts.models import Act
from uruk.kernel.api import Actor, CodedError, FixedClock
from uruk.registries.api import (
    MASK,
    Change,
    Filter,
    InvalidChangesError,
    PageQuery,
    count_records,
    get_record,
    get_registry,
    list_records,
    registries_of,
    timeline,
    version_receipt,
)
from uruk.registries.opening import open_registry
from uruk.registries.sealing import open_values

pytestmark = pytest.mark.database
DAY = timedelta(days=1)


def refused(code: str) -> Any:
    return pytest.raises(CodedError, match=code.replace(".", r"\."))


def readings(number: str = NUMBER) -> list[Any]:
    return list(usage_index().find("interior", number, MOMENT - DAY, MOMENT + 30 * DAY).usages)


# -- time ------------------------------------------------------------------------------------------------------------


def test_what_was_true_on_a_day_and_what_was_known_then_both_answer(
    archive: Any, clock: FixedClock, today: date
) -> None:
    record = archive.create(area=40)
    clock.advance(10 * DAY)
    archive.amend(record, {"area": 60})
    clock.advance(10 * DAY)
    known_before = clock.now()
    clock.advance(DAY)
    archive.amend(record, {"area": 45}, "correct", corrects=1)
    read = lambda **when: archive.get(record, **when).values["area"]  # noqa: E731
    assert read() == 60
    assert read(on=today) == 45, "what was true then, as is known today"
    assert read(on=today, known=known_before) == 40, "as was known then"
    assert read(known=clock.now() - 15 * DAY) == 40
    with refused("registries.not_then"):
        read(on=today - DAY)


def test_a_planned_change_comes_true_on_its_day_and_what_is_changed_before_ends_there(
    archive: Any, clock: FixedClock, today: date
) -> None:
    record = archive.create(area=40)
    archive.amend(record, {"area": 90}, valid_from=today + 5 * DAY)
    assert (archive.get(record).values["area"], archive.get(record).latest) == (40, 2)
    archive.amend(record, {"name": "فرن"})
    assert archive.get(record).values == {**archive.get(record).values, "name": "فرن", "area": 40}
    assert archive.get(record).valid_until == today + 5 * DAY
    assert archive.get(record, on=today + 6 * DAY).values["area"] == 90
    clock.advance(5 * DAY)
    run_due_jobs(1000)
    assert archive.get(record).values["area"] == 90


def test_a_record_ends_with_its_period(archive: Any, clock: FixedClock, today: date) -> None:
    record = archive.change(Change("create", values=SHOP, valid_until=today + 2 * DAY)).records[0]
    assert archive.get(record).status == "live"
    clock.advance(2 * DAY)
    run_due_jobs(1000)
    assert archive.get(record).status == "dormant"


# -- rights ----------------------------------------------------------------------------------------------------------


def test_a_field_is_seen_by_the_roles_it_names_and_a_secret_only_by_them(archive: Any) -> None:
    record = archive.create(pin="1234", by=archive.head, remark="late")
    as_head, as_registrar, as_auditor = (
        archive.get(record, by=one) for one in (archive.head, archive.registrar, archive.auditor)
    )
    assert (as_head.values["pin"], as_head.values["remark"]) == ("1234", "late")
    assert (as_registrar.values["pin"], as_registrar.values["remark"]) == (MASK, "late")
    assert as_auditor.values["pin"] == MASK and "remark" not in as_auditor.values
    assert as_auditor.withheld == ("remark",)


def test_a_secret_is_stored_sealed_and_bound_to_its_record(archive: Any) -> None:
    first, second = archive.create(pin="1234"), archive.create(code="A2", pin="1234")
    store = open_registry("interior", "shops").store
    contents = [store.find(one).content for one in (first, second)]
    assert all("1234" not in one and "sealed/1:" in one for one in contents) and contents[0] != contents[1]
    archive.amend(first, {"area": 70})
    before, after = (one.content for one in store.versions(store.find(first).rid))
    assert before[before.index("sealed/1:") :][:60] == after[after.index("sealed/1:") :][:60], "unchanged, so not anew"
    assert archive.get(first, by=archive.head).values["pin"] == "1234"


def test_a_sealed_value_that_was_moved_to_another_record_does_not_open(archive: Any) -> None:
    registry = open_registry("interior", "shops")
    first, second = archive.create(pin="1234"), archive.create(code="A2", pin="5678")
    stored = json.loads(registry.store.find(first).content)
    assert open_values(registry, first, stored, frozenset({"pin"}))["pin"] == "1234"
    for record, values in ((second, stored), (first, {"pin": stored["pin"][:-4] + "AAA="})):
        with refused("registries.secret_unreadable"):
            open_values(registry, record, values, frozenset({"pin"}))


def test_who_may_not_write_a_field_is_told_which(archive: Any) -> None:
    with pytest.raises(InvalidChangesError) as found:
        archive.create(remark="x")
    assert found.value.code == "registries.changes_invalid" and "remark" in found.value.sentence("en")
    assert [(one.field, one.error.code) for one in found.value.problems] == [("remark", "registries.field_not_yours")]
    with refused("people.role_not_held"):
        archive.create(by=archive.auditor)


def test_by_a_field_that_one_may_not_see_nothing_is_found(archive: Any) -> None:
    archive.create()
    for name in ("remark", "pin", "nothing"):
        with refused("registries.not_indexed"):
            list_records(archive.auditor.actor, "interior", "shops", PageQuery(filters=(Filter(name, "eq", "x"),)))
        with refused("registries.not_indexed"):
            count_records(archive.auditor.actor, "interior", "shops", (Filter(name, "eq", "x"),))


def test_another_institution_reads_nothing_here_on_the_same_node(archive: Any, officer: Callable[..., Officer]) -> None:
    record = archive.create()
    make_institution("health")
    stranger = officer("registrar", institution="health", name="stranger.1").actor
    for do in (
        lambda: get_record(stranger, "interior", "shops", record),
        lambda: list_records(stranger, "interior", "shops"),
        lambda: timeline(stranger, "interior", "shops", record),
        lambda: version_receipt(stranger, "interior", "shops", record, 1),
        lambda: get_registry(stranger, "interior", "shops"),
        lambda: get_record(Actor(channel="exchange", institution="health"), "interior", "shops", record),
        lambda: get_record(Actor.system("health"), "interior", "shops", record),
    ):
        with refused("registries.foreign_actor"):
            do()


def test_a_visitor_is_told_of_no_record(archive: Any) -> None:
    record = archive.create()
    with refused("registries.record_unknown"):
        get_record(Actor.anonymous("portal"), "interior", "shops", record)


def test_an_office_is_told_its_registries_and_rights(archive: Any) -> None:
    found = {one.code: one.rights for one in registries_of(archive.auditor.actor)}
    assert found["shops"] == {"read"} and "cards" not in found
    assert get_registry(archive.head.actor, "interior", "cards").rights == {"read", "approve", "forget", "export"}
    with refused("registries.registry_unknown"):
        get_registry(archive.head.actor, "interior", "nothing")


# -- by key and page ---------------------------------------------------------------------------------------------------


def test_a_record_is_found_by_its_key_in_any_spelling_its_fields_take(archive: Any) -> None:
    record = archive.card()
    for key in (NUMBER, "١٩٨٠١٢٣٤٥٦٧٨", [NUMBER], {"number": NUMBER}):
        assert get_record(archive.head.actor, "interior", "cards", key=key).record == record
    for key in ({"name": "x"}, ["a", "b"], None, {}):
        with refused("registries.key_shape"):
            get_record(archive.head.actor, "interior", "cards", key=key)
    with refused("definitions.field_not_national_number"):
        get_record(archive.head.actor, "interior", "cards", key="12")


def test_pages_follow_each_other_by_words_filters_and_order(archive: Any) -> None:
    for at in range(5):
        archive.create(code=f"A{at}", name=f"مخبز {at}", area=10 + at)
    query = PageQuery(filters=(Filter("area", "from", 11),), order="area", descending=True, limit=2)
    page = list_records(archive.auditor.actor, "interior", "shops", query, total=True)
    assert [one.values["area"] for one in page.records] == [14, 13] and page.total == 4
    rest = list_records(archive.auditor.actor, "interior", "shops", replace(query, after=page.next))
    assert [one.values["area"] for one in rest.records] == [12, 11]
    assert [
        one.title for one in list_records(archive.auditor.actor, "interior", "shops", PageQuery(words="مخبز 3")).records
    ] == ["مخبز 3"]


# -- noted -------------------------------------------------------------------------------------------------------------


def test_what_an_officer_is_shown_of_a_person_that_person_sees(archive: Any, clock: FixedClock) -> None:
    record = archive.card()
    visit = archive.create({"card": NUMBER, "day": "2026-11-01"}, registry="visits")
    actor = archive.head.actor
    for service, do in (
        ("registry.read", lambda: get_record(actor, "interior", "cards", record)),
        ("registry.read", lambda: timeline(actor, "interior", "cards", record)),
        ("registry.read", lambda: version_receipt(actor, "interior", "cards", record, 1)),
        ("registry.listed", lambda: list_records(actor, "interior", "cards")),
        ("registry.read", lambda: archive.get(visit, "visits")),
    ):
        clock.advance(timedelta(hours=1))
        before = len(readings())
        do()
        assert [one.service for one in readings()[: len(readings()) - before]] == [service]


def test_a_list_of_many_is_one_act_and_nothing_is_noted_where_nobody_is_spoken_of(
    archive: Any, clock: FixedClock
) -> None:
    archive.card()
    archive.card(number=OTHER_NUMBER)
    archive.create()
    clock.advance(timedelta(hours=1))
    before = Act.objects.filter(type="record.read").count()
    list_records(archive.head.actor, "interior", "cards")
    list_records(archive.auditor.actor, "interior", "shops")
    assert Act.objects.filter(type="record.read").count() == before + 1
    assert readings()[0].reference == readings(OTHER_NUMBER)[0].reference


def test_the_node_itself_reads_without_a_note(archive: Any) -> None:
    record = archive.card()
    before = Act.objects.filter(type="record.read").count()
    found = get_record(Actor.system("interior"), "interior", "cards", record)
    assert found.values["number"] == CARD["number"] and found.withheld == ()
    assert Act.objects.filter(type="record.read").count() == before
