"""Imports: read, checked, shown with every bad row, written in change sets, signed by two where two must decide."""

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.unit.registries.conftest import Archive
from tests.unit.registries.importing import HEAD, rows, shops, start, told, work
from uruk.kernel.api import Actor, CodedError, FixedClock
from uruk.registries.api import (
    PageQuery,
    cancel_import,
    get_import,
    get_record,
    import_errors,
    list_imports,
    list_records,
    run_import,
    start_import,
    timeline,
)

pytestmark = pytest.mark.database


def test_a_file_is_checked_shown_and_only_then_written(archive: Archive) -> None:
    found = start(archive, HEAD + rows(3))
    assert (found.state, found.good, found.bad, found.progress) == ("checked", 3, 0, 100)
    assert found.columns == ("code", "name", "area", "opened") and shops(archive) == []
    run_import(archive.registrar.actor, found.id)
    done = work(archive, found.id)
    assert (done.state, done.written, done.progress) == ("done", 3, 100)
    assert shops(archive) == ["S0", "S1", "S2"]
    record = get_record(archive.registrar.actor, "interior", "shops", key="S1")
    (version,) = timeline(archive.registrar.actor, "interior", "shops", record.record)
    assert (version.author, version.role, version.reason) == (str(archive.registrar.person), "registrar", "letter 7")
    assert run_import(archive.registrar.actor, found.id).state == "done"
    assert len(shops(archive)) == 3


def test_each_bad_row_is_named_with_its_field_and_why_in_the_readers_language(archive: Archive) -> None:
    bad = "A,Shop,forty,\nB,,1,2100-01-01\nC,Shop,2,\nC,Again,3,\nD,Shop,1,,more\n"
    found = start(archive, HEAD + bad)
    assert told(found) == [
        (2, "area", "definitions.field_not_number"),
        (3, "name", "definitions.field_required"),
        (5, "code", "registries.key_taken"),
        (6, "", "registries.import_cell_beyond"),
    ]
    assert (found.good, found.bad) == (1, 4)
    assert found.hindrance is not None and found.hindrance.code == "registries.import_rows_bad"
    for language in ("ar", "ckb", "en"):
        sheet = b"".join(import_errors(archive.registrar.actor, found.id, language)).decode()
        assert sheet.count("\r\n") == 5
        assert found.problems[0].error.sentence(language) in sheet.replace('""', '"')
    with pytest.raises(CodedError, match=r"registries\.import_rows_bad"):
        run_import(archive.registrar.actor, found.id)
    assert shops(archive) == []


def test_good_rows_alone_are_written_where_that_was_asked_for(archive: Archive) -> None:
    found = start(archive, HEAD + "A,Shop,forty,\nB,Shop,1,\nC,Shop,2,2100-01-01\n", mode="good")
    assert told(found) == [(2, "area", "definitions.field_not_number"), (4, "opened", "registries.condition_unmet")]
    assert "المحلات" not in found.problems[1].error.sentence("ar")
    run_import(archive.registrar.actor, found.id)
    assert work(archive, found.id).written == 1 and shops(archive) == ["B"]


def test_a_file_of_wrong_rows_only_writes_nothing(archive: Archive) -> None:
    found = start(archive, HEAD + "A,Shop,forty,\n", mode="good")
    with pytest.raises(CodedError, match=r"registries\.import_nothing_good"):
        run_import(archive.registrar.actor, found.id)


@pytest.mark.parametrize(
    ("text", "columns", "unknown"),
    [
        ("\ufeffcode;name;area\nA;Shop;1\n", ("code", "name", "area"), ()),
        ("code\tname\nA\tShop\n", ("code", "name"), ()),
        ('code,name,area\n"A","Shop, of\nbread",1\n', ("code", "name", "area"), ()),
        ("الرمز,الاسم,colour\nA,Shop,red\n", ("code", "name"), ("colour",)),
        ("کۆد,ناو,ڕووبەر\nA,Shop,١٢\n", ("code", "name", "area"), ()),
        ("CODE,Name,\nA,Shop,\n\n,,\n", ("code", "name"), ()),
    ],
    ids=["semicolons", "tabs", "quoted", "Arabic labels", "Kurdish labels", "empty lines"],
)
def test_a_table_is_understood_however_it_was_saved(
    archive: Archive, text: str, columns: Sequence[str], unknown: Sequence[str]
) -> None:
    found = start(archive, text)
    assert (found.columns, found.unknown, found.good, found.bad) == (columns, unknown, 1, 0), found.problems


