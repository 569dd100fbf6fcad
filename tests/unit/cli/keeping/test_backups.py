"""A backup is one point of rows, journals and keys; put back, no log of it goes on."""

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from uruk.cli.keeping import tables
from uruk.cli.keeping.backing import back_up
from uruk.cli.keeping.copying import files_of
from uruk.cli.keeping.restoring import restore
from uruk.cli.keeping.tables import run_tool
from uruk.cli.main import app
from uruk.exchange.api import EvidenceStore, Names, Record, Usage, UsageIndex, new_request, statements
from uruk.kernel.api import CodedError, FixedClock, Settings, error_sentence, load_settings, rfc3339
from uruk.trust.api import (
    LogNames,
    LogReader,
    LogWriter,
    Request,
    build_statement,
    check_log,
    log_keys,
    own_key_store,
)

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
INSTANCE = "xx"
LEFT_BY_A_NODE = (
    "secret",
    "public/keys.json",
    "gateway/snapshot.json",
    "gateway/spool/body",
    "static/a.css",
    "log.sock",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A node's folder with a log, rows, and what a running node leaves beside them."""
    found = load_settings({"URUK_DATA": str(tmp_path / "data"), "URUK_NODE": "here"})
    found.data.mkdir(mode=0o700)
    for path in (
        "secret",
        "public/keys.json",
        "gateway/snapshot.json",
        "gateway/spool/body",
        "static/a.css",
        "log.sock",
    ):
        (found.data / path).parent.mkdir(parents=True, exist_ok=True)
        (found.data / path).write_text(path, encoding="ascii")
    with closing(sqlite3.connect(found.data / "db.sqlite3")) as rows:
        rows.execute("PRAGMA journal_mode=WAL")
        rows.execute("CREATE TABLE act (id TEXT)")
    return found


@contextmanager
def writer(settings: Settings, shard: int = 0) -> Iterator[LogWriter]:
    """The writer of one of the node's logs."""
    folder = settings.data / ("gateway/trust" if shard else "trust")
    names = LogNames(INSTANCE, settings.node, shard)
    keys = log_keys(own_key_store(settings.data / "gateway"))
    found = LogWriter(folder, settings.data / "public" / "log", names, keys)
    try:
        yield found
    finally:
        found.close()


def act(settings: Settings, log: LogWriter) -> str:
    """An act as `acts.perform` does it: its row, then its entry."""
    number = uuid4()
    with closing(sqlite3.connect(settings.data / "db.sqlite3", timeout=20)) as rows, rows:
        rows.execute("INSERT INTO act VALUES (?)", (str(number),))
    statement = build_statement(
        statement_type="test.done",
        role="decided",
        author="interior",
        act=number,
        time=int(AT.timestamp()),
        directory_version=1,
        directory_digest=bytes(32),
        body={},
    )
    log.append("interior", number, statement)
    return str(number)


def rows_of(data: Path) -> set[str]:
    with closing(sqlite3.connect(data / "db.sqlite3")) as rows:
        return {str(row[0]) for row in rows.execute("SELECT id FROM act")}


def refused(code: str, settings: Settings, backup: Path) -> None:
    with pytest.raises(CodedError) as caught:
        restore(settings, backup, AT)
    assert caught.value.code == code


def test_a_backup_put_back_holds_all_and_its_logs_are_closed(settings: Settings, tmp_path: Path) -> None:
    for shard in (0, 1):
        with writer(settings, shard) as log:
            act(settings, log)
    manifest = back_up(settings, INSTANCE, tmp_path / "backup", AT)
    assert (manifest.node, manifest.database, manifest.at) == ("here", "sqlite", AT)
    before = rows_of(settings.data)
    aside = restore(settings, tmp_path / "backup", AT).aside
    assert aside is not None and (aside / "secret").is_file()
    assert rows_of(settings.data) == before
    for shard, folder in enumerate(("trust", "gateway/trust")):
        assert check_log(settings.data / folder, settings.data / "public" / "log", shard=shard) == []
    with writer(settings) as log:
        (closed,) = log.logs()
        assert closed.broken is not None
        act(settings, log)
        assert [one.generation for one in log.logs()] == [1, 2]


def test_what_was_done_after_the_backup_is_told_as_lost(settings: Settings, tmp_path: Path) -> None:
    with writer(settings) as log:
        act(settings, log)
    back_up(settings, INSTANCE, tmp_path / "backup", AT)
    with writer(settings) as log:
        for _ in range(3):
            act(settings, log)
    restore(settings, tmp_path / "backup", AT)
    with writer(settings) as log:
        broken = log.logs()[0].broken
    assert broken is not None
    assert (broken.reason, broken.size, broken.known_size) == ("behind", 1, 4)


def test_a_backup_under_load_is_of_one_moment(settings: Settings, tmp_path: Path) -> None:
    """Whatever entry is in the journal has its row: nothing was committed or written between the two."""
    stopped = threading.Event()

    def work(log: LogWriter) -> None:
        while not stopped.is_set():
            act(settings, log)

    with writer(settings) as log:
        act(settings, log)
        busy = threading.Thread(target=work, args=(log,))
        busy.start()
        for number in range(3):
            back_up(settings, INSTANCE, tmp_path / str(number), AT)
        stopped.set()
        busy.join()
    for number in range(3):
        copy = replace(settings, data=tmp_path / f"restored-{number}")
        restore(copy, tmp_path / str(number), AT)
        with writer(copy) as log:  # its start reads what the journal holds beside what was settled
            entries = sum(one.size for one in log.logs())
        assert len(rows_of(copy.data)) - entries in (0, 1)  # one act may wait for its entry, and gets it at the start


def test_what_is_made_anew_stays_out_of_a_backup(settings: Settings) -> None:
    with writer(settings):
        names = {path.as_posix() for path in files_of(settings.data)}
    assert {"secret", "public/keys.json", "gateway/snapshot.json", "db.sqlite3"} <= names
    left_out = ("log.sock", "gateway/spool/body", "static/a.css", "trust/known/place", "trust/turn", "db.sqlite3-wal")
    assert not names & set(left_out)


def test_a_backup_is_written_only_where_nothing_is(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "something").touch()
    with pytest.raises(CodedError) as caught:
        back_up(settings, INSTANCE, tmp_path / "backup", AT)
    assert caught.value.code == "cli.backup_not_empty"


@pytest.mark.parametrize("damage", ["changed", "gone", "more", "manifest", "version"])
def test_a_damaged_backup_is_not_put_back(settings: Settings, tmp_path: Path, damage: str) -> None:
    backup = tmp_path / "backup"
    back_up(settings, INSTANCE, backup, AT)
    manifest = backup / "backup.json"
    if damage == "changed":
        (backup / "data" / "secret").write_text("other", encoding="ascii")
    elif damage == "gone":
        (backup / "data" / "secret").unlink()
    elif damage == "more":
        (backup / "data" / "more").touch()
    elif damage == "manifest":
        manifest.write_text("{}", encoding="ascii")
    else:
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"uruk": "backup/9"}), encoding="ascii")
    refused("cli.backup_damaged", settings, backup)
    assert (settings.data / "secret").is_file()


