"""What stands beside the versions can be made anew from them, and follows a newer definition."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.registries.storage import DEFINITION, FIELDS, TODAY, Shelf, following, numbers, person, shelf
from uruk.definitions.api import Field, Fields
from uruk.kernel.api import CodedError
from uruk.registries import rebuilding
from uruk.registries.database import database
from uruk.registries.ground import Ground
from uruk.registries.models import Registry
from uruk.registries.rebuilding import lay_out
from uruk.registries.store import Filter, Group, PageQuery, Store
from uruk.registries.tables import Tables, make_tables

pytestmark = pytest.mark.django_db


def filled(count: int = 40) -> Shelf:
    """Records with every kind of history."""
    people, pick = shelf(), random.Random(3)
    rows = people.create(*(person(str(place), note=f"n{place}", seats=place) for place in range(count)))
    for first in rows:
        row = first
        for step in range(pick.randrange(3)):
            row = following(row, {"town": pick.choice(["Mosul", "Erbil"])}, valid_from=TODAY + timedelta(days=step))
            people.write(row)
        if pick.random() < 0.3:
            status: Any = pick.choice(["withdrawn", "merged"])
            people.write(
                following(row, kind=status, status=status, other=rows[0].record if status == "merged" else None)
            )
    people.store.forget(rows[5].rid)
    people.store.take(rows[7].rid, 2)
    people.write(following(rows[9], {"number": "on its way"}, number=9), receipt=False)
    return people


def state(people: Shelf) -> dict[str, Any]:
    """All that stands beside the versions."""
    tables, db = Tables(people.store.number), database()
    columns = ", ".join(name for name in db.columns(tables.current))
    found = {table: sorted(db.all(f"SELECT * FROM {table}")) for table in (tables.key, tables.match)}
    rows = db.all(f"SELECT {columns}, record, act_id FROM {tables.current} ORDER BY rid")
    searched = {
        word: numbers(people.store.page(PageQuery(words=word)).rows) for word in ("mosul", "erbil", "bas", "علي")
    }
    return {**found, "current": rows, **searched}


def test_current_rows_keys_and_words_are_made_anew_from_the_versions() -> None:
    people = filled()
    before = state(people)
    assert people.store.rebuild(TODAY, people.known) == 40
    assert state(people) == before


def test_what_was_lost_or_strange_is_right_after_a_rebuild() -> None:
    people = filled()
    before, tables, db = state(people), Tables(people.store.number), database()
    db.run(
        f"UPDATE {tables.current} SET status = 'withdrawn', f_town = 'nowhere' WHERE rid % 3 = 0 AND status = 'live'"
    )
    db.run(f"DELETE FROM {tables.key} WHERE rid % 2 = 0")
    db.run(f"INSERT INTO {tables.key} (place, value, rid) VALUES (0, 'stranger', 999999)")
    db.run(f"DELETE FROM {tables.match}")
    people.store.rebuild(TODAY, people.known)
    assert state(people) == before


def test_a_registry_is_made_anew_a_thousand_records_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 7)
    people = filled()
    before = state(people)
    assert people.store.rebuild(TODAY, people.known) == 40
    assert state(people) == before


WIDER = replace(
    DEFINITION,
    fields=Fields((*(one for one in FIELDS if one.name not in {"note", "seats"}), Field("note", "text", find=True),
                   Field("seats", "integer", find=True))),
    keys=(("number",),), subjects=(),
)  # fmt: skip


def wider(people: Shelf) -> Store:
    make_tables(people.store.number, WIDER)
    return Store(people.store.number, WIDER)


def test_a_field_that_becomes_findable_is_found_once_the_registry_is_laid_out() -> None:
    people = shelf(replace(DEFINITION, capacity=None, keys=(("number",),)))
    people.create(person("1", note="green"), person("2", note="blue", seats=4))
    store = wider(people)
    with pytest.raises(CodedError, match="not_indexed"):
        store.page(PageQuery(order="seats"))
    people.create(person("3", note="green"))
    assert lay_out(Ground(store.number, WIDER), TODAY, people.known)
    assert numbers(store.page(PageQuery(filters=(Filter("seats", "eq", 4),))).rows) == ["2"]
    assert numbers(store.page(PageQuery(words="gree")).rows) == ["1", "3"]
    assert not lay_out(Ground(store.number, WIDER), TODAY, people.known)


def test_laying_out_goes_on_where_it_was_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 3)
    people = shelf(replace(DEFINITION, capacity=None))
    people.create(*(person(str(place), seats=place) for place in range(10)))
    store, done = wider(people), []
    make = rebuilding._make

    def interrupted(ground: Ground, rids: Any, *more: Any) -> None:
        if len(done) == 2:
            raise RuntimeError("the power went")
        done.append(rids)
        make(ground, rids, *more)

    monkeypatch.setattr(rebuilding, "_make", interrupted)
    with pytest.raises(RuntimeError):
        lay_out(Ground(store.number, WIDER), TODAY, people.known)
    assert Registry.objects.get(pk=store.number).laid_to == done[-1][-1]
    again: list[Any] = []
    monkeypatch.setattr(
        rebuilding, "_make", lambda ground, rids, *more: (again.append(rids), make(ground, rids, *more))
    )
    assert lay_out(Ground(store.number, WIDER), TODAY, people.known)
    assert not {rid for rids in done for rid in rids} & {rid for rids in again for rid in rids}
    assert numbers(store.page(PageQuery(order="seats", descending=True, limit=2)).rows) == ["9", "8"]


def test_a_column_follows_a_field_that_takes_another_type() -> None:
    people = shelf()
    people.create(person("1", seats=10), person("2", seats=9))
    changed = replace(
        WIDER, fields=Fields((*(one for one in WIDER.fields if one.name != "seats"), Field("seats", "text", find=True)))
    )
    changed = replace(changed, capacity=None)
    assert lay_out(Ground(people.store.number, changed), TODAY, people.known)
    store = Store(people.store.number, changed)
    assert store.count((Filter("seats", "eq", "x"),)) == 0
    assert store.group("seats") == (Group("10", 1), Group("9", 1))
