"""Settling several logs: what failed half-way is done again, nothing twice; what comes meanwhile is kept."""

import errno
import os
import shutil
from functools import partial

import pytest
from structlog.testing import capture_logs
from tests.unit.trust.log.faults import Tapped
from tests.unit.trust.log.support import Node, act, proves, signer_of, statement

from uruk.kernel.api import CodedError
from uruk.trust.log.known import FolderKnown

CODES = ("interior", "health", "justice")


class FullFor:
    """A hook: the disk takes no public file of this institution, while it says so."""

    def __init__(self):
        self.code = ""

    def __call__(self, operation, path, whole, half):
        if self.code and operation == "replace" and f"/{self.code}/" in str(path):
            half()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return whole()


def append(writer, numbers):
    return writer.append_many([(CODES[number % 3], act(number), statement(number), None) for number in numbers])


@pytest.mark.parametrize("code", CODES)
def test_a_log_that_had_grown_before_the_disk_was_full_for_another_does_not_grow_twice(tmp_path, code):
    hook = FullFor()
    node = Node(tmp_path, fs=Tapped(hook))
    writer = node.open(segment_bytes=500)
    append(writer, range(7))
    hook.code = code
    for _ in range(2):
        with pytest.raises(OSError, match="No space"):
            writer.settle()
    append(writer, range(7, 9))
    hook.code = ""
    writer.settle()
    writer.close()
    reader = node.read()
    for number in range(9):
        assert proves(reader.receipt(act(number)), number)
    assert [log.size for log in reader.logs()] == [3, 3, 3]
    reader.close()
    again = node.open()
    assert [receipt.index for receipt in append(again, range(9, 12))] == [3, 3, 3]
    again.close()


def test_a_batch_that_comes_while_others_are_settled_keeps_its_segment(node):
    writer = node.open(segment_bytes=600)
    append(writer, range(1))
    writer.settle()
    oldest, numbers = writer._unsettled.oldest_segment, iter(range(1, 100))

    def meanwhile():
        """Between two looks of the settling thread another appends until the journal is in the next segment."""
        found, before = oldest(), writer._journal.segment
        while found is None and writer._journal.segment == before:
            append(writer, [next(numbers)])
        return found

    writer._unsettled.oldest_segment = meanwhile
    writer.settle()
    writer._opened.close()  # a kill
    writer = node.open()
    assert all(proves(writer.receipt(act(number)), number) for number in range(next(numbers)))
    writer.close()


def test_what_was_not_told_to_others_before_the_end_is_told_at_the_next_start(node):
    class Deaf(FolderKnown):
        def remember(self, checkpoints):
            if checkpoints:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            super().remember(checkpoints)

    known = node.base / "known"
    writer = node.open(Deaf(known))
    append(writer, range(3))
    writer.settle()
    assert [problem.code for problem in writer.problems()] == ["trust.log_untold"]
    writer.close()
    writer = node.open(FolderKnown(known))
    assert writer.problems() == []
    assert [FolderKnown(known).newest(log.origin).size for log in writer.logs()] == [1, 1, 1]
    writer.close()


def test_an_old_copy_restored_twice_is_known_as_old_both_times(node):
    writer = node.open()
    append(writer, range(3))
    writer.settle()
    shutil.copytree(node.folder, node.base / "copy")
    append(writer, range(3, 6))
    writer.close()
    for _ in range(2):
        shutil.rmtree(node.folder)
        shutil.copytree(node.base / "copy", node.folder)
        writer = node.open()
        assert [log.broken and log.broken.known_size for log in writer.logs()] == [2, 2, 2]
        writer.close()


