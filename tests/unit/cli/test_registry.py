"""Files brought into a registry and out of it at the terminal, and records counted."""

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.unit.registries.conftest import Archive, archive
from tests.unit.registries.samples import NUMBER
from uruk.acts.api import find_statement, run_due_jobs, usage_index
from uruk.cli.registry import importing
from uruk.cli.registry.progress import Progress
from uruk.cli.registry.telling import without_orders
from uruk.kernel.api import Actor, CodedError, FixedClock, Text, error_sentence
from uruk.people.api import admit_program
from uruk.registries.api import get_record, list_imports, list_records, run_import, timeline
from uruk.registries.importing.keeping import folder_of, turn

__all__ = ["archive"]
Run = Callable[..., Result]
pytestmark = [pytest.mark.database, pytest.mark.usefixtures("served")]
HEAD = "code,name,area,opened\n"
TERMINAL = Actor.terminal("interior")


@pytest.fixture
def typed(run: Run, archive: Archive, tmp_path: Path) -> Run:
    """Type a command of registries; a text that is typed is a file that holds it."""

    def typed(command: str, *words: object, text: str = "", name: str = "given.csv") -> Result:
        if text:
            (tmp_path / name).write_text(text, encoding="utf-8")
            words = (tmp_path / name, *words)
        return run("registry", command, *words, "--language", "en")

    return typed


def lines(told: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told.stdout.splitlines()]


def shops() -> list[str]:
    return sorted(one.values["code"] for one in list_records(TERMINAL, "interior", "shops").records)


def test_each_wrong_row_is_said_with_its_field_and_why_and_nothing_is_written(typed: Run, archive: Archive) -> None:
    bad = HEAD + "A,Shop,forty,\nB,Shop,1,\nC,Shop,1,,more\n"
    told = typed("check", "interior/shops", text=bad)
    assert told.exit_code == 1
    assert told.stdout.splitlines()[1:] == [
        "✗ Row 4: There is a cell in column E, which has no heading in the first row.",  # cli.import_row_unread
        "Rows: 3. 1 can be written, 2 are wrong, 0 say nothing new.",
    ]
    assert re.match("✗ Row 2, .*(area).*: .+", told.stdout)  # cli.import_row_wrong
    facts = lines(typed("check", "interior/shops", "--json", text=bad))
    assert [(one["row"], one["field"], one["code"]) for one in facts[:2]] == [
        (2, "area", "definitions.field_not_number"),
        (4, "", "registries.import_cell_beyond"),
    ]
    assert (facts[2]["good"], facts[2]["bad"], facts[2]["written"]) == (1, 2, 0)
    assert shops() == [] and not list((archive.settings.data / "imports").iterdir())


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_why_is_said_in_the_readers_language(run: Run, archive: Archive, tmp_path: Path, language: str) -> None:
    (tmp_path / "given.csv").write_text(HEAD + "A,Shop,forty,\n", encoding="utf-8")
    told = run("registry", "check", tmp_path / "given.csv", "interior/shops", "--language", language)
    assert error_sentence("definitions.field_not_number", language, {}) in told.stdout
    counts = {"rows": 1, "good": 0, "bad": 1, "same": 0}
    assert error_sentence("cli.import_checked", language, counts) in told.stdout


def test_a_file_that_cannot_be_read_is_said_and_its_file_destroyed(typed: Run, archive: Archive) -> None:
    told = typed("check", "interior/shops", text="colour\nred\n")
    assert told.exit_code == 1 and "registries.import_no_columns" in told.stdout
    assert not list((archive.settings.data / "imports").iterdir())
    assert typed("import", "interior/shops", "--reason", "letter 7", text="colour\nred\n").exit_code == 1


def test_rows_are_written_with_their_reason_and_each_act_names_the_import(typed: Run, archive: Archive) -> None:
    told = typed("import", "interior/shops", "--reason", "letter 7", text=HEAD + "A,Shop,1,\nB,Shop,2,\n")
    assert told.exit_code == 0, told.stderr
    (found,) = list_imports(TERMINAL, "interior", "shops")
    told_end = {"written": 2, "rows": 2, "id": str(found.id)}
    assert error_sentence("cli.import_done", "en", told_end) in told.stdout
    record = get_record(TERMINAL, "interior", "shops", key="A")
    (version,) = timeline(TERMINAL, "interior", "shops", record.record)
    assert (version.author, version.channel, version.reason) == ("", "cli", "letter 7")
    assert find_statement(record.act).body["import"] == {"id": found.id.bytes, "rows": 2}  # type: ignore[union-attr]


