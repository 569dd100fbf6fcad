"""Appending: receipts at once, once for each act, many callers in one batch, nothing lost over a start."""

import threading
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.trust.log import naive
from tests.unit.trust.log.support import INTERIOR, NOW, Node, act, extends, key_of, proves, signer_of, statement

from uruk.kernel.api import CodedError
from uruk.trust.keys.files import FileKeyStore
from uruk.trust.log import writer as module
from uruk.trust.log.names import LogNames, log_keys
from uruk.trust.log.note import NoteKey
from uruk.trust.log.requests import MAX_STATEMENT_BYTES, make_request
from uruk.trust.log.writer import LogWriter
from uruk.trust.receipts import entry_of


def append(writer, number, institution="interior"):
    return writer.append(institution, act(number), statement(number))


def refusal(function, *args):
    with pytest.raises(CodedError) as caught:
        function(*args)
    return caught.value.code


def test_an_entry_has_its_receipt_when_append_returns(node):
    writer = node.open()
    receipt = append(writer, 1)
    assert proves(receipt, 1)
    assert (receipt.origin, receipt.index, len(receipt.salt)) == (INTERIOR, 0, 32)
    writer.close()


def test_a_request_says_whether_its_act_was_there_before(node):
    writer = node.open()
    requests = [make_request("interior", act(1), statement(1), None) for _ in range(2)]
    writer.commit(requests)
    assert [request.repeated for request in requests] == [False, True]
    later = make_request("interior", act(1), statement(1), None)
    writer.commit([later])
    assert later.repeated
    assert later.receipt == requests[0].receipt
    writer.close()


def test_the_callers_salt_is_used_and_otherwise_a_new_one(node):
    writer = node.open()
    assert writer.append("interior", act(1), b"one", bytes(32)).salt == bytes(32)
    assert len({append(writer, number).salt for number in range(2, 9)}) == 7
    writer.close()


def test_the_same_act_gives_the_same_entry_again(node):
    writer = node.open()
    first = append(writer, 1)
    append(writer, 2)
    assert append(writer, 1) == first
    writer.settle()
    again = append(writer, 1)
    assert (again.index, again.entry) == (first.index, first.entry)
    writer.close()
    writer = node.open()
    assert append(writer, 1).entry == first.entry
    assert writer.logs()[0].size == 2
    writer.close()


@pytest.mark.parametrize("settled", [False, True])
def test_an_act_with_another_content_is_refused(node, settled):
    writer = node.open()
    writer.append("interior", act(1), b"one", bytes(32))
    if settled:
        writer.settle()
    assert refusal(writer.append, "interior", act(1), b"two") == "trust.act_conflict"
    assert refusal(writer.append, "interior", act(1), b"one", b"1" * 32) == "trust.act_conflict"
    assert writer.append("interior", act(1), b"one").index == 0
    writer.close()


def test_an_act_twice_in_one_batch_is_one_entry(node):
    writer = node.open()
    receipts = writer.append_many([("interior", act(1), b"one", None)] * 3)
    assert len({receipt.to_json() for receipt in receipts}) == 1
    assert writer.logs()[0].size == 1
    writer.close()


def test_one_bad_entry_does_not_keep_the_others_of_its_batch_out(node):
    writer = node.open()
    append(writer, 1)
    entries = [("interior", act(2), b"two", None), ("interior", act(1), b"other", None), ("No", act(3), b"3", None)]
    assert refusal(writer.append_many, entries) == "trust.act_conflict"
    assert writer.receipt(act(2)).statement == b"two"
    assert refusal(writer.receipt, act(3)) == "trust.act_unknown"
    assert refusal(writer.append, "No", act(3), b"3") == "trust.log_name"
    writer.close()


@pytest.mark.parametrize(
    ("entry", "salt", "code"),
    [
        (b"", None, "trust.statement_too_long"),
        (b"." * (MAX_STATEMENT_BYTES + 1), None, "trust.statement_too_long"),
        (b"one", b"short", "trust.salt_length"),
    ],
)
def test_what_cannot_be_an_entry_is_refused(node, entry, salt, code):
    writer = node.open()
    assert refusal(writer.append, "interior", act(1), entry, salt) == code
    assert writer.logs() == ()
    writer.close()


def test_the_longest_statement_is_taken(node):
    writer = node.open()
    longest = b"." * MAX_STATEMENT_BYTES
    receipts = writer.append_many([("interior", act(number), longest, None) for number in range(10)])
    assert [receipt.index for receipt in receipts] == list(range(10))
    assert {receipt.statement for receipt in receipts} == {longest}
    writer.close()


