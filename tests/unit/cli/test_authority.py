"""The authority and joining at a terminal: root keys in folders, fingerprints to compare, refusals in words."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from uruk.acts.api import directory_store
from uruk.cli import authority

Run = Callable[..., Result]
pytestmark = pytest.mark.usefixtures("served", "institution")


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text("what opens the safe\n", encoding="utf-8")
    return path


@pytest.fixture
def keepers(monkeypatch: pytest.MonkeyPatch, officer: Callable[..., Any]) -> None:
    """Two officers who may approve members, in a country that says so."""
    from uruk.publishing import authority as publishing_authority

    class Defined:
        code, member_class = "interior", "GOV"

    monkeypatch.setattr(publishing_authority, "institutions", lambda: {"interior": Defined()})
    monkeypatch.setattr(publishing_authority, "rights", lambda institution, role: {"approve-members"})
    officer("keeper")
    officer("keeper")


def init(run: Run, folder: Path, passphrase: Path) -> dict[str, Any]:
    told = run("authority", "init", "interior", folder, "--passphrase-file", passphrase, "--json")
    assert told.exit_code == 0, told.stderr
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def test_the_root_keys_are_written_each_into_a_folder_of_its_own(
    run: Run, keepers: None, tmp_path: Path, passphrase: Path
) -> None:
    told = init(run, tmp_path / "safes", passphrase)
    assert told["fingerprint"] == directory_store().held().root.fingerprint
    assert sorted(path.name for path in (tmp_path / "safes").iterdir()) == ["1", "2", "3"]
    opened = authority._open(tmp_path / "safes" / "2", "what opens the safe")
    assert opened.public_key in directory_store().held().root.keys


def test_a_new_root_needs_as_many_keys_as_was_said(run: Run, keepers: None, tmp_path: Path, passphrase: Path) -> None:
    init(run, tmp_path / "safes", passphrase)
    one, two = tmp_path / "safes" / "1", tmp_path / "safes" / "2"
    told = run("authority", "root", one, "--passphrase-file", passphrase)
    assert told.exit_code == 1 and "exchange.root_refused" in told.stderr
    told = run("authority", "root", one, two, "--passphrase-file", passphrase, "--json")
    assert json.loads(told.stdout)["version"] == 2


def test_what_it_printed_is_said_in_words(run: Run, keepers: None, tmp_path: Path, passphrase: Path) -> None:
    told = run("authority", "init", "interior", tmp_path / "safes", "--passphrase-file", passphrase, "--language", "ar")
    assert "خزنة" in told.stdout, "cli.root_made"
    assert json.loads(run("authority", "publish", "--json").stdout) == {"version": 0}


def test_an_authority_that_is_silent_is_named(run: Run) -> None:
    told = run("join", "http://127.0.0.1:9/")
    assert told.exit_code == 1 and "publishing.authority_silent" in told.stderr
    told = run("join", "file:///etc/")
    assert told.exit_code == 1 and "publishing.authority_silent" in told.stderr
    told = run("leave")
    assert told.exit_code == 1 and "publishing.authority_silent" in told.stderr


def test_joining_compares_the_root_and_tells_what_it_waits_for(
    run: Run, keepers: None, tmp_path: Path, passphrase: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = init(run, tmp_path / "safes", passphrase)["fingerprint"]
    root = directory_store().held().root.part.raw
    from uruk.publishing import entry

    sent: list[str] = []
    monkeypatch.setattr(entry, "fetch", lambda url: root)
    monkeypatch.setattr(entry, "_send", lambda url, raw, told=False: sent.append(url))
    told = run("join", "http://authority.example", "--root", "00" * 32)
    assert told.exit_code == 1 and "publishing.root_differs" in told.stderr and fingerprint in told.stderr
    told = run("join", "http://authority.example", "--root", fingerprint, "--language", "en")
    assert told.exit_code == 0 and "cli.joined" and "two persons" in told.stdout
    told = run("join", "http://authority.example", "--language", "en")
    assert "cli.joined_unchecked" and "Compare the fingerprint" in told.stdout
    assert sent == ["http://authority.example/directory/requests"] * 2


def test_new_root_keys_take_the_place_of_all_others(run: Run, keepers: None, tmp_path: Path, passphrase: Path) -> None:
    init(run, tmp_path / "safes", passphrase)
    before = directory_store().held().root
    old = [tmp_path / "safes" / "1", tmp_path / "safes" / "2"]
    made = ["--new-keys", tmp_path / "new", "--keys", "2", "--threshold", "1", "--new-timestamp-key"]
    told = run("authority", "root", *old, "--passphrase-file", passphrase, *made, "--json")
    assert json.loads(told.stdout)["version"] == 2
    root = directory_store().held().root
    assert (len(root.keys), root.threshold) == (2, 1)
    assert not set(root.keys) & set(before.keys)
    assert root.timestamp_key != before.timestamp_key
    told = run("authority", "root", *old, "--passphrase-file", passphrase)
    assert told.exit_code == 1 and "exchange.root_refused" in told.stderr
    told = run("authority", "root", tmp_path / "new" / "2", "--passphrase-file", passphrase, "--json")
    assert json.loads(told.stdout)["version"] == 3
    told = run("authority", "root", tmp_path / "new" / "2", "--passphrase-file", passphrase, "--threshold", "3")
    assert told.exit_code == 1 and "publishing.root_keys_too_few" in told.stderr


def test_who_leaves_is_told_what_it_waits_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from uruk.publishing import api

    monkeypatch.setattr(api, "leave", lambda: None)
    told = run("leave", "--language", "en")
    assert told.exit_code == 0 and "two persons" in told.stdout, "cli.left"
    assert json.loads(run("leave", "--json").stdout) == {"waits": "approval"}
