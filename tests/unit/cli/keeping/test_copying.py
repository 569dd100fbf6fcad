"""A copy of a folder in which somebody goes on writing: whatever was written before the last look is in it."""

import os
import shutil
from pathlib import Path

import pytest

from uruk.cli.keeping.copying import Mirror

LONG_AGO_NS = 1_700_000_000 * 10**9


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A file of a fixed size, as a journal's segment is, which nobody has written for long."""
    found = tmp_path / "data" / "journal"
    found.parent.mkdir()
    (tmp_path / "copy").mkdir()
    found.write_bytes(b"one, ...")
    os.utime(found, ns=(LONG_AGO_NS, LONG_AGO_NS))
    return found


def test_what_is_written_while_a_file_is_copied_is_copied_the_next_time(
    journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy_and_write(source: Path, target: Path) -> None:
        shutil.copyfile(source, target)
        source.write_bytes(b"one, two")
        shutil.copystat(source, target)

    mirror = Mirror(journal.parent, tmp_path / "copy")
    with monkeypatch.context() as patched:
        patched.setattr("uruk.cli.keeping.copying.shutil.copy2", copy_and_write)
        mirror.bring_up_to_date()
    mirror.bring_up_to_date()
    assert (tmp_path / "copy" / "journal").read_bytes() == b"one, two"


def test_what_is_written_twice_within_a_tick_of_the_clock_is_copied(journal: Path, tmp_path: Path) -> None:
    journal.write_bytes(b"one, ...")
    written = journal.stat()
    mirror = Mirror(journal.parent, tmp_path / "copy")
    mirror.bring_up_to_date()
    journal.write_bytes(b"one, two")
    os.utime(journal, ns=(written.st_atime_ns, written.st_mtime_ns))
    mirror.bring_up_to_date()
    assert (tmp_path / "copy" / "journal").read_bytes() == b"one, two"


def test_what_nobody_wrote_is_copied_once(journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = Mirror(journal.parent, tmp_path / "copy")
    mirror.bring_up_to_date()
    monkeypatch.setattr("uruk.cli.keeping.copying.shutil.copy2", lambda *_: pytest.fail("copied again"))
    mirror.bring_up_to_date()
    assert (tmp_path / "copy" / "journal").read_bytes() == b"one, ..."