def test_each_institution_has_a_log_and_a_key_of_its_own(node):
    writer = node.open()
    receipts = [append(writer, number, ("interior", "health")[number % 2]) for number in range(6)]
    assert [receipt.index for receipt in receipts] == [0, 0, 1, 1, 2, 2]
    assert {receipt.origin for receipt in receipts} == {INTERIOR, "iq/health/demo/0/1"}
    assert all(proves(receipt, number) for number, receipt in enumerate(receipts))
    keys = {log.institution: log.key for log in writer.logs()}
    assert keys["interior"] == str(key_of(INTERIOR)) != keys["health"]
    writer.close()


def test_callers_who_wait_together_share_a_batch(node, monkeypatch):
    writer = node.open()
    append(writer, 0)
    callers, receipts, batches = 24, {}, []
    whole = module.Journal.append
    monkeypatch.setattr(module.Journal, "append", lambda *args: (batches.append(1), whole(*args))[1])

    def call(number):
        receipts[number] = append(writer, number)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(1, callers + 1)]
    with writer._commit_lock:  # all of them are waiting when the first may begin
        for thread in threads:
            thread.start()
        while len(writer._queue) < callers:
            threading.Event().wait(0.001)
    for thread in threads:
        thread.join()
    assert sorted(receipt.index for receipt in receipts.values()) == list(range(1, callers + 1))
    assert all(proves(receipt, number) for number, receipt in receipts.items())
    assert len(batches) == 1
    writer.close()


def test_callers_and_a_settling_thread_do_not_disturb_each_other(node):
    writer = node.open(segment_bytes=20_000)
    stop = threading.Event()

    def settle():
        while not stop.is_set():
            writer.settle()

    def call(start):
        assert all(proves(append(writer, number), number) for number in range(start, start + 100))

    settler = threading.Thread(target=settle)
    threads = [threading.Thread(target=call, args=(start,)) for start in (0, 100, 200)]
    for thread in [settler, *threads]:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    settler.join()
    assert all(proves(writer.receipt(act(number)), number) for number in range(300))
    assert writer.logs()[0].size == 300
    writer.close()


