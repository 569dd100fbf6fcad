"""The suite writes to memory where there is room, and where it is told to otherwise."""

import os
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import memory


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for memory, and a process that has not chosen yet."""
    monkeypatch.setattr(memory, "MEMORY", tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.delenv("TMPDIR", raising=False)
    return tmp_path


def test_temporary_folders_lie_in_memory(elsewhere: Path) -> None:
    memory.write_to_memory()
    assert Path(tempfile.mkdtemp()).parent == elsewhere
    assert os.environ["TMPDIR"] == str(elsewhere)


def test_another_place_may_be_named(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(elsewhere / "named"))
    memory.write_to_memory()
    assert tempfile.tempdir is None


def test_memory_that_is_small_or_not_there_is_left_alone(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=memory.NEEDED_BYTES))
    memory.write_to_memory()
    monkeypatch.setattr(memory, "MEMORY", elsewhere / "nowhere")
    memory.write_to_memory()
    assert "TMPDIR" not in os.environ