def test_parts_of_a_person_have_columns_of_their_own(archive: Archive) -> None:
    text = "number,name.given,الاسم.father,ناو.grandfather,born\n198012345678,زينب,علي,حسن,6/5/1980\n"
    found = start(archive, text, registry="cards")
    assert found.columns == ("number", "name.given", "name.father", "name.grandfather", "born")
    assert (found.good, found.problems) == (1, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("colour,size\nred,1\n", "registries.import_no_columns"),
        ("code,name,code\nA,Shop,B\n", "registries.import_column_twice"),
        (",".join(["code", *(f"c{at}" for at in range(500))]) + "\nA\n", "registries.import_too_many_columns"),
        (HEAD + 'A,"Shop"s,1,\n', "registries.import_csv_broken"),
        (HEAD + 'A,"Shop,1,\n', "registries.import_csv_broken"),
        (b"code,name\nA,\xc7\xe1\n", "registries.import_not_utf8"),
        (HEAD + "A," + "x" * (1 << 20) + ",1,\n", "registries.import_line_too_long"),
        (HEAD, "registries.import_empty"),
        ("\n", "registries.import_no_columns"),
    ],
)
def test_a_file_that_cannot_be_read_ends_the_import_with_its_reason(
    archive: Archive, text: str | bytes, code: str
) -> None:
    found = start(archive, text)
    assert found.state == "failed" and found.hindrance is not None
    assert found.hindrance.code == code
    assert all(found.hindrance.sentence(language) for language in ("ar", "ckb", "en"))
    with pytest.raises(CodedError, match=r"registries\.import_not_ready"):
        run_import(archive.registrar.actor, found.id)


def test_lines_of_json_are_read_strictly(archive: Archive) -> None:
    lines = [
        '{"code": "A", "name": "Shop", "area": 1, "stands": [{"what": "bread", "count": 2}]}',
        '{"code": "B", "code": "C", "name": "Shop"}',
        '{"code": "D", "name": "Shop", "area": 1.5}',
        "[1]",
        "",
        '{"code": "E", "name": "Shop", "colour": "red"}',
        '{"code": "F", "name": ' + "[" * 5000 + "]" * 5000 + "}",
        '{"code": "G", "name": "Shop", "area": NaN}',
    ]
    found = start(archive, "\n".join(lines), "jsonl")
    bad = [(row, "", "registries.import_line") for row in (2, 3, 4)]
    assert told(found) == [
        *bad,
        (6, "colour", "definitions.field_unknown"),
        (7, "", "registries.import_line"),
        (8, "", "registries.import_line"),
    ]
    assert found.good == 1


def test_by_key_what_is_there_is_changed_and_the_rest_is_new(archive: Archive) -> None:
    archive.create(code="A", name="Old", area=5)
    archive.create(code="B", name="Same", area=7)
    found = start(archive, "code,name,area\nA,New,\nB,Same,7\nC,Fresh,9\n", kind="key")
    assert (found.good, found.bad, found.same) == (2, 0, 1), found.problems
    run_import(archive.registrar.actor, found.id)
    assert work(archive, found.id).written == 2
    get = lambda key: get_record(archive.registrar.actor, "interior", "shops", key=key)  # noqa: E731
    assert (get("A").values["name"], get("A").values["area"], get("A").number) == ("New", 5, 2)
    assert (get("B").number, get("C").values["area"]) == (1, 9)


def test_json_null_takes_a_value_away(archive: Archive) -> None:
    archive.create(code="A", area=5)
    found = start(archive, '{"code": "A", "area": null}', "jsonl", kind="key")
    run_import(archive.registrar.actor, found.id)
    work(archive, found.id)
    assert "area" not in get_record(archive.registrar.actor, "interior", "shops", key="A").values


def test_without_a_key_there_are_only_new_records(archive: Archive) -> None:
    with pytest.raises(CodedError, match=r"registries\.foreign_actor|people\.role_not_held"):
        start(archive, "day\n2026-01-01\n", registry="visits", kind="key")
    with pytest.raises(CodedError, match=r"registries\.import_without_key"):
        start_import(Actor.system("interior"), "interior", "visits", io.BytesIO(b"x"), "csv", "all", "key", "letter 7")


def test_the_same_key_twice_in_a_file_is_found_far_apart(archive: Archive) -> None:
    found = start(archive, HEAD + rows(1200) + "S7,Again,1,\n")
    assert told(found) == [(1202, "code", "registries.import_key_twice")]
    assert found.problems[0].error.values == {"row": 9} and found.good == 1200


