"""`uruk settings`: each with its meaning, default and value; secrets are not shown; what is misspelt is named."""

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner, Result

from uruk.kernel.api import SETTINGS


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An environment without any setting."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    yield


def settings(*words: str) -> Result:
    from uruk.cli.main import app

    return CliRunner().invoke(app, ["settings", *words])


def test_uruk_settings_lists_each_setting_with_meaning_and_default() -> None:
    told = settings()
    assert told.exit_code == 0
    for setting in SETTINGS:
        meaning = f"    {setting.meaning}\n    Default: {setting.default or '(empty)'}\n"
        assert f"\n{setting.name}=" in f"\n{told.stdout}"
        assert meaning in told.stdout


def test_programs_read_one_object_a_line() -> None:
    found = [json.loads(line) for line in settings("--json").stdout.splitlines()]
    assert [(each["name"], each["default"], each["meaning"]) for each in found] == [
        (setting.name, setting.default, setting.meaning) for setting in SETTINGS
    ]


def test_the_value_of_now_is_shown_but_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URUK_NODE", "mosul")
    monkeypatch.setenv("URUK_KEY_PASSPHRASE", "do not look over my shoulder")
    told = settings().stdout
    assert "URUK_NODE=mosul\n" in told
    assert "URUK_KEY_PASSPHRASE=(set)\n" in told
    assert "shoulder" not in told


def test_a_misspelt_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URUK_NOED", "mosul")
    assert "URUK_NOED is not a setting: misspelt?" in settings().stdout
    assert json.loads(settings("--json").stdout.splitlines()[-1]) == {"name": "URUK_NOED", "unknown": True}
