"""Rows that were found right are written as they were checked; where that does not stand they are checked anew."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.registries.conftest import Archive
from tests.unit.registries.importing import HEAD, rows, shops, start, told, work
from uruk.registries.api import list_records, run_import
from uruk.registries.importing import writing

pytestmark = pytest.mark.database
JUDGED = writing.judge


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows were checked anew in each set that was written."""
    counted: list[int] = []

    def judge(registry: Any, actor: Any, way: Any, some: Any) -> Any:
        counted.append(len(some))
        return JUDGED(registry, actor, way, some)

    monkeypatch.setattr(writing, "judge", judge)
    return counted


def said(archive: Archive) -> list[dict[str, Any]]:
    found = list_records(archive.head.actor, "interior", "shops").records
    return sorted((dict(one.values) for one in found), key=lambda one: str(one["code"]))


def test_a_row_is_checked_once_and_written_as_it_was_found_right(archive: Archive, judged: list[int]) -> None:
    found = start(archive, "code,name,area,pin\nA,  Shop  one ,٤٠,1234\nB,Shop,,\n")
    run_import(archive.registrar.actor, found.id)
    assert work(archive, found.id).written == 2 and judged == []
    assert said(archive) == [
        {"code": "A", "name": "Shop one", "area": 40, "pin": "1234"}, {"code": "B", "name": "Shop"},
    ]  # fmt: skip


def test_rows_that_were_wrong_stay_out_and_keep_their_reasons(archive: Archive, judged: list[int]) -> None:
    found = start(archive, HEAD + "A,Shop,none,\n" + rows(2) + "\nB,,1,\n", mode="good")
    before = told(found)
    run_import(archive.registrar.actor, found.id)
    done = work(archive, found.id)
    assert (done.written, done.bad, told(done), judged) == (2, 2, before, []) and shops(archive) == ["S0", "S1"]


@pytest.mark.parametrize("what", ["another day or definition", "nothing kept", "something else kept", "a part kept"])
def test_what_was_kept_of_them_is_not_needed(
    archive: Archive, judged: list[int], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    found = start(archive, HEAD + rows(3))
    kept = archive.settings.data / "imports" / str(found.id) / "seen"
    spoil(kept, what, monkeypatch)
    run_import(archive.registrar.actor, found.id)
    work_through(archive, found.id)
    assert sum(judged) == 3 and shops(archive) == ["S0", "S1", "S2"]


def spoil(kept: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if what == "another day or definition":
        monkeypatch.setattr(writing, "ground_of", lambda _: "another")
    elif what == "something else kept":
        kept.write_bytes(b"no database" * 100)
    else:
        kept.unlink()
        if what == "a part kept":
            kept.touch()


def work_through(archive: Archive, import_id: Any) -> None:
    """The import's steps in this process; one that finds what was kept broken leaves it, and the next goes on."""
    from sqlite3 import DatabaseError

    from uruk.registries.importing.work import advance

    for _ in range(3):
        try:
            advance(import_id)
        except DatabaseError:
            continue
    work(archive, import_id)


def test_what_others_did_meanwhile_is_seen_all_the_same(archive: Archive, judged: list[int]) -> None:
    street = archive.create({"code": "S1", "name": "x"}, registry="streets")
    found = start(archive, "code,name,street\nA,x,S1\nB,x,\nC,x,\n", mode="good")
    archive.amend(street, {}, "withdraw", registry="streets")
    archive.create({"code": "B", "name": "somebody else's"})
    run_import(archive.registrar.actor, found.id)
    done = work(archive, found.id)
    assert done.written == 1 and judged == []
    assert told(done) == [(2, "street", "registries.link_to_nothing"), (3, "code", "registries.key_taken")]
