"""A node's settings in a file, as systemd reads it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from uruk.cli.environment import read_environment, write_environment
from uruk.cli.initial import _listening
from uruk.cli.main import app
from uruk.kernel.api import CodedError, error_sentence

MINIMAL = Path(__file__).resolve().parents[2] / "countries" / "minimal"


def test_a_file_of_settings_is_read_as_it_was_written(tmp_path: Path) -> None:
    values = {"URUK_NODE": "interior", "URUK_PUBLIC_URL": "https://a.example/?x=y"}
    write_environment(tmp_path / "uruk.env", values)
    assert read_environment(tmp_path / "uruk.env") == values
    assert (tmp_path / "uruk.env").stat().st_mode & 0o777 == 0o600


def test_the_folder_of_a_node_stands_for_its_file(tmp_path: Path) -> None:
    write_environment(tmp_path / "uruk.env", {"URUK_NODE": "interior"})
    assert read_environment(tmp_path) == {"URUK_NODE": "interior"}


def test_without_settings_a_command_of_a_node_says_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("URUK_DATA", str(tmp_path / "nowhere"))
    for words in (["officer", "list"], ["load"]):
        told = CliRunner().invoke(app, words)
        assert told.exit_code == 1 and "cli.data_missing" in told.stderr and "--settings" in told.stderr


def test_comments_empty_lines_and_quotes_are_as_in_a_shell(tmp_path: Path) -> None:
    path = tmp_path / "uruk.env"
    path.write_text("# a comment\n\nURUK_NODE='a'\nURUK_DATA=\"/b c\"\nURUK_TSA_URL=\n", encoding="utf-8")
    assert read_environment(path) == {"URUK_NODE": "a", "URUK_DATA": "/b c", "URUK_TSA_URL": ""}


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "uruk.env"
    path.write_text("URUK_NODE=a\nexport URUK_DATA=b\n", encoding="utf-8")
    with pytest.raises(CodedError) as caught:
        read_environment(path)
    assert (caught.value.code, caught.value.values["line"]) == ("cli.settings_line", 2)


def test_no_settings_are_written_over_others(tmp_path: Path) -> None:
    write_environment(tmp_path / "uruk.env", {})
    with pytest.raises(CodedError) as caught:
        write_environment(tmp_path / "uruk.env", {})
    assert caught.value.code == "cli.already_initialised"


def test_a_file_that_is_missing_is_said_before_anything_is_done(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["--settings", str(tmp_path / "none.env"), "settings"])
    assert done.exit_code == 1
    assert "cli.file_missing" in done.output


def test_a_place_that_the_machine_refuses_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the node's folder should be", encoding="utf-8")
    words = ["--institution", "town", "--url", "http://localhost:1/", "--country", str(MINIMAL), "--language", "ar"]
    done = CliRunner().invoke(app, ["init", str(tmp_path / "taken"), *words])
    assert (done.exit_code, "cli.file_refused" in done.stderr, "لم يتيسر فتح" in done.stderr) == (1, True, True)


@pytest.mark.parametrize(
    ("url", "listens"),
    [
        ("http://localhost:18000/", {"URUK_LISTEN": "127.0.0.1:18000"}),
        ("http://127.0.0.1:18000/", {"URUK_LISTEN": "127.0.0.1:18000"}),
        ("http://localhost/", {}),
        ("https://docs.interior.example:8443/", {}),
    ],
)
def test_pages_of_this_machine_listen_where_their_address_says(url: str, listens: dict[str, str]) -> None:
    assert _listening(url) == listens


@pytest.mark.parametrize(
    "code",
    ["cli.initialised", "cli.node_is_up", "cli.node_not_started", "cli.backup_made", "cli.restored", "cli.put_aside",
     "cli.gateway_answers"],
)  # fmt: skip
def test_what_a_command_tells_is_a_sentence_in_each_language(code: str) -> None:
    values = {"path": "/p", "part": "pages", "at": "now", "status": "ok"}
    assert all(error_sentence(code, language, values).strip() for language in ("ar", "ckb", "en"))
