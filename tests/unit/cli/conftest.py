"""Commands typed at a node's terminal: the node's log is served beside the test, as `uruk serve` would."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.unit.documents.conftest import Office, office
from uruk.kernel.api import Settings
from uruk.trust.api import LogService

__all__ = ["Office", "office"]


@pytest.fixture
def served(log: Any, node: Settings) -> Iterator[None]:
    """The log's writer answers at the node's socket."""
    service = LogService(log, node.data / "log.sock")
    thread = threading.Thread(target=service.serve)
    thread.start()
    yield
    service.stop()
    thread.join()


@pytest.fixture
def run(node: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Type a command: ``run("log", "show")``."""
    from uruk.cli.main import app

    monkeypatch.setenv("URUK_DATA", str(node.data))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)

    def typed(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words])

    return typed
