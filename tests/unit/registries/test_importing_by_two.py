"""Imports that are refused, that two must sign, that move while they are checked."""

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from tests.unit.registries.conftest import Archive
from tests.unit.registries.importing import HEAD, cards, rows, small_sets, start, told, work
from tests.unit.registries.samples import CARD
from uruk.acts.api import job_names
from uruk.kernel.api import CodedError
from uruk.registries.api import (
    Filter,
    PageQuery,
    approve_import,
    get_record,
    import_proposal,
    list_records,
    run_import,
    submit_import,
)
from uruk.registries.store import VersionTakenError
from uruk.trust.api import cbor

__all__ = ["small_sets"]
pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"mode": "some"}, "registries.import_choice"),
        ({"kind": "delete"}, "registries.import_choice"),
        ({"file_format": "ods"}, "registries.import_choice"),
        ({"reason": " "}, "registries.reason_missing"),
        ({"evidence": ["0" * 64]}, "registries.file_unknown"),
        ({"text": ""}, "registries.file_empty"),
    ],
)
def test_what_is_handed_in_is_refused_with_its_reason(archive: Archive, given: dict[str, Any], code: str) -> None:
    with pytest.raises(CodedError) as error:
        start(archive, **{"text": HEAD + rows(1), **given})
    assert error.value.code == code
    assert not (archive.settings.data / "imports").exists() or not list((archive.settings.data / "imports").iterdir())


def test_there_are_only_so_many_open_imports(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uruk.registries.importing.starting.MAX_OPEN", 1)
    start(archive, HEAD + rows(1))
    with pytest.raises(CodedError, match=r"registries\.too_many_imports"):
        start(archive, HEAD + rows(1))


def test_a_definition_that_moved_is_checked_anew(archive: Archive) -> None:
    from uruk.registries.models import Import

    found = start(archive, HEAD + rows(1))
    Import.objects.filter(pk=found.id).update(form="0" * 64)
    with pytest.raises(CodedError, match=r"registries\.import_definition_moved"):
        run_import(archive.registrar.actor, found.id)


# -- two persons -------------------------------------------------------------------------------------------------------


def test_where_two_must_decide_an_import_becomes_a_change_request(archive: Archive) -> None:
    from uruk.registries.api import approve_request, get_request, request_proposal, submit_request

    found = start(archive, cards(3), registry="cards")
    asked = run_import(archive.registrar.actor, found.id)
    assert asked.state == "requested" and asked.request is not None
    assert get_request(archive.head.actor, asked.request).count == 3
    for who, deed in ((archive.registrar, submit_request), (archive.head, approve_request)):
        deed(who.actor, asked.request, who.approve(request_proposal(who.actor, asked.request)))  # type: ignore[operator]
    page = list_records(archive.registrar.actor, "interior", "cards", PageQuery(limit=1), total=True)
    assert page.total == 3


def test_a_large_import_is_signed_by_two_over_its_files_digest(archive: Archive, small_sets: None) -> None:
    from uruk.acts.api import find_statement
    from uruk.registries.api import version_receipt

    found = start(archive, cards(3), registry="cards")
    assert found.two_persons
    with pytest.raises(CodedError, match=r"registries\.import_needs_two"):
        run_import(archive.registrar.actor, found.id)
    proposal = import_proposal(archive.registrar.actor, found.id)
    with pytest.raises(CodedError, match=r"registries\.not_submitted"):
        approve_import(archive.head.actor, found.id, archive.head.approve(proposal))
    signed = archive.registrar.approve(proposal)
    assert submit_import(archive.registrar.actor, found.id, signed).state == "submitted"
    assert submit_import(archive.registrar.actor, found.id, signed).submitter == archive.registrar.person
    assert work(archive, found.id).written == 0
    approve_import(archive.head.actor, found.id, archive.head.approve(import_proposal(archive.head.actor, found.id)))
    done = work(archive, found.id)
    assert (done.state, done.written) == ("done", 3) and done.act is not None
    statement = find_statement(done.act)
    assert statement is not None and len(statement.approvals) == 2
    assert statement.body["file"].hex() == found.file_sha256 and statement.body["rows"] == 3
    record = get_record(archive.registrar.actor, "interior", "cards", key="199000000001")
    said = find_statement(record.act).body["import"]  # type: ignore[union-attr]
    assert said == {"id": found.id.bytes, "rows": 3, "approval": done.act.bytes}
    assert version_receipt(archive.head.actor, "interior", "cards", record.record, 1).to_json()


def test_nobody_signs_an_import_twice_or_something_else(archive: Archive, small_sets: None) -> None:
    found = start(archive, cards(3), registry="cards")
    with pytest.raises(CodedError, match=r"registries\.proposal_moved"):
        submit_import(
            archive.registrar.actor,
            found.id,
            archive.registrar.approve(cbor.encode({"uruk": "another", "institution": "interior"})),
        )
    import_proposal(archive.registrar.actor, found.id)
    with pytest.raises(CodedError, match=r"registries\.proposal_moved"):
        submit_import(
            archive.registrar.actor,
            found.id,
            archive.registrar.approve(cbor.encode({"uruk": "another", "institution": "interior"})),
        )
    small = start(archive, cards(1), registry="cards")
    with pytest.raises(CodedError, match=r"registries\.import_not_ready"):
        import_proposal(archive.registrar.actor, small.id)
    submit_import(
        archive.registrar.actor,
        found.id,
        archive.registrar.approve(import_proposal(archive.registrar.actor, found.id)),
    )
    own = replace(archive.registrar.actor, role="head")
    with pytest.raises(CodedError, match=r"people\.role_not_held|registries\.same_person"):
        approve_import(own, found.id, archive.registrar.approve(import_proposal(archive.registrar.actor, found.id)))


def test_cells_of_a_spreadsheet_that_are_no_values_make_their_row_wrong(archive: Archive) -> None:
    out = io.BytesIO()
    made = openpyxl.Workbook()
    for row in (["code", "name", "area"], ["A", "Shop", "=1+1"], ["B", "Shop", 1.5], ["C", "Shop", 7]):
        made.active.append(row)
    made["Sheet"]["C5"].value, made["Sheet"]["C5"].data_type = "#REF!", "e"
    made.save(out)
    found = start(archive, out.getvalue(), "xlsx")
    codes = ["registries.import_formula", "registries.import_fraction", "registries.import_value"]
    assert told(found) == [(row, "area", code) for row, code in zip((2, 3, 5), codes, strict=True)]
    assert found.good == 1 and found.problems[0].error.values == {"column": "C"}


def test_where_others_never_stop_changing_the_same_records_a_person_is_asked(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(*_: object) -> None:
        raise VersionTakenError(1, 2)

    found = start(archive, HEAD + rows(1))
    monkeypatch.setattr("uruk.registries.importing.writing.perform_set", moved)
    run_import(archive.registrar.actor, found.id)
    stopped = work(archive, found.id)
    assert stopped.state == "halted" and stopped.hindrance is not None
    assert stopped.hindrance.code == "registries.import_moving"


# -- likenesses --------------------------------------------------------------------------------------------------------


def test_every_job_of_imports_has_its_handler() -> None:
    assert "registries.import" in job_names()


def test_cards_are_checked_like_any_other(archive: Archive) -> None:
    archive.card()
    text = f"number,name.given,name.father,name.grandfather,born\n{CARD['number']},زينب,علي,حسن,1980-05-06\n"
    assert told(start(archive, text, registry="cards")) == [(2, "number", "registries.key_taken")]
    assert Filter("born", "eq", "1980-05-06").field == "born"
