"""Versions, current rows and keys: what is written, when it is seen, who holds a key."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction

from tests.unit.registries.storage import DEFINITION, TODAY, Shelf, following, person, shelf
from uruk.kernel.api import new_id
from uruk.registries.store import Held, KeyTakenError, Store, VersionTakenError

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people() -> Shelf:
    return shelf()


def test_a_record_is_seen_once_its_act_has_its_receipt(people: Shelf) -> None:
    first = people.first(person("1"))
    act = people.write(first, receipt=False)
    assert people.store.find(first.record) is None
    assert people.store.find_by_key(0, ["1"]) is None
    people.acknowledge(act)
    row = people.store.find(first.record)
    assert row is not None
    assert (row.rid, row.latest, row.number, row.status) == (first.rid, 1, 1, "live")
    assert json.loads(row.content or "")["number"] == "1"
    assert people.store.find_by_key(0, ["1"]) == row
    assert people.store.find_many([first.record, new_id()]) == {first.record: row}


def test_a_version_comes_back_as_it_was_written(people: Shelf) -> None:
    row = replace(people.first(person("1")), evidence=("ab" * 32,), request=new_id(), other=new_id(), salt=b"\0" * 32)
    act = people.write(row)
    (found,) = people.store.versions(row.rid)
    (same,) = people.store.of_act(act)
    assert found == same
    written = replace(row, act_id=act, recorded_at=people.clock)
    assert {name: getattr(found, name) for name in found.__slots__} == {
        name: getattr(written, name) for name in found.__slots__
    }


def test_a_receipt_that_comes_twice_changes_nothing(people: Shelf) -> None:
    (first,) = people.create(person("1"))
    second = following(first, {"town": "Mosul"})
    act = people.write(second)
    before = people.store.find(first.record)
    people.write(following(second, {"town": "Erbil"}))
    after = people.store.find(first.record)
    assert people.acknowledge(act) == ()
    assert people.store.find(first.record) == after != before


def test_two_writers_cannot_write_the_same_version(people: Shelf) -> None:
    (first,) = people.create(person("1"))
    people.write(following(first, {"town": "Mosul"}))
    with pytest.raises(VersionTakenError) as refused, transaction.atomic():
        people.write(following(first, {"town": "Erbil"}))
    assert refused.value.code == "registries.version_moved"
    assert (refused.value.rid, refused.value.number) == (first.rid, 2)


def test_a_key_is_taken_from_the_intent_on(people: Shelf) -> None:
    people.write(people.first(person("1")), receipt=False)
    second = people.first(person("1"))
    with pytest.raises(KeyTakenError) as refused, transaction.atomic():
        people.write(second)
    assert refused.value.code == "registries.key_taken"
    assert (refused.value.rid, refused.value.key, refused.value.fields) == (second.rid, 0, ("number",))


def test_a_key_of_two_fields_is_unique_as_a_whole(people: Shelf) -> None:
    people.create(person("1", note="a"), person("2", note="b"), person("3"), person("4"))
    with pytest.raises(KeyTakenError) as refused, transaction.atomic():
        people.create(person("5", note="a"))
    assert refused.value.key == 1
    assert people.store.find_by_key(1, ["Basra", "b"]) == people.store.find_by_key(0, ["2"])
    assert people.store.find_by_key(1, ["Basra", None]) is None


def test_the_same_key_twice_in_one_act_is_refused(people: Shelf) -> None:
    with pytest.raises(KeyTakenError), transaction.atomic():
        people.create(person("1"), person("1"))
    with transaction.atomic():
        people.create(person("1"), person("2"))


def test_a_key_that_changes_holds_the_old_one_until_the_receipt(people: Shelf) -> None:
    (first,) = people.create(person("1"))
    act = people.write(following(first, {"number": "9"}), receipt=False)
    assert people.store.find_by_key(0, ["9"]) is None
    assert people.store.find_by_key(0, ["1"]) is not None
    for taken in ("1", "9"):
        with pytest.raises(KeyTakenError), transaction.atomic():
            people.create(person(taken))
    people.acknowledge(act)
    assert people.store.find_by_key(0, ["9"]) is not None
    assert people.store.find_by_key(0, ["1"]) is None
    people.create(person("1"))


def test_keys_that_exist_are_told_for_many_at_once(people: Shelf) -> None:
    rows = people.create(person("1"), person("2", note="x"))
    people.write(people.first(person("3")), receipt=False)
    people.write(following(rows[0], {"number": "4"}), receipt=False)
    assert people.store.existing_keys(0, [("1",), ("2",), ("3",), ("4",), ("5",)]) == {("1",), ("2",)}
    assert people.store.existing_keys(1, [("Basra", "x"), ("Basra", "y")]) == {("Basra", "x")}


def test_a_withdrawn_record_frees_its_key_and_a_merged_one_keeps_it(people: Shelf) -> None:
    one, two, three = people.create(person("1"), person("2"), person("3"))
    people.write(following(one, kind="withdraw", status="withdrawn"))
    people.write(following(two, kind="merge", status="merged", other=three.record))
    people.create(person("1"))
    with pytest.raises(KeyTakenError), transaction.atomic():
        people.create(person("2"))
    merged = people.store.find_by_key(0, ["2"])
    assert merged is not None and (merged.status, merged.merged_into) == ("merged", three.record)
    with pytest.raises(KeyTakenError), transaction.atomic():
        people.write(following(following(one), kind="restore"))


def test_a_long_key_is_as_unique_as_a_short_one(people: Shelf) -> None:
    people.create(person("x" * 5000 + "1"), person("x" * 5000 + "2"))
    with pytest.raises(KeyTakenError), transaction.atomic():
        people.create(person("x" * 5000 + "1"))
    assert people.store.find_by_key(0, ["x" * 5000 + "2"]) is not None


def test_a_planned_version_comes_into_force_on_its_day_and_holds_its_key_until_then(people: Shelf) -> None:
    (first,) = people.create(person("1"))
    act = people.write(following(first, {"number": "7"}, valid_from=TODAY + 10 * DAY), receipt=False)
    (ahead,) = people.acknowledge(act)
    assert (ahead.rid, ahead.day) == (first.rid, TODAY + 10 * DAY)
    row = people.store.find(first.record)
    assert row is not None and (row.latest, row.number) == (2, 1)
    with pytest.raises(KeyTakenError), transaction.atomic():
        people.create(person("7"))
    people.store.refresh(first.rid, TODAY + 10 * DAY)
    row = people.store.find_by_key(0, ["7"])
    assert row is not None and (row.number, row.rid) == (2, first.rid)
    people.create(person("1"))


def test_a_day_that_comes_frees_no_key_that_a_pending_change_has_reserved(people: Shelf) -> None:
    (first,) = people.create(person("1"))
    act = people.write(following(first, {"number": "7"}), receipt=False)
    people.store.refresh(first.rid, TODAY)
    people.store.rebuild(TODAY, people.known)
    with pytest.raises(KeyTakenError), transaction.atomic():
        people.create(person("7"))
    people.acknowledge(act)
    assert people.store.find_by_key(0, ["7"]) is not None


def test_a_record_of_tomorrow_is_dormant_today(people: Shelf) -> None:
    (first,) = people.create(person("1"), valid_from=TODAY + DAY, valid_until=TODAY + 3 * DAY)
    row = people.store.find(first.record)
    assert row is not None and (row.status, row.number, row.content) == ("dormant", 0, None)
    for days, status in ((1, "live"), (2, "live"), (3, "dormant")):
        people.store.refresh(first.rid, TODAY + days * DAY)
        row = people.store.find(first.record)
        assert row is not None and row.status == status


def test_a_correction_of_the_past_leaves_today_alone(people: Shelf) -> None:
    (first,) = people.create(person("1"), valid_from=date(2020, 1, 1))
    second = following(first, {"town": "Mosul"}, valid_from=date(2024, 1, 1))
    people.write(second)
    people.write(
        following(second, {"town": "Najaf"}, kind="correct", valid_from=date(2020, 1, 1), valid_until=date(2022, 1, 1))
    )
    row = people.store.find(first.record)
    assert row is not None and (row.latest, row.number) == (3, 2)
    towns = {}
    for year in (2019, 2020, 2021, 2022, 2024):
        found = people.store.as_of(first.record, date(year, 6, 1), people.clock)
        towns[year] = found and json.loads(found.content or "")["town"]
    assert towns == {2019: None, 2020: "Najaf", 2021: "Najaf", 2022: "Basra", 2024: "Mosul"}
    before = people.store.as_of(first.record, date(2020, 6, 1), people.clock - timedelta(seconds=1))
    assert before is not None and before.number == 1


def test_capacity_is_taken_and_given_back_within_its_bound(people: Shelf) -> None:
    (first,) = people.create(person("1", seats=10))
    store = people.store
    assert store.take(first.rid, 7) == Held(7, 10)
    assert store.take(first.rid, 4) is None
    assert store.take(first.rid, 3) == Held(10, 10)
    assert store.set_cap(first.rid, 9) is None
    assert store.give(first.rid, 4) == Held(6, 10)
    assert store.give(first.rid, 7) is None
    assert store.set_cap(first.rid, 6) == Held(6, 6)
    people.write(following(first, {"seats": 20}))
    row = store.find(first.record)
    assert row is not None and (row.taken, row.cap) == (6, 20)
    people.write(following(following(first), {"seats": 20}, kind="withdraw", status="withdrawn"))
    assert store.take(first.rid, 1) is None
    assert store.give(first.rid, 6) == Held(0, 20)


def test_a_record_without_a_capacity_has_nothing_to_take(people: Shelf) -> None:
    (first,) = people.create(person("1"))
    assert people.store.take(first.rid, 1) is None


def test_numbers_of_records_are_never_given_twice(people: Shelf) -> None:
    numbers = [*people.store.next_rids(3), *people.store.next_rids(2), *people.store.next_rids(0)]
    assert numbers == sorted(set(numbers)) and len(numbers) == 5


def test_what_is_forgotten_is_gone_from_every_table(people: Shelf) -> None:
    first, other = people.create(person("1", given="زينب", holder="199000000001", seats=3), person("2"))
    people.write(following(first, {"town": "Mosul"}))
    people.store.forget(first.rid)
    store = people.store
    row = store.find(first.record)
    assert row is not None and (row.status, row.content, row.cap) == ("forgotten", None, None)
    for version in store.versions(first.rid):
        assert (version.content, version.salt, version.reason, version.evidence) == (None, None, None, ())
        assert version.leaf == b"l" * 32
    assert store.count(words="زينب", statuses=("live", "forgotten")) == 0
    assert store.find_by_key(0, ["1"]) is None and store.by_subject("199000000001") == ()
    assert store.count() == 1 and store.find(other.record) is not None
    store.purge()
    people.create(person("1"))


def test_what_was_on_its_way_to_a_forgotten_record_is_forgotten_too(people: Shelf) -> None:
    (first,) = people.create(person("1"))
    act = people.write(following(first, {"number": "5"}), receipt=False)
    people.store.forget(first.rid)
    people.acknowledge(act)
    row = people.store.find(first.record)
    assert row is not None and row.status == "forgotten"
    assert [version.content for version in people.store.of_act(act)] == [None]
    people.create(person("5"))


def test_a_registry_without_keys_and_words_keeps_records_all_the_same() -> None:
    bare = shelf(replace(DEFINITION, keys=(), subjects=(), match={}, capacity=None), "bare")
    first, _ = bare.create(person("1"), person("1"))
    assert bare.store.find(first.record) is not None and bare.store.count() == 2


def test_records_of_one_registry_are_not_those_of_another(people: Shelf) -> None:
    other = shelf(code="others")
    (first,) = people.create(person("1"))
    other.create(person("1"), person("2"))
    assert people.store.count() == 1 and other.store.find(first.record) is None
    assert isinstance(other.store, Store)