def test_what_is_in_the_store_but_under_no_public_checkpoint_yet_is_unknown_to_a_reader(tmp_path):
    hook = FullFor()
    node = Node(tmp_path, fs=Tapped(hook))
    writer = node.open()
    append(writer, range(3))
    hook.code = "health"
    with pytest.raises(OSError, match="No space"):
        writer.settle()
    reader = node.read()
    for number in range(3):
        with pytest.raises(CodedError, match=r"trust\.act_unknown"):
            reader.receipt(act(number))
    hook.code = ""
    writer.settle()
    assert all(proves(reader.receipt(act(number)), number) for number in range(3))
    append(writer, range(3, 6))
    hook.code = "health"
    with pytest.raises(OSError, match="No space"):
        writer.settle()
    with pytest.raises(CodedError, match=r"trust\.act_unknown"):
        reader.receipt(act(5))
    reader.close()
    hook.code = ""
    writer.close()


def test_a_log_that_cannot_settle_says_so_until_it_can(tmp_path):
    hook = FullFor()
    node = Node(tmp_path, fs=Tapped(hook))
    writer = node.open()
    append(writer, range(2))
    hook.code = "health"
    with capture_logs() as said:
        for _ in range(3):
            writer.settle_again()
    (problem,) = writer.problems()
    assert (problem.code, problem.values) == ("trust.log_unsettled", {"reason": "No space left on device"})
    hook.code = ""
    writer.settle_again()
    assert writer.problems() == []
    assert [line["problem"][:20] for line in said] == ["trust.log_unsettled:"]
    writer.close()


@pytest.mark.parametrize(
    "error", [RuntimeError("a hardware module is gone"), CodedError("trust.key_missing", name="x")]
)
def test_a_batch_of_which_one_log_could_not_be_signed_comes_to_no_disk(node, error):
    class Gone(Signing):
        def sign(self, data):
            if "health" in self.origin and broken:
                raise error
            return super().sign(data)

    broken = []
    node.keys = Gone
    writer = node.open()
    append(writer, range(3))
    before = writer._journal.position.number
    broken.append(True)
    with pytest.raises(CodedError):
        append(writer, range(3, 6))
    assert writer.stopped
    assert writer._journal.position.number == before
    writer.close()
    broken.clear()
    writer = node.open()
    assert [log.size for log in writer.logs()] == [1, 1, 1]
    writer.close()


class Signing:
    """The key of an origin."""

    def __init__(self, origin):
        self.origin, self._key = origin, signer_of(origin)
        self.public_key = self._key.public_key

    def sign(self, data):
        return self._key.sign(data)


def test_the_same_words_under_one_act_are_not_an_entry_of_another_institution(node):
    writer = node.open()
    receipts = append(writer, range(1))
    with pytest.raises(CodedError, match=r"trust\.act_conflict"):
        writer.append("health", act(0), statement(0))
    assert writer.append("interior", act(0), statement(0)).entry == receipts[0].entry
    writer.close()


@pytest.mark.parametrize("what", ["renewed", "forgotten"])
def test_a_disk_that_fails_or_is_full_at_a_new_segment_has_its_code(tmp_path, what):
    failing = []

    def hook(operation, path, whole, half):
        if (operation, path.suffix) in failing:
            raise OSError(errno.EIO if operation == "sync files" else errno.ENOSPC, "on purpose")
        return whole()

    node = Node(tmp_path, fs=Tapped(hook))
    writer = node.open(segment_bytes=100)
    append(writer, range(3))
    ask = partial(writer.forget, act(0)) if what == "forgotten" else partial(writer.renew, "interior")
    failing.append(("reserve", ".journal"))
    with pytest.raises(CodedError, match=r"trust\.(disk_full|log_unsettled)"):
        ask()
    assert not writer.stopped
    failing[:] = [("sync files", ".journal")]
    with pytest.raises(CodedError, match=r"trust\.log_stopped"):
        ask()
    assert writer.stopped
    writer.close()


def test_another_act_in_the_place_of_one_is_damage_and_stops_the_writer(node):
    writer = node.open()
    append(writer, range(3))
    with writer._contents._db as database:
        database.execute("INSERT INTO entry VALUES (?, ?, ?, ?, NULL, NULL)", (1 << 40, bytes(16), bytes(32), b"other"))
    with pytest.raises(CodedError, match=r"trust\.log_damaged"):
        writer.settle()
    assert writer.stopped
    writer.close()