def test_evidence_and_readings_that_were_forgotten_since_are_forgotten_again(
    settings: Settings, tmp_path: Path
) -> None:
    """Yesterday's backup still holds what was forgotten today: put back, nobody can read it."""
    over = AT.replace(month=10)
    gateway, request = settings.data / "gateway", new_request()
    number = statements.act_of(request, statements.SENT)
    with evidence_at(gateway) as evidence:
        keys, names = log_keys(own_key_store(gateway)), LogNames(INSTANCE, settings.node, 1)
        log = LogWriter(gateway / "trust", settings.data / "public" / "log", names, keys, asides=evidence)
        record = Record(request, statements.SENT, int(over.timestamp()), b"head", b"the body of nobody")
        log.commit([Request("interior", number.bytes, b"what was said", None, aside=record)])
        log.close()
    usage = UsageIndex(settings.data / "usage", FixedClock(over))
    usage.add([reading(over)])
    back_up(settings, INSTANCE, tmp_path / "backup", over)
    shutil.copytree(tmp_path / "backup" / "data" / "gateway", tmp_path / "looked-at")
    with evidence_at(tmp_path / "looked-at") as kept:
        found = kept.find(request, statements.SENT)
        assert found is not None and found.body == b"the body of nobody", "the backup has it"

    later = AT.replace(year=2030)
    restore(settings, tmp_path / "backup", later)
    with evidence_at(gateway) as evidence:
        assert evidence.find(request, statements.SENT) is None
    assert not list((gateway / "evidence").glob("2026*"))
    reader = LogReader(gateway / "trust", settings.data / "public" / "log")
    with pytest.raises(CodedError) as forgotten:
        reader.receipt(number)
    assert forgotten.value.code == "trust.act_forgotten"
    reader.close()
    assert not list((settings.data / "usage" / "keys").iterdir())
    assert usage.find("interior", "199001011234", over, later).total == 0
    assert check_log(gateway / "trust", settings.data / "public" / "log", shard=1) == []