def test_all_or_none_is_the_rule_and_the_right_rows_alone_where_that_is_typed(typed: Run) -> None:
    given = HEAD + "A,Shop,forty,\nB,Shop,1,\n"
    told = typed("import", "interior/shops", "--reason", "letter 7", text=given)
    assert told.exit_code == 1 and "registries.import_rows_bad" in told.stderr and shops() == []
    told = typed("import", "interior/shops", "--reason", "letter 7", "--good-rows", text=given)
    assert told.exit_code == 0 and shops() == ["B"]


def test_by_key_records_are_changed(typed: Run, archive: Archive) -> None:
    archive.create(code="A", area=5)
    words = ("interior/shops", "--reason", "letter 7", "--by-key", "--format", "jsonl", "--json")
    told = typed("import", *words, text='{"code": "A", "area": 6}', name="given.txt")
    assert lines(told)[-1]["state"] == "done"
    assert get_record(TERMINAL, "interior", "shops", key="A").values["area"] == 6


def test_a_file_is_not_imported_twice_unless_that_is_typed(typed: Run) -> None:
    words = ("interior/streets", "--reason", "letter 7")
    given = "code,name\nA,Street\n"
    assert typed("import", *words, text=given).exit_code == 0
    told = typed("import", *words, text=given)
    assert told.exit_code == 1 and "(cli.import_before)" in told.stderr
    told = typed("import", *words, "--again", text=given)
    assert told.exit_code == 1 and "registries.import_rows_bad" in told.stderr


def test_an_interrupted_import_goes_on_where_it_was(
    typed: Run, monkeypatch: pytest.MonkeyPatch, archive: Archive
) -> None:
    given = HEAD + "".join(f"S{at},Shop,1,\n" for at in range(2_500))
    monkeypatch.setattr("uruk.registries.importing.writing.SLICE_CHUNKS", 1)
    monkeypatch.setattr("uruk.registries.importing.writing.MAX_CHANGES", 1_000)
    words = ("interior/shops", "--reason", "letter 7")
    with monkeypatch.context() as patched:
        patched.setattr(Progress, "show", _interrupted_while_writing)
        told = typed("import", *words, text=given)
    (found,) = list_imports(TERMINAL, "interior", "shops")
    assert told.exit_code == importing.INTERRUPTED and "Interrupted" in told.stderr  # cli.import_interrupted
    assert (found.state, found.written) == ("writing", 1_000)
    told = typed("import", *words, text=given)
    assert told.exit_code == 0 and "goes on where it was" in told.stderr  # cli.import_goes_on
    (found,) = list_imports(TERMINAL, "interior", "shops")
    assert (found.state, found.written) == ("done", 2_500)
    while run_due_jobs():
        pass  # the jobs that were to do the same find nothing left
    assert list_records(TERMINAL, "interior", "shops", total=True).total == 2_500


def _interrupted_while_writing(_: Progress, percent: int, count: int) -> None:
    """Ctrl-C after the first change set."""
    if count == 1_000 and percent < 100:
        raise KeyboardInterrupt


