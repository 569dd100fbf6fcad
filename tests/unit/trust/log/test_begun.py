"""A batch that is signed at once and written by a thread; and what is kept beside entries, as durable as they are."""

import errno
import threading

import pytest
from tests.unit.trust.log.support import act, proves, statement

from uruk.kernel.api import CodedError
from uruk.trust.log import unsettled
from uruk.trust.log.requests import make_request
from uruk.trust.log.turns import held_still
from uruk.trust.log.unsettled import MAX_ENTRIES


class Shelf:
    """Keeps what requests bring along; `fail` names what goes wrong next."""

    def __init__(self):
        self.kept, self.synced, self.fail = [], 0, ""

    def seal(self, items):
        self._maybe("seal")
        return b"|".join(items)

    def keep(self, sealed):
        self._maybe("keep")
        self.kept += [piece for piece in sealed if piece not in self.kept]

    def sync(self):
        self._maybe("sync")
        self.synced = len(self.kept)

    def _maybe(self, name):
        if self.fail == name:
            raise OSError(errno.ENOSPC, name)


def request(number, aside=None):
    found = make_request("interior", act(number), statement(number), None)
    found.aside = aside
    return found


def opened(node, **more):
    """A writer whose log is open and whose journal has room."""
    writer = node.open(**more)
    writer.append("interior", act(0), statement(0))
    return writer


def test_a_batch_is_signed_at_once_and_has_its_receipts_when_it_is_written(node):
    writer = opened(node)
    requests = [request(1), request(2), request(0)]
    begun = writer.begin(requests)
    assert not any(one.done for one in requests)
    thread = threading.Thread(target=begun.write)
    thread.start()
    thread.join()
    assert not any(one.done for one in requests)
    begun.end()
    begun.end()
    assert [one.repeated for one in requests] == [False, False, True]
    assert all(proves(one.receipt, number) for one, number in zip(requests, (1, 2, 0), strict=True))
    assert writer.begin([request(3)]) is not None
    node_size = writer.logs()[0].size
    assert node_size == 3


def test_nothing_is_begun_where_it_would_have_to_wait(node, monkeypatch):
    writer = node.open()
    assert writer.begin([request(1)]) is None, "the journal has no room yet"
    writer.append("interior", act(0), statement(0))
    with held_still(node.folder):
        assert writer.begin([request(1)]) is None
    begun = writer.begin([request(1)])
    assert writer.begin([request(2)]) is None, "one at a time"
    begun.write()
    begun.end()
    monkeypatch.setattr(type(writer._unsettled), "is_full", True)
    assert writer.begin([request(2)]) is None
    monkeypatch.undo()
    writer.append("interior", act(2), statement(2))
    assert writer.logs()[0].size == 3
    writer.close()


def test_others_append_when_a_begun_batch_has_ended(node):
    writer = opened(node)
    begun = writer.begin([request(1)])
    later = threading.Thread(target=writer.append, args=("interior", act(2), statement(2)))
    later.start()
    begun.write()
    later.join(0.05)
    assert later.is_alive()
    begun.end()
    later.join()
    assert writer.logs()[0].size == 3
    writer.close()


def test_a_writer_that_stopped_refuses_what_is_begun(node):
    writer = opened(node)
    writer.close()
    asked = request(1)
    begun = writer.begin([asked])
    begun.write()
    begun.end()
    assert asked.error.code == "trust.log_stopped"


def test_what_new_entries_bring_is_kept_once_and_synced_before_the_journal_lets_go(node):
    shelf = Shelf()
    writer = opened(node, asides=shelf)
    writer.settle()
    writer.commit([request(1, b"one"), request(2), request(0, b"of an act that was there")])
    writer.commit([request(3, b"three")])
    assert shelf.kept == []
    writer.settle()
    assert (shelf.kept, shelf.synced) == ([b"one", b"three"], 0)
    writer.close()
    assert shelf.synced == 2


def test_after_a_crash_what_was_not_kept_is_given_again(node):
    writer = opened(node, asides=Shelf())
    writer.commit([request(1, b"one")])
    writer._opened.close()  # as a crash: nothing settled
    again = Shelf()
    writer = node.open(asides=again)
    assert again.kept == [b"one"]
    writer.close()


@pytest.mark.parametrize("what", ["keep", "sync"])
def test_what_cannot_be_kept_stays_in_the_journal(node, what):
    shelf = Shelf()
    writer = opened(node, asides=shelf)
    writer.commit([request(1, b"one")])
    shelf.fail = what
    with pytest.raises((OSError, CodedError)):
        writer.close()
    writer._opened.close()
    again = Shelf()
    writer = node.open(asides=again)
    assert again.kept == [b"one"]
    writer.close()


def test_what_cannot_be_sealed_refuses_its_batch_and_no_other(node):
    shelf = Shelf()
    writer = opened(node, asides=shelf)
    shelf.fail = "seal"
    refused, fine = request(1, b"one"), request(2)
    writer.commit([refused])
    assert refused.error.code == "trust.disk_full"
    writer.commit([fine])
    assert proves(fine.receipt, 2)
    writer.close()


def test_memory_and_store_together_know_every_act(node, monkeypatch):
    monkeypatch.setattr(unsettled, "MAX_REMEMBERED", 10)
    assert MAX_ENTRIES > 100
    writer = node.open()
    for number in range(100):
        writer.append("interior", act(number), statement(number))
        if number % 7 == 0:
            writer.settle()
    everything = [act(number).bytes for number in range(110)]
    assert writer.known(everything) == set(everything[:100])
    assert sum(map(len, (writer._unsettled._older, writer._unsettled._newer))) <= 22
    writer.close()


def test_an_ending_that_statements_share_is_stored_once_and_no_forgotten_entry_has_it(node):
    writer = node.open()
    ending = b"\x64typelletter/1 by somebody"
    said = [b"statement %d: a person\x64type before" % number + ending for number in range(3)]
    for number, one in enumerate(said):
        writer.append("interior", act(number), one)
    writer.settle()
    writer.forget(act(1))
    database = writer._contents._db
    assert database.execute("SELECT bytes FROM ending").fetchall() == [(ending,)]
    assert database.execute("SELECT ending FROM entry ORDER BY id").fetchall() == [(1,), (None,), (1,)]
    assert [writer.receipt(act(number)).statement for number in (0, 2)] == [said[0], said[2]]
    writer.close()
    reader = node.read()
    assert reader.receipt(act(2)).statement == said[2]
    reader.close()
