"""A log is copied while nobody writes it: each waits for the other, within limits."""

import shutil
import threading

import pytest
from tests.unit.trust.log.support import act, statement

from uruk.kernel.api import CodedError
from uruk.trust.api import held_still
from uruk.trust.log import turns
from uruk.trust.log.check import check_log


def append_later(writer, number):
    thread = threading.Thread(target=writer.append, args=("interior", act(number), statement(number)))
    thread.start()
    return thread


def test_a_copy_that_was_made_while_the_log_was_held_still_is_whole(node, tmp_path):
    writer = node.open()
    for number in range(5):
        writer.append("interior", act(number), statement(number))
    with held_still(node.folder):
        later = append_later(writer, 5)
        shutil.copytree(node.base, tmp_path / "copy")
    later.join()
    assert writer.logs()[0].size == 6
    writer.close()
    copied = node.folder.relative_to(node.base), node.public.relative_to(node.base)
    assert check_log(tmp_path / "copy" / copied[0], tmp_path / "copy" / copied[1]) == []


def test_nobody_writes_while_a_log_is_held_still(node):
    writer = node.open()
    writer.append("interior", act(0), statement(0))
    with held_still(node.folder):
        later = append_later(writer, 1)
        later.join(0.05)
        assert later.is_alive()
        assert writer.logs()[0].size == 1
    later.join()
    assert writer.logs()[0].size == 2
    writer.close()


def test_threads_of_one_writer_are_inside_together(tmp_path):
    inside = turns.Turns(tmp_path)
    with inside.taken(), inside.taken():
        pass
    with held_still(tmp_path):
        pass
    inside.close()


def test_who_copies_does_not_wait_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "HELD_MAX_S", 0.02)
    writer = turns.Turns(tmp_path)
    with writer.taken(), pytest.raises(CodedError) as busy, held_still(tmp_path):
        raise AssertionError("a writer is inside")
    assert busy.value.code == "trust.log_busy"
    writer.close()


def test_a_copy_that_took_too_long_does_not_count(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "HELD_MAX_S", -1.0)
    with pytest.raises(CodedError) as late, held_still(tmp_path):
        pass
    assert late.value.code == "trust.log_busy"


def test_who_writes_does_not_wait_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "_WAIT_MAX_S", 0.02)
    writer = turns.Turns(tmp_path)
    with held_still(tmp_path), writer.taken():
        pass  # work goes on, whoever holds the files
    writer.close()


def test_a_restored_log_is_closed_also_where_nobody_knows_more(node):
    writer = node.open()
    writer.append("interior", act(0), statement(0))
    writer.close()
    restored = node.open(restored=True)
    (closed,) = restored.logs()
    assert (closed.broken.reason, closed.broken.known_size) == ("cannot_tell", None)
    assert restored.append("interior", act(1), statement(1)).origin.endswith("/2")
    restored.close()
