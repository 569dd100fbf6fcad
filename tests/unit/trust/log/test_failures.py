"""What fails is said with a code, and nothing is half done: syncs, full disks, two writers, damage at the start."""

import errno
import os
import sqlite3

import pytest
from tests.unit.trust.log.faults import Tapped
from tests.unit.trust.log.support import INTERIOR, Node, act, files_of, proves, statement

from uruk.kernel.api import CodedError
from uruk.trust.log import writer as module
from uruk.trust.log.contents import Contents
from uruk.trust.log.journal import RESERVE_BYTES
from uruk.trust.log.known import FolderKnown


def append(writer, number):
    return writer.append("interior", act(number), statement(number))


def refusal(function, *args):
    with pytest.raises(CodedError) as caught:
        function(*args)
    return caught.value.code


class Failing:
    """A hook that lets one kind of operation fail from a moment on, and notes what was done since."""

    def __init__(self, operation, error, where=""):
        self.operation, self.error, self.where = operation, error, where
        self.on, self.since = False, []

    def __call__(self, operation, path, whole, half):
        if self.on:
            self.since.append((operation, path.suffix))
            if operation == self.operation and self.where in str(path):
                half()
                raise OSError(self.error, os.strerror(self.error))
        return whole()


def failing_node(tmp_path, operation, error, where=""):
    hook = Failing(operation, error, where)
    return Node(tmp_path, fs=Tapped(hook)), hook


@pytest.mark.parametrize(("operation", "error"), [("sync", errno.EIO), ("sync", errno.ENOSPC), ("write", errno.EIO)])
def test_after_a_failed_sync_or_write_the_writer_stops_and_retries_nothing(tmp_path, operation, error):
    node, hook = failing_node(tmp_path, operation, error, "journal")
    writer = node.open()
    append(writer, 1)
    hook.on = True
    assert refusal(append, writer, 2) == "trust.log_stopped"
    assert writer.stopped
    assert hook.since[-1] == (operation, ".journal")
    done = len(hook.since)
    assert refusal(append, writer, 2) == "trust.log_stopped"
    assert refusal(writer.check_space) == "trust.log_stopped"
    writer.close()
    assert len(hook.since) == done, "a writer that stopped touches the disk no more"
    hook.on = False
    writer = node.open()
    assert proves(writer.receipt(act(1)), 1)
    assert proves(append(writer, 2), 2)
    assert writer.logs()[0].size == 2
    writer.close()


def test_a_failed_sync_of_tiles_stops_the_writer_before_a_segment_goes(tmp_path):
    node, hook = failing_node(tmp_path, "sync files", errno.EIO, "public")
    writer = node.open(segment_bytes=1000)
    for number in range(9):
        append(writer, number)
    hook.on = True
    assert refusal(writer.settle) == "trust.log_stopped"
    assert writer.stopped
    assert ("remove", ".journal") not in hook.since
    writer.close()
    hook.on = False
    writer = node.open()
    assert all(proves(writer.receipt(act(number)), number) for number in range(9))
    writer.close()


def test_a_failed_write_of_the_store_stops_the_writer(tmp_path, monkeypatch):
    class Broken(Contents):
        broken = False

        def retire(self, logs, batch, seal):
            if self.broken:
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
                raise error
            super().retire(logs, batch, seal)

    monkeypatch.setattr(module, "Contents", Broken)
    node = Node(tmp_path)
    writer = node.open(segment_bytes=100)
    append(writer, 1)
    append(writer, 2)
    Broken.broken = True
    with pytest.raises(OSError, match=r"contents\.db"):
        writer.settle()
    assert writer.stopped
    writer.close()
    Broken.broken = False
    writer = node.open()
    assert proves(writer.receipt(act(1)), 1)
    writer.close()


@pytest.mark.parametrize("operation", ["reserve", "create"])
def test_a_full_disk_refuses_an_entry_of_which_nothing_exists_yet(tmp_path, operation):
    node, hook = failing_node(tmp_path, operation, errno.ENOSPC, "journal")
    writer = node.open(segment_bytes=1000)
    for number in range(4):
        append(writer, number)
    while writer._journal._offset <= 1000:  # the next one needs a new segment
        append(writer, writer.logs()[0].size)
    hook.on = True
    before = writer.logs()[0].size
    assert refusal(append, writer, before) == "trust.disk_full"
    assert writer.logs()[0].size == before
    assert not {"write", "sync"} & {what for what, suffix in hook.since if suffix == ".journal"}
    assert proves(writer.receipt(act(before - 1)), before - 1), "what is there can still be read"
    hook.on = False
    assert proves(append(writer, before), before), "the same act is appended once there is room"
    assert writer.logs()[0].size == before + 1
    writer.close()


def test_accepted_acts_finish_in_the_room_reserved_for_them_on_a_full_disk(tmp_path):
    node, hook = failing_node(tmp_path, "reserve", errno.ENOSPC)
    writer = node.open()
    append(writer, 0)
    hook.on = True
    for number in range(1, 200):
        assert proves(append(writer, number), number)
    assert sum(path.stat().st_size for path in files_of(node.folder / "journal")) == RESERVE_BYTES
    writer.close()


