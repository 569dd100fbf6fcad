"""A demonstration that comes out otherwise says so in a sentence: what went wrong was printed where it happened."""

import signal
from typing import Never

import pytest
from typer.testing import CliRunner

from uruk.cli.demo import command


def test_a_journey_that_comes_out_otherwise_is_told_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    from uruk.cli.main import app

    def otherwise(*_: object) -> Never:
        raise RuntimeError("interior: the player ended while it played load")

    monkeypatch.setattr(command, "_play", otherwise)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    told = CliRunner().invoke(app, ["demo", "--once"])
    assert told.exit_code == 1
    assert "the player ended while it played load" in told.stderr and "(cli.demo_failed)" in told.stderr