@pytest.mark.parametrize("where", ["_lookup", "_unsettled"])
def test_an_act_that_is_settled_while_it_is_looked_for_is_not_logged_twice(node, where):
    writer = node.open()
    first = append(writer, 1)
    append(writer, 2)
    store = getattr(writer, where)
    find, moved = store.find, []

    def find_slowly(wanted):
        found = find(wanted)
        if not moved:
            moved.append(True)
            writer.settle()
        return found

    store.find = find_slowly
    assert writer.append_many([("interior", act(n), statement(n), None) for n in (1, 2)])[0].entry == first.entry
    store.find = find
    assert writer.logs()[0].size == 2
    writer.close()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(1, 60), st.sampled_from(["interior", "health"])),
        st.sampled_from([("settle",), ("restart",), ("crash",)]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_in_between_the_tree_is_that_of_the_entries(steps, tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("node"))
    writer, entries, given_out, number = node.open(segment_bytes=5000), {}, [], 0
    for step in steps:
        if step[0] == "append":
            numbers = range(number, number := number + step[1])
            asked = [(step[2], act(item), statement(item), None) for item in numbers]
            receipts = writer.append_many(asked)
            entries.setdefault(step[2], []).extend(receipt.entry for receipt in receipts)
            given_out += zip(numbers, receipts, strict=True)
        elif step[0] == "settle":
            writer.settle()
        elif step[0] == "restart":
            writer.close()
            writer = node.open(segment_bytes=5000)
        else:
            writer._opened.close()  # what a killed process leaves behind: nothing is settled
            writer = node.open(segment_bytes=5000)
    assert all(proves(receipt, item) for item, receipt in given_out)
    writer.close()
    reader = node.read()
    for item, receipt in given_out:
        assert reader.open(receipt.origin, receipt.index) == (receipt.salt, statement(item))
        assert extends(reader, receipt)
    for institution, logged in entries.items():
        assert reader.checkpoint(f"iq/{institution}/demo/0/1").root == naive.root(logged)
    reader.close()


def test_what_is_not_settled_yet_is_bounded(node, monkeypatch):
    monkeypatch.setattr("uruk.trust.log.unsettled.MAX_ENTRIES", 50)
    writer = node.open()
    most = 0
    for number in range(0, 400, 20):
        writer.append_many([("interior", act(number + i), statement(number + i), None) for i in range(20)])
        most = max(most, writer._unsettled.entries)
        assert len(writer._unsettled._acts) == writer._unsettled.entries
    assert 50 < most <= 50 + 20
    writer.settle()
    assert (writer._unsettled.entries, writer._unsettled.bytes, writer._unsettled._acts) == (0, 0, {})
    writer.close()


def test_old_segments_go_when_all_they_hold_is_settled(node):
    writer = node.open(segment_bytes=2000)
    for number in range(40):
        append(writer, number)
    before = sorted((node.folder / "journal").iterdir())
    assert len(before) > 3
    writer.settle()
    assert sorted((node.folder / "journal").iterdir()) == before[-1:]
    writer.close()
    assert list((node.folder / "journal").iterdir()) == []


def test_the_public_checkpoint_is_never_ahead_of_what_is_settled(node):
    writer = node.open()
    first = append(writer, 1)
    assert not (node.public / INTERIOR / "checkpoint").exists()
    writer.settle()
    append(writer, 2)
    reader = node.read()
    assert reader.checkpoint(INTERIOR).size == 1
    assert reader.find(act(1)) == (INTERIOR, 0)
    assert reader.find(act(2)) is None
    assert reader.receipt(act(1)).entry == first.entry
    assert reader.origins() == (INTERIOR,)
    reader.close()
    writer.close()


def test_an_unknown_log_or_act_is_named(node):
    writer = node.open()
    append(writer, 1)
    writer.settle()
    reader = node.read()
    assert refusal(reader.checkpoint, "iq/nobody/demo/0/1") == "trust.log_unknown"
    assert refusal(reader.receipt, act(7)) == "trust.act_unknown"
    assert refusal(reader.open, INTERIOR, 7) == "trust.act_unknown"
    assert refusal(reader.open, "iq/nobody/demo/0/1", 0) == "trust.act_unknown"
    assert reader.root(INTERIOR, 1) == first_root(writer)
    reader.close()
    writer.close()


def first_root(writer):
    receipt = writer.receipt(act(1))
    return naive.root([entry_of(receipt.statement, receipt.salt)])


def test_a_clock_set_back_changes_nothing(node):
    writer = node.open()
    first = append(writer, 5)
    node.clock.set(NOW.replace(year=2020))
    second = writer.append("interior", act(2), statement(2))  # an id older than those before it
    assert (first.index, second.index) == (0, 1)
    writer.close()
    writer = node.open()
    assert [writer.receipt(act(number)).index for number in (5, 2)] == [0, 1]
    assert writer.append("interior", act(2), statement(2)).index == 1
    writer.close()


def test_random_ids_are_known_again_too(node):
    writer = node.open()
    ids = [uuid.uuid4() for _ in range(50)]
    for item in ids:
        writer.append("interior", item, item.bytes)
        writer.settle()
    again = writer.append_many([("interior", item, item.bytes, None) for item in ids])
    assert [receipt.index for receipt in again] == list(range(50))
    writer.close()


def test_the_keys_of_a_key_store_sign_and_are_made_at_first_use(tmp_path):
    store = FileKeyStore(tmp_path / "keys", "a passphrase for tests")
    writer = LogWriter(tmp_path / "trust", tmp_path / "public", LogNames("iq", "demo"), log_keys(store))
    receipt = writer.append("interior", act(1), b"one")
    writer.close()
    key = NoteKey(INTERIOR, store.open("interior/log/1").public_key)
    assert receipt.parsed_proof.checkpoint.verified_by(key)
    writer = LogWriter(tmp_path / "trust", tmp_path / "public", LogNames("iq", "demo"), log_keys(store))
    assert writer.append("interior", act(2), b"two").origin == INTERIOR
    writer.close()


def test_a_key_that_is_not_the_logs_own_signs_nothing(node):
    writer = node.open()
    append(writer, 1)
    writer.close()
    node.keys = lambda origin: signer_of("another origin")
    writer = node.open()
    assert refusal(append, writer, 2) == "trust.log_key_changed"
    assert writer.logs()[0].size == 1
    writer.close()


def test_a_closed_writer_takes_nothing_more(node):
    writer = node.open()
    writer.close()
    assert refusal(append, writer, 1) == "trust.log_stopped"
