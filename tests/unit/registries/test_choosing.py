"""What a person chooses before an import is written: which column is which field, which rows are left out."""

from typing import Any

import pytest

from tests.unit.registries.conftest import Archive
from tests.unit.registries.importing import HEAD, cards, rows, shops, small_sets, start, work
from uruk.kernel.api import CodedError
from uruk.registries.api import (
    ImportColumn,
    approve_import,
    check_again,
    column_paths,
    get_import,
    get_record,
    get_registry,
    import_columns,
    import_proposal,
    run_import,
    submit_import,
)
from uruk.registries.models import Import

__all__ = ["small_sets"]
pytestmark = pytest.mark.database
FOREIGN = "No.,Shop,Size,Owner\nA,Bakery,12,Ali\nB,Mill,7,Huda\n"
CHOSEN = {0: "code", 1: "name", 2: "area", 3: ""}


def test_columns_of_a_foreign_table_are_chosen_and_its_rows_checked_anew(archive: Archive) -> None:
    actor = archive.registrar.actor
    found = start(archive, FOREIGN)
    assert (found.state, found.hindrance and found.hindrance.code) == ("failed", "registries.import_no_columns")
    columns = import_columns(actor, found.id)
    assert columns[0] == ImportColumn("No.", "", ("A", "B")) and len(columns) == 4
    check_again(actor, found.id, CHOSEN)
    again = work(archive, found.id)
    assert (again.state, again.good, again.bad) == ("checked", 2, 0)
    assert (again.columns, again.unknown) == (("code", "name", "area"), ("Owner",))
    assert [one.path for one in import_columns(actor, found.id)] == ["code", "name", "area", ""]
    run_import(actor, found.id)
    assert work(archive, found.id).written == 2
    assert get_record(actor, "interior", "shops", key="B").values["area"] == 7


def test_a_column_that_was_understood_wrongly_is_chosen_otherwise(archive: Archive) -> None:
    found = start(archive, "code,name,area\nA,12,Bakery\n")
    assert found.bad == 1
    check_again(archive.registrar.actor, found.id, {0: "code", 1: "area", 2: "name"})
    again = work(archive, found.id)
    assert (again.good, again.bad, again.problems) == (1, 0, ())


def test_a_row_beyond_the_headings_is_still_wrong_where_the_last_column_is_left_out(archive: Archive) -> None:
    found = start(archive, "code,name,colour\nA,Bakery,red\nB,Mill,blue,more\n")
    check_again(archive.registrar.actor, found.id, {0: "code", 1: "name", 2: ""})
    again = work(archive, found.id)
    assert [(one.row, one.error.code) for one in again.problems] == [(3, "registries.import_cell_beyond")]


def test_a_row_is_left_out_of_an_import_of_all_or_nothing_and_taken_in_again(archive: Archive) -> None:
    actor = archive.registrar.actor
    found = start(archive, HEAD + rows(2) + "S9,Shop,forty,\n" + rows(2, first=3))
    check_again(actor, found.id, left_out=[4])
    again = work(archive, found.id)
    assert (again.good, again.bad, again.left_out, again.hindrance) == (4, 0, (4,), None)
    check_again(actor, found.id)
    assert work(archive, found.id).bad == 1
    check_again(actor, found.id, left_out=[4, 6])
    work(archive, found.id)
    run_import(actor, found.id)
    assert work(archive, found.id).written == 3 and shops(archive) == ["S0", "S1", "S3"]


def test_under_a_definition_that_moved_the_same_file_is_checked_anew(archive: Archive) -> None:
    found = start(archive, HEAD + rows(1))
    Import.objects.filter(pk=found.id).update(form="0" * 64)
    assert get_import(archive.registrar.actor, found.id).hindrance is not None
    check_again(archive.registrar.actor, found.id)
    assert work(archive, found.id).hindrance is None


