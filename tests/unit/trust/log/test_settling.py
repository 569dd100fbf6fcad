"""Settling several logs: what failed half-way is done again, nothing twice; what comes meanwhile is kept."""

import errno
import os

import pytest
from tests.unit.trust.log.faults import Tapped
from tests.unit.trust.log.support import Node, act, proves, statement

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