def test_what_stopped_at_a_row_goes_on_once_that_is_mended(
    typed: Run, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(actor: Actor, import_id: Any) -> Any:
        archive.create(code="B")
        return run_import(actor, import_id)

    words, given = ("interior/shops", "--reason", "letter 7"), HEAD + "A,Shop,1,\nB,Shop,2,\n"
    with monkeypatch.context() as patched:
        patched.setattr("uruk.registries.api.run_import", taken)
        told = typed("import", *words, text=given)
    assert told.exit_code == 1 and "✗ 3: " in told.stdout and "0 of 2 are written" in told.stdout  # cli.import_halted
    from uruk.registries.api import Change

    found = get_record(TERMINAL, "interior", "shops", key="B")
    archive.change(Change("withdraw", found.record, found.latest))
    assert typed("import", *words, text=given).exit_code == 0 and shops() == ["A", "B"]


def test_one_process_at_a_time_takes_an_import_further(typed: Run, archive: Archive) -> None:
    from uruk.registries.api import advance_import, start_import

    file = io.BytesIO((HEAD + "A,Shop,1,\n").encode())
    made = start_import(TERMINAL, "interior", "shops", file, "csv", "all", "create", "letter 7")
    with turn(made.id) as mine:
        assert mine and advance_import(TERMINAL, made.id).rows == 0
        while run_due_jobs():
            pass
        assert list_imports(TERMINAL, "interior", "shops")[0].rows == 0
    assert advance_import(TERMINAL, made.id).at_work and folder_of(made.id).is_dir()


# -- programs, two persons ---------------------------------------------------------------------------------------------


@pytest.fixture
def token(archive: Archive, tmp_path: Path) -> Path:
    """A file with the token of a program that is a registrar of cards and shops."""
    names = Text("طابعة", "چاپکەر", "Printer")
    _, found = admit_program(Actor.system("interior"), "interior", "registrar", ["cards", "shops"], names)
    (tmp_path / "token").write_text(found + "\n", encoding="utf-8")
    return tmp_path / "token"


CARDS = f"number,name.given,name.father,name.grandfather,born\n{NUMBER},زينب,علي,حسن,1980-05-06\n"


def test_a_programs_import_into_a_registry_of_two_persons_waits_for_them(typed: Run, token: Path) -> None:
    told = typed("import", "interior/cards", "--reason", "letter 7", "--token", token, text=CARDS)
    assert told.exit_code == 0 and "waits for it" not in told.stdout, told.stderr
    (found,) = list_imports(TERMINAL, "interior", "cards")
    assert found.state == "requested" and str(found.request) in told.stdout  # cli.import_requested
    assert list_records(TERMINAL, "interior", "cards").records == ()
    told = typed("import", "interior/cards", "--reason", "letter 7", "--token", token, text=CARDS)
    assert "(cli.import_before)" in told.stderr


def test_a_programs_large_import_waits_for_two_signatures(
    typed: Run, token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uruk.registries.importing.showing.MAX_CHANGES", 0)
    told = typed("import", "interior/cards", "--reason", "letter 7", "--token", token, text=CARDS)
    assert told.exit_code == 0 and "this import is large (1 rows)" in told.stdout  # cli.import_two_persons


def test_a_program_does_what_its_token_allows(typed: Run, token: Path, tmp_path: Path) -> None:
    words = ("--token", token)
    assert "people.registry_not_named" in typed("export", "interior/streets", "--format", "csv", *words).stderr
    (tmp_path / "wrong").write_text("uruk_nothing", encoding="utf-8")
    wrong = typed("statistics", "interior/shops", "--by", "area", "--token", tmp_path / "wrong")
    assert wrong.exit_code == 1 and "people.token_refused" in wrong.stderr
    missing = typed("statistics", "interior/shops", "--by", "area", "--token", tmp_path / "missing")
    assert "cli.file_missing" in missing.stderr
    assert typed("statistics", "interior/shops", "--by", "area", *words).exit_code == 0


# -- out ---------------------------------------------------------------------------------------------------------------


def test_records_are_written_to_a_file_that_is_whole_or_not_there(typed: Run, archive: Archive, tmp_path: Path) -> None:
    archive.create(code="A", area=5)
    archive.create(code="B", area=50)
    out = tmp_path / "shops.csv"
    told = typed("export", "interior/shops", "--out", out, "--where", "area>=10", "--json")
    (facts,) = lines(told)
    assert facts["size"] == out.stat().st_size and out.stat().st_mode & 0o077 == 0
    assert out.read_text(encoding="utf-8-sig").splitlines()[1].startswith("B,")
    again = typed("export", "interior/shops", "--out", out)
    assert again.exit_code == 1 and "cli.file_exists" in again.stderr
    assert sorted(path.name for path in tmp_path.glob("*shops*")) == ["shops.csv"]
    sheet = out.with_suffix(".xlsx")
    assert str(sheet) in typed("export", "interior/shops", "--out", sheet).stdout  # cli.exported


def test_records_are_written_to_standard_output(typed: Run, archive: Archive) -> None:
    archive.create(code="A", area=5)
    told = typed("export", "interior/shops", "--format", "jsonl", "--words", "السلام")
    assert json.loads(told.stdout)["code"] == "A"
    assert typed("export", "interior/shops", "--format", "csv", "--json").exit_code == 2
    assert typed("export", "interior/shops").exit_code == 2


def test_whoever_is_exported_at_a_terminal_sees_it_with_its_purpose(
    typed: Run, archive: Archive, token: Path, clock: FixedClock
) -> None:
    archive.card()
    told = typed("export", "interior/cards", "--format", "csv")
    assert told.exit_code == 1 and "cli.purpose_missing" in told.stderr
    told = typed("export", "interior/cards", "--format", "csv", "--purpose", "Report 3")
    assert NUMBER in told.stdout
    now = clock.now()
    (seen,) = [
        one
        for one in usage_index().find("interior", NUMBER, now - timedelta(days=1), now + timedelta(days=1)).usages
        if one.service == "registry.exported"
    ]
    assert seen.purpose == "Report 3" and "administrator" in str(seen.action.en)


def test_a_condition_that_is_none_is_said(typed: Run) -> None:
    told = typed("export", "interior/shops", "--format", "csv", "--where", "area")
    assert "(cli.condition_unknown)" in told.stderr and "area" in told.stderr
    told = typed("export", "interior/shops", "--format", "csv", "--where", "area>=many")
    assert "(cli.condition_value)" in told.stderr


def test_records_are_counted_by_values_and_by_months(typed: Run, archive: Archive) -> None:
    for code, area in (("A", 5), ("B", 5), ("C", 7)):
        archive.create(code=code, area=area)
    told = typed("statistics", "interior/shops", "--by", "area")
    assert told.stdout.splitlines() == [
        "         2  5",
        "         1  7",
        "3 in all, 0 of them with values that are not told apart.",  # cli.counted
    ]
    facts = lines(typed("statistics", "interior/shops", "--by", "opened", "--months", "--where", "area=5", "--json"))
    assert facts == [{"value": "2020-03", "count": 2}, {"others": 0, "total": 2}]


def test_few_persons_are_not_counted_for_a_program_that_may_not_export(
    typed: Run, archive: Archive, token: Path
) -> None:
    archive.card()
    told = typed("statistics", "interior/cards", "--by", "changed_at", "--token", token)
    assert told.stdout.splitlines() == [error_sentence("cli.counted_few", "en", {})]


# -- on a terminal -----------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """Where somebody looks."""

    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_alone_and_taken_away() -> None:
    seen, file = Terminal(), io.StringIO()
    for out in (seen, file):
        progress = Progress(out)
        progress.show(50, 1_000)
        progress.end()
    assert "\r" + "█" * 10 + "░" * 10 + "  50 %  1,000" in seen.getvalue() and seen.getvalue().endswith("\r")
    assert file.getvalue() == ""
    quiet = Terminal()
    Progress(quiet, quiet=True).show(50, 1_000)
    assert quiet.getvalue() == ""


def test_on_a_terminal_one_is_asked_before_rows_are_left_out(
    typed: Run, monkeypatch: pytest.MonkeyPatch, archive: Archive
) -> None:
    asked: list[str] = []

    def confirm(question: str) -> bool:
        asked.append(question)
        return len(asked) > 1

    given, words = HEAD + "A,Shop,forty,\nB,Shop,1,\n", ("interior/shops", "--reason", "letter 7", "--good-rows")
    monkeypatch.setattr("uruk.cli.registry.importing.typer.confirm", confirm)
    monkeypatch.setattr("uruk.cli.registry.importing._is_terminal", lambda: True)
    assert typed("import", *words, text=given).exit_code == 1 and shops() == []
    assert asked == ["Write 1, and leave out 1?"]  # cli.import_wanted
    assert typed("import", *words, text=given).exit_code == 0 and shops() == ["B"]


def test_a_terminal_obeys_nothing_that_stands_in_a_file(typed: Run) -> None:
    told = typed("check", "interior/shops", text='{"code": "A", "name": "x", "\\u001b[2J": 1}', name="given.jsonl")
    assert "\x1b" not in told.stdout and "✗ Row 1" in told.stdout
    assert without_orders("a\x1b\r\nb") == "a   b"


def test_rows_like_records_and_columns_that_are_none_are_said(typed: Run, archive: Archive) -> None:
    from uruk.cli.registry.telling import tell_preview
    from uruk.registries.api import RowLikeness

    told = typed("check", "interior/shops", text="code,name,colour\nA,Shop,red\n")
    assert "colour" in told.stdout  # cli.import_columns_unknown
    (found,) = list_imports(TERMINAL, "interior", "shops")
    from dataclasses import replace

    record = archive.create(code="Z")
    shown = replace(found, likenesses=(RowLikeness(2, record, 900),), bad=5)
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("uruk.cli.registry.telling.say", said.append)
        tell_preview(TERMINAL, shown, "en", as_json=False)
    assert str(record) in said[0]  # cli.import_row_like
    assert any("more wrong rows (5)" in line for line in said)  # cli.import_rows_more


def test_what_is_not_there_is_said(typed: Run, tmp_path: Path) -> None:
    told = typed("check", tmp_path / "none.csv", "interior/shops")
    assert told.exit_code == 1 and "cli.file_missing" in told.stderr
    assert "registries.registry_unknown" in typed("check", "interior/nothing", text=HEAD).stderr
    assert typed("check", "interior/shops", text=HEAD, name="given.ods").exit_code == 2
    with pytest.raises(CodedError, match=r"registries\.foreign_actor"):
        list_imports(Actor.terminal("elsewhere"), "interior", "shops")