def test_evidence_that_only_the_journal_holds_is_put_back_too(settings: Settings, tmp_path: Path) -> None:
    gateway, request = settings.data / "gateway", new_request()
    with evidence_at(gateway) as evidence:
        keys, names = log_keys(own_key_store(gateway)), LogNames(INSTANCE, settings.node, 1)
        log = LogWriter(gateway / "trust", settings.data / "public" / "log", names, keys, asides=evidence)
        record = Record(request, statements.SENT, int(AT.timestamp()), b"head", b"body")
        act_id = statements.act_of(request, statements.SENT).bytes
        log.commit([Request("interior", act_id, b"what was said", None, aside=record)])
        back_up(settings, INSTANCE, tmp_path / "backup", AT)
        log.close()
    restore(settings, tmp_path / "backup", AT)
    with evidence_at(gateway) as evidence:
        found = evidence.find(request, statements.SENT)
    assert found is not None and found.body == b"body"


def test_the_list_of_what_was_forgotten_is_in_no_backup_and_outlives_restoring(
    settings: Settings, tmp_path: Path
) -> None:
    own = settings.data / "forgotten" / "list"
    own.parent.mkdir()
    own.write_text("yesterday\n", encoding="ascii")
    back_up(settings, INSTANCE, tmp_path / "backup", AT)
    assert not list((tmp_path / "backup").rglob("forgotten*"))
    with own.open("a", encoding="ascii") as file:
        file.write("today\n")
    assert restore(settings, tmp_path / "backup", AT).knows_forgotten
    assert own.read_text(encoding="ascii") == "yesterday\ntoday\n"


def test_on_another_machine_a_copy_of_the_list_is_given_or_it_is_said_that_nobody_knows(
    settings: Settings, tmp_path: Path
) -> None:
    back_up(settings, INSTANCE, tmp_path / "backup", AT)
    copy = tmp_path / "copy"
    copy.write_text("what was forgotten", encoding="ascii")
    first, second = (replace(settings, data=tmp_path / name) for name in ("first", "second"))
    first.data.mkdir()  # as it is prepared on a new machine
    assert not restore(first, tmp_path / "backup", AT).knows_forgotten
    assert restore(second, tmp_path / "backup", AT, copy).knows_forgotten
    assert "what was forgotten" in (second.data / "forgotten" / "list").read_text(encoding="ascii").splitlines()
    with pytest.raises(CodedError) as missing:
        restore(second, tmp_path / "backup", AT, tmp_path / "nowhere")
    assert missing.value.code == "cli.file_missing"


def reading(at: datetime) -> Usage:
    return Usage(
        subject="199001011234", time=int(at.timestamp()), holder="interior", consumer="agriculture", service="s",
        action=Names("ا", "ا", "a"), purpose="p", law="l", reference=bytes(16), source="exchange",
    )  # fmt: skip


@contextmanager
def evidence_at(gateway: Path) -> Iterator[EvidenceStore]:
    """The gateway's evidence."""
    found = EvidenceStore(gateway / "evidence", gateway / "spool")
    try:
        yield found
    finally:
        found.close()


def test_a_folder_without_a_manifest_is_no_backup(settings: Settings, tmp_path: Path) -> None:
    refused("cli.backup_missing", settings, tmp_path)


def test_nothing_is_put_back_under_a_running_node(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, INSTANCE, tmp_path / "backup", AT)
    with writer(settings):
        refused("cli.node_running", settings, tmp_path / "backup")


def test_a_node_takes_only_its_own_backup(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, INSTANCE, tmp_path / "backup", AT)
    refused("cli.backup_of_another_node", replace(settings, node="there"), tmp_path / "backup")
    refused("cli.database_differs", replace(settings, database="postgresql://h/n"), tmp_path / "backup")


def test_a_database_that_cannot_be_held_still_is_said(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_WAIT_S", 0.05)
    with closing(sqlite3.connect(settings.data / "db.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CodedError) as caught:
            back_up(settings, INSTANCE, tmp_path / "backup", AT)
    assert caught.value.code == "cli.database_busy"


def test_a_tool_that_is_missing_or_complains_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for tool, path in (("pg_restore", os.environ["PATH"]), ("no-such-tool", "")):
        monkeypatch.setenv("PATH", path)
        with pytest.raises(CodedError) as caught:
            run_tool("postgresql://127.0.0.1:1/none", tool, "--no-such-option")
        assert (caught.value.code, caught.value.values["tool"]) == ("cli.database_tool", tool)


def test_the_terminal_says_that_nobody_knows_what_was_forgotten(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(settings, INSTANCE, tmp_path / "backup", AT)
    monkeypatch.setenv("URUK_DATA", str(tmp_path / "another"))
    monkeypatch.setenv("URUK_NODE", "here")
    told = CliRunner().invoke(app, ["restore", str(tmp_path / "backup"), "--language", "en"])
    assert told.exit_code == 0
    assert error_sentence("cli.forgotten_unknown", "en", {"at": rfc3339(AT)}) in told.stdout