def test_a_disk_too_full_to_settle_refuses_new_entries_before_memory_runs_out(tmp_path, monkeypatch):
    monkeypatch.setattr("uruk.trust.log.unsettled.MAX_ENTRIES", 3)
    node, hook = failing_node(tmp_path, "replace", errno.ENOSPC, "public")
    writer = node.open()
    hook.on = True
    for number in range(4):
        append(writer, number)
    assert refusal(append, writer, 4) == "trust.disk_full"
    assert all(proves(writer.receipt(act(number)), number) for number in range(4))
    hook.on = False
    assert proves(append(writer, 4), 4)
    writer.settle()
    reader = node.read()
    assert reader.checkpoint(INTERIOR).size == 5
    reader.close()
    writer.close()


def test_below_five_percent_no_new_act_is_begun_and_begun_ones_finish(tmp_path):
    node = Node(tmp_path, fs=Tapped(lambda operation, path, whole, half: whole()))
    writer = node.open()
    node.fs.free = 5
    writer.check_space()
    node.fs.free = 4
    with pytest.raises(CodedError) as caught:
        writer.check_space()
    assert (caught.value.code, caught.value.values) == ("trust.disk_low", {"percent": 4})
    assert proves(append(writer, 1), 1)
    writer.close()


def test_two_writers_cannot_open_one_folder(node):
    writer = node.open()
    assert refusal(node.open) == "trust.log_in_use"
    append(writer, 1)
    writer.close()
    node.open().close()


@pytest.mark.parametrize("theft", ["epoch", "another file", "no file"])
def test_a_writer_whose_lease_another_took_signs_nothing_more(node, theft):
    writer = node.open()
    append(writer, 1)
    lease = node.folder / "lease"
    if theft == "epoch":
        lease.write_text("epoch 2 0123456789abcdef\n")
    else:
        lease.unlink()
    if theft == "another file":
        lease.write_bytes(b"")
    before = {path: path.read_bytes() for path in files_of(node.folder / "journal")}
    assert refusal(append, writer, 2) == "trust.log_fenced"
    assert refusal(append, writer, 3) == "trust.log_fenced"
    assert writer.stopped
    assert {path: path.read_bytes() for path in files_of(node.folder / "journal")} == before
    writer.close()
    writer = node.open()
    assert proves(append(writer, 2), 2)
    assert writer.logs()[0].size == 2
    writer.close()


def test_each_writer_has_a_greater_epoch(node):
    epochs = []
    for _ in range(3):
        writer = node.open()
        epochs.append(writer._lease.epoch)
        writer.close()
    assert epochs == [1, 2, 3]


def test_a_journal_damaged_before_its_end_stops_the_start(node):
    writer = node.open()
    for number in range(5):
        append(writer, number)
    writer._opened.close()
    (segment,) = files_of(node.folder / "journal")
    whole = segment.read_bytes()
    for place in (70, 400, 700):
        segment.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert refusal(node.open) == "trust.journal_damaged"
    segment.write_bytes(whole)
    writer = node.open()
    assert writer.logs()[0].size == 5
    writer.close()


def test_a_missing_segment_stops_the_start(node):
    writer = node.open(segment_bytes=500)
    for number in range(12):
        append(writer, number)
    writer._opened.close()
    segments = sorted(files_of(node.folder / "journal"))
    assert len(segments) > 3
    for missing in segments[:-1]:
        whole = missing.read_bytes()
        missing.unlink()
        assert refusal(node.open) == "trust.journal_damaged"
        missing.write_bytes(whole)
    node.open().close()


def test_tiles_that_do_not_fit_their_checkpoint_stop_the_start(node):
    writer = node.open()
    append(writer, 1)
    writer.close()
    database = sqlite3.connect(node.folder / "contents.db")
    with database:
        database.execute("UPDATE log SET edge = CAST(edge || x'00' AS BLOB)")
    database.close()
    assert refusal(node.open) == "trust.log_damaged"


def test_a_store_that_is_no_database_stops_the_start(node):
    writer = node.open()
    append(writer, 1)
    writer.close()
    whole = (node.folder / "contents.db").read_bytes()
    (node.folder / "contents.db").write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert refusal(node.open) == "trust.log_damaged"


def test_what_is_known_elsewhere_may_fail_to_be_told_and_is_told_later(node):
    class Deaf(FolderKnown):
        def remember(self, checkpoints):
            if checkpoints and not hearing:
                raise OSError("gone")
            super().remember(checkpoints)

    hearing = []
    latest = Deaf(node.base / "known")
    writer = node.open(latest)
    append(writer, 1)
    writer.settle()
    assert latest.newest(INTERIOR) is None
    hearing.append(True)
    writer.settle()
    assert latest.newest(INTERIOR).size == 1
    writer.close()