@pytest.mark.parametrize(
    ("columns", "left_out", "code"),
    [
        ({0: "colour"}, (), "registries.import_choice"),
        ({7: "code"}, (), "registries.import_choice"),
        ({-1: "code"}, (), "registries.import_choice"),
        (None, (0,), "registries.import_choice"),
        (None, range(1, 1_002), "registries.import_choice"),
        ({0: "", 1: "", 2: "", 3: ""}, (), "registries.import_no_columns"),
        ({0: "code", 1: "code"}, (), "registries.import_column_twice"),
    ],
)
def test_what_cannot_be_chosen_is_refused_and_nothing_is_changed(
    archive: Archive, columns: Any, left_out: Any, code: str
) -> None:
    found = start(archive, HEAD + rows(1))
    with pytest.raises(CodedError) as error:
        check_again(archive.registrar.actor, found.id, columns, left_out)
    assert error.value.code == code
    assert get_import(archive.registrar.actor, found.id) == found


def test_nothing_is_chosen_any_more_once_it_is_run_or_broken_or_gone(archive: Archive) -> None:
    actor = archive.registrar.actor
    found, broken = start(archive, HEAD + rows(1)), start(archive, HEAD + 'A,"Shop,1,\n')
    run_import(actor, found.id)
    for one in (found, broken):
        with pytest.raises(CodedError, match=r"registries\.import_not_ready"):
            check_again(actor, one.id)
    kept = start(archive, HEAD + rows(1, first=5))
    (archive.settings.data / "imports" / str(kept.id) / "file").unlink()
    with pytest.raises(CodedError, match=r"registries\.import_file_gone"):
        check_again(actor, kept.id)
    assert import_columns(actor, kept.id)[0].sample == ()
    with pytest.raises(CodedError, match=r"people\.role_not_held"):
        check_again(archive.auditor.actor, found.id)
    with pytest.raises(CodedError, match=r"people\.role_not_held"):
        import_columns(archive.auditor.actor, found.id)


def test_a_failed_import_is_not_taken_up_beside_too_many(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uruk.registries.importing.starting.MAX_OPEN", 1)
    failed = start(archive, FOREIGN)
    start(archive, HEAD + rows(1))
    with pytest.raises(CodedError, match=r"registries\.too_many_imports"):
        check_again(archive.registrar.actor, failed.id, CHOSEN)


def test_two_persons_sign_which_column_is_which_and_which_rows_are_left_out(archive: Archive, small_sets: None) -> None:
    actor = archive.registrar.actor
    found = start(archive, cards(4), registry="cards")
    before = import_proposal(actor, found.id)
    check_again(actor, found.id, left_out=[5])
    work(archive, found.id)
    with pytest.raises(CodedError, match=r"registries\.proposal_moved"):
        submit_import(actor, found.id, archive.registrar.approve(before))
    submit_import(actor, found.id, archive.registrar.approve(import_proposal(actor, found.id)))
    with pytest.raises(CodedError, match=r"registries\.import_not_ready"):
        check_again(actor, found.id)
    approve_import(archive.head.actor, found.id, archive.head.approve(import_proposal(archive.head.actor, found.id)))
    done = work(archive, found.id)
    assert (done.state, done.written) == ("done", 3)
    from uruk.acts.api import find_statement

    body = find_statement(done.act).body
    assert body["left-out"] == [5] and body["columns"][:2] == ["number", "name.given"]


def test_the_columns_that_may_be_chosen_are_the_fields_and_their_parts(archive: Archive) -> None:
    model = get_registry(archive.registrar.actor, "interior", "cards").model
    paths = column_paths(model.fields)
    assert paths[:3] == ("number", "name.given", "name.father") and "born" in paths


def test_lines_of_json_have_no_columns_to_choose(archive: Archive) -> None:
    found = start(archive, '{"code": "A", "name": "Shop"}\n{"code": "B", "name": "Mill"}\n', "jsonl")
    assert import_columns(archive.registrar.actor, found.id) == ()
    check_again(archive.registrar.actor, found.id, {}, [2])
    assert work(archive, found.id).good == 1