def test_many_rows_become_change_sets_of_a_thousand_each_with_its_receipt(archive: Archive) -> None:
    found = start(archive, HEAD + rows(2300) + "X,,,\n", mode="good")
    run_import(archive.registrar.actor, found.id)
    done = work(archive, found.id)
    assert (done.state, done.written, done.bad) == ("done", 2300, 1)
    page = list_records(archive.registrar.actor, "interior", "shops", PageQuery(limit=1), total=True)
    assert page.total == 2300
    acts = {get_record(archive.registrar.actor, "interior", "shops", key=f"S{at}").act for at in (0, 999, 1000, 2299)}
    assert len(acts) == 3


def test_all_or_nothing_stops_at_a_row_that_has_become_wrong_and_goes_on_afterwards(archive: Archive) -> None:
    found = start(archive, HEAD + rows(3))
    archive.create(code="S1", name="Came first")
    run_import(archive.registrar.actor, found.id)
    stopped = work(archive, found.id)
    assert (stopped.state, stopped.hindered_row, stopped.written) == ("halted", 3, 0)
    assert stopped.hindrance is not None and stopped.hindrance.code == "registries.key_taken"
    assert shops(archive) == ["S1"]
    record = get_record(archive.registrar.actor, "interior", "shops", key="S1")
    archive.change(_withdraw(record.record, record.latest))
    run_import(archive.registrar.actor, found.id)
    assert work(archive, found.id).state == "done"
    assert shops(archive) == ["S0", "S1", "S2"]


def _withdraw(record: UUID, base: int) -> Any:
    from uruk.registries.api import Change

    return Change("withdraw", record, base)


def test_what_is_written_meanwhile_is_left_out_with_its_reason(archive: Archive) -> None:
    found = start(archive, HEAD + rows(3), mode="good")
    archive.create(code="S1", name="Came first")
    run_import(archive.registrar.actor, found.id)
    done = work(archive, found.id)
    assert (done.state, done.written, told(done)) == ("done", 2, [(3, "code", "registries.key_taken")])


def test_rows_link_to_earlier_rows_of_the_same_file(archive: Archive) -> None:
    archive.create({"code": "main", "name": "Main street"}, registry="streets")
    found = start(archive, "code,name,street\nA,Shop,main\nB,Shop,nowhere\n")
    assert told(found) == [(3, "street", "registries.link_to_nothing")]


def test_an_import_is_cancelled_and_its_file_destroyed(archive: Archive) -> None:
    found = start(archive, HEAD + rows(2))
    folder = archive.settings.data / "imports" / str(found.id)
    assert (folder / "file").is_file()
    assert cancel_import(archive.registrar.actor, found.id).state == "cancelled"
    assert not folder.exists()
    with pytest.raises(CodedError, match=r"registries\.import_not_ready"):
        run_import(archive.registrar.actor, found.id)
    assert shops(archive) == []


def test_files_and_bad_rows_are_destroyed_a_week_after_and_idle_imports_end(
    archive: Archive, clock: FixedClock
) -> None:
    from datetime import timedelta

    from uruk.registries.importing.work import forget_imports

    done = start(archive, HEAD + "A,Shop,x,\nB,Shop,1,\n", mode="good")
    run_import(archive.registrar.actor, done.id)
    work(archive, done.id)
    idle = start(archive, HEAD + rows(1))
    clock.advance(timedelta(days=8))
    forget_imports({})
    assert not (archive.settings.data / "imports" / str(done.id)).exists()
    assert get_import(archive.registrar.actor, done.id).problems == ()
    assert get_import(archive.registrar.actor, idle.id).state == "checked"


def test_a_missing_file_is_said(archive: Archive) -> None:
    import shutil

    found = start(archive, HEAD + rows(2))
    shutil.rmtree(archive.settings.data / "imports" / str(found.id))
    run_import(archive.registrar.actor, found.id)
    stopped = work(archive, found.id)
    assert stopped.hindrance is not None and stopped.hindrance.code == "registries.import_file_gone"


def test_who_may_not_import_sees_and_does_nothing(archive: Archive) -> None:
    with pytest.raises(CodedError, match=r"people\.role_not_held"):
        start(archive, HEAD + rows(1), by=archive.auditor)
    found = start(archive, HEAD + rows(1))
    for deed in (get_import, run_import, cancel_import):
        with pytest.raises(CodedError, match=r"people\.role_not_held"):
            deed(archive.auditor.actor, found.id)
    foreign = replace(archive.registrar.actor, institution="elsewhere")
    with pytest.raises(CodedError, match=r"registries\.import_unknown"):
        get_import(foreign, found.id)
    with pytest.raises(CodedError, match=r"registries\.import_unknown"):
        get_import(archive.registrar.actor, UUID(int=7))
    assert [one.id for one in list_imports(archive.registrar.actor, "interior", "shops")] == [found.id]
