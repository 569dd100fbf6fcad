"""The logs at the terminal: what they hold, whether they are whole, what was lost of one."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from uruk.acts.api import Deed, perform, publish_directory, renew_key, timestamp_checkpoints
from uruk.cli.logs import known_logs, loss
from uruk.kernel.api import Actor, FixedClock, Settings, error_sentence, new_id, rfc3339
from uruk.trust.api import Break, FileKeyStore, LogNames, LogWriter, log_keys

Run = Callable[..., Result]


def act(institution: str) -> None:
    deed = Deed(type="test.done", role="decided", author=institution, body={}, rows=lambda _: None)
    perform(Actor.system(institution), deed)


def test_the_logs_are_shown_with_size_period_and_last_timestamp(
    institution: str, served: None, run: Run, log: Any, clock: FixedClock
) -> None:
    act(institution)
    log.settle()
    timestamp_checkpoints()
    publish_directory()
    renew_key(Actor.system(institution), institution, "log")
    first, second, disk = (json.loads(line) for line in run("log", "show", "--json").stdout.splitlines())
    assert (first["origin"], first["size"], first["timestamped_size"]) == ("xx/interior/test/0/1", 1, 1)
    assert (first["opened"], first["closed"]) == (rfc3339(clock.now()), rfc3339(clock.now()))
    assert (second["origin"], second["closed"], second["timestamped_at"]) == ("xx/interior/test/0/2", None, None)
    assert 0 <= disk["disk_free_percent"] <= 100 and disk["disk_days_left"] >= 0


def test_a_log_is_shown_to_people_in_a_line(institution: str, served: None, run: Run) -> None:
    act(institution)
    told = run("log", "show")
    assert told.exit_code == 0
    assert told.stdout.startswith("xx/interior/test/0/1  1  ")
    assert "% of the disk is free" in told.stdout


def test_a_node_that_is_not_running_shows_what_was_settled(institution: str, run: Run, log: Any) -> None:
    act(institution)
    log.settle()
    assert run("log", "show").stdout.startswith("xx/interior/test/0/1  ")


def test_nothing_logged_is_nothing_shown_but_the_disk(node: Settings, run: Run) -> None:
    assert run("log", "show").stdout.count("\n") == 1


def test_a_whole_log_has_no_problem(institution: str, run: Run, log: Any) -> None:
    act(institution)
    log.settle()
    publish_directory()
    told = run("log", "check")
    assert (told.exit_code, told.stdout) == (0, "0 problem(s), 1 entries\n")


def test_each_changed_file_is_a_line_and_the_exit_code_is_one(
    institution: str, run: Run, log: Any, node: Settings
) -> None:
    act(institution)
    log.settle()
    tile = next((node.data / "public" / "log").rglob("tile/0/*.p/1"))
    tile.write_bytes(bytes(32))
    told = run("log", "check")
    assert told.exit_code == 1 and str(tile) in told.stdout
    found = [json.loads(line) for line in run("log", "check", "--json").stdout.splitlines()]
    assert {"path": str(tile), "code": "trust.check_bits"}.items() <= found[0].items()


def test_another_folder_than_the_settings_name_can_be_checked(
    institution: str, run: Run, log: Any, node: Settings, tmp_path: Path
) -> None:
    told = run("log", "check", "--data", tmp_path / "nowhere")
    assert told.exit_code == 1 and "cli.data_missing" in told.stderr


class Restored:
    """A writer's folder, of which yesterday's copy is put back."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.keys = FileKeyStore(data / "keys", "a passphrase for tests")

    def writer(self) -> LogWriter:
        names = LogNames("xx", "test")
        return LogWriter(self.data / "trust", self.data / "public" / "log", names, log_keys(self.keys))

    def append(self, count: int) -> None:
        writer = self.writer()
        for _ in range(count):
            writer.append("interior", new_id(), b"something happened")
        writer.close()

    def restore(self, copy: Path, *, knowing: bool) -> None:
        for folder in ("trust", "public"):
            for path in (self.data / folder).iterdir():
                if path.name == "known" and knowing:
                    continue
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            ignored = shutil.ignore_patterns("known") if knowing else None
            shutil.copytree(copy / folder, self.data / folder, dirs_exist_ok=True, ignore=ignored)


@pytest.fixture
def restored(node: Settings, tmp_path: Path) -> Iterator[Callable[..., Path]]:
    def make(*, knowing: bool) -> Path:
        folder = Restored(node.data)
        folder.append(3)
        shutil.copytree(node.data, tmp_path / "yesterday")
        folder.append(2)
        folder.restore(tmp_path / "yesterday", knowing=knowing)
        folder.append(1)
        return node.data

    yield make


def test_after_yesterdays_copy_the_log_says_which_entries_are_lost(restored: Callable[..., Path], run: Run) -> None:
    restored(knowing=True)
    first, second, _ = (json.loads(line) for line in run("log", "show", "--json").stdout.splitlines())
    assert (first["broken"], first["size"]) == ("behind", 3)
    assert first["lost"] == error_sentence("cli.log_lost", "en", {"first": 3, "last": 4})
    assert second["origin"].endswith("/2") and second["broken"] is None


def test_a_copy_with_nothing_to_compare_says_that_it_cannot_know(restored: Callable[..., Path], run: Run) -> None:
    restored(knowing=False)
    told = run("log", "show")
    assert error_sentence("cli.log_lost_unknown", "en", {"size": 3}) in told.stdout


def test_a_fork_is_said_to_be_one() -> None:
    broken = Break("xx/interior/test/0/1", "forked", 9, bytes(32), 7, bytes(32))
    assert loss(broken, "en") == error_sentence("cli.log_forked", "en", {"size": 7})


def test_a_socket_that_a_crash_left_behind_does_not_hide_the_logs(institution: str, log: Any, node: Settings) -> None:
    act(institution)
    log.settle()
    (node.data / "log.sock").touch()
    assert [found.origin for found in known_logs(node.data)] == ["xx/interior/test/0/1"]
