"""The log over its socket: the same appends from many processes and threads, and what happens when it is away."""

import os
import socket
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from tests.unit.trust.log.faults import Tapped
from tests.unit.trust.log.support import INTERIOR, Node, act, proves, statement

from uruk.kernel.api import CodedError
from uruk.trust.log.client import LogClient
from uruk.trust.log.service import LogService
from uruk.trust.log.wire import MAX_QUESTION_BYTES, pack, take


@contextmanager
def serving(writer, path):
    """A service in a thread; what it raised is in the list that is handed out."""
    service, raised = LogService(writer, path), []

    def serve():
        try:
            service.serve()
        except CodedError as error:
            raised.append(error)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield raised
    finally:
        service.stop()
        thread.join()
        writer.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.sock"


@pytest.fixture
def client(path):
    found = LogClient(path, patience_s=0)
    yield found
    found.close()


def refusal(function, *args):
    with pytest.raises(CodedError) as caught:
        function(*args)
    return caught.value


def test_a_client_appends_as_the_writer_does(node, path, client):
    with serving(node.open(), path):
        first = client.append("interior", act(1), statement(1))
        assert proves(first, 1)
        assert client.append("interior", act(1), statement(1)).entry == first.entry
        many = client.append_many([("interior", act(item), statement(item), bytes(32)) for item in (2, 3)])
        assert [receipt.index for receipt in many] == [1, 2]
        assert client.receipt(act(2)).entry == many[0].entry
        (log,) = client.logs()
        assert (log.origin, log.size, log.closed, log.broken) == (INTERIOR, 3, None, None)
        client.check_space()
        client.forget(act(2))
        assert refusal(client.receipt, act(2)).code == "trust.act_forgotten"


def test_coded_errors_come_through_with_their_values(node, path, client):
    with serving(node.open(), path):
        client.append("interior", act(1), statement(1))
        assert refusal(client.append, "interior", act(1), b"other").code == "trust.act_conflict"
        assert refusal(client.receipt, act(9)).code == "trust.act_unknown"
        error = refusal(client.append, "NO", act(3), b"three")
        assert (error.code, error.values) == ("trust.log_name", {"name": "NO"})


def test_a_low_disk_is_told_over_the_socket(tmp_path, path, client):
    node = Node(tmp_path, fs=Tapped(lambda operation, where, whole, half: whole()))
    with serving(node.open(), path):
        node.fs.free = 2
        error = refusal(client.check_space)
        assert (error.code, error.values) == ("trust.disk_low", {"percent": 2})


def test_many_clients_at_once_each_get_their_own_receipts(node, path):
    wrong = []

    def call(start):
        client = LogClient(path)
        for number in range(start, start + 25):
            if not proves(client.append("interior", act(number), statement(number)), number):
                wrong.append(number)
        client.close()

    with serving(node.open(), path):
        threads = [threading.Thread(target=call, args=(start,)) for start in range(0, 200, 25)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
    reader = node.read()
    assert reader.checkpoint(INTERIOR).size == 200
    reader.close()


def test_a_client_finds_the_service_again_after_it_was_started_anew(node, path, client):
    with serving(node.open(), path):
        client.append("interior", act(1), statement(1))
    assert refusal(client.append, "interior", act(2), statement(2)).code == "trust.log_unavailable"
    with serving(node.open(), path):
        assert client.append("interior", act(2), statement(2)).index == 1
        assert client.append("interior", act(1), statement(1)).index == 0


def test_a_log_that_is_being_started_again_is_waited_for(node, path):
    patient = LogClient(path, patience_s=60)

    def ask():
        with closing(patient):
            return patient.append("interior", act(1), statement(1))

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        with serving(node.open(), path):
            assert asked.result().index == 0


def test_a_log_that_is_not_there_or_silent_is_unavailable(path):
    assert refusal(LogClient(path, patience_s=0).append, "interior", act(1), b"one").code == "trust.log_unavailable"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        client = LogClient(path, timeout_s=0.05, patience_s=0)
        assert refusal(client.append, "interior", act(1), b"one").code == "trust.log_unavailable"
        client.close()


def test_a_connection_is_not_shared_with_a_child_process(node, path, client):
    with serving(node.open(), path):
        client.append("interior", act(1), statement(1))
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = 0 if proves(client.append("interior", act(2), statement(2)), 2) else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert client.append("interior", act(3), statement(3)).index == 2


def test_nobody_else_may_speak_to_the_socket(node, path, client):
    with serving(node.open(), path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        client.logs()
    assert not path.exists()


MALFORMED = [
    {"do": "append"},
    {"do": "append", "entries": [["interior", b"short", b"one", None]]},
    {"do": "append", "entries": [[1, 2, 3]]},
    {"do": "append", "entries": [["interior", bytes(16), 5, None]]},
    {"do": "append", "entries": [["interior", bytes(16), b"one", 32]]},
    {"do": "append", "entries": [[7, bytes(16), b"one", None]]},
    {"do": "append", "entries": 7},
    {"do": "nothing"},
    {"do": ["append"]},
    {"do": "receipt", "act": "text"},
    {"do": "forget"},
    {},
]


@pytest.mark.parametrize("message", MALFORMED, ids=str)
def test_a_malformed_question_is_answered_with_a_code_and_harms_nobody(node, path, client, message):
    with serving(node.open(), path):
        assert refusal(client._ask, message).code == "trust.wire_malformed"
        assert client.append("interior", act(1), statement(1)).index == 0


@pytest.mark.parametrize("data", [b"\xff\xff\xff\xff", b"\0\0\0\1\xff", pack({})[:4] + b"\x80"])
def test_bytes_that_are_no_question_end_only_their_own_connection(node, path, client, data):
    with serving(node.open(), path):
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(str(path))
            link.sendall(data)
            assert link.recv(1) == b""
        assert client.append("interior", act(1), statement(1)).index == 0


def test_a_client_that_asks_and_goes_away_harms_nobody(node, path, client):
    with serving(node.open(), path):
        entries = [["interior", act(number).bytes, b"." * 100_000, None] for number in range(40)]
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(str(path))
            link.sendall(pack({"do": "append", "entries": entries}))
        assert client.append("interior", act(99), statement(99)).statement == statement(99)


def test_answers_larger_than_a_socket_takes_at_once_arrive_whole(node, path, client):
    with serving(node.open(), path):
        entries = [("interior", act(number), bytes([number]) * 200_000, None) for number in range(40)]
        receipts = client.append_many(entries)
        assert [receipt.statement for receipt in receipts] == [entry[2] for entry in entries]


def test_a_writer_that_gives_up_ends_the_service_with_its_reason(tmp_path, path, client):
    failing = []

    def hook(operation, where, whole, half):
        if failing and operation == "sync":
            raise OSError(5, "Input/output error")
        return whole()

    node = Node(tmp_path, fs=Tapped(hook))
    with serving(node.open(), path) as raised:
        client.append("interior", act(1), statement(1))
        failing.append(True)
        error = refusal(client.append, "interior", act(2), statement(2))
        assert error.code in {"trust.log_stopped", "trust.log_unavailable"}
    assert [error.code for error in raised] == ["trust.log_stopped"]
    assert raised[0].__cause__ is not None


def test_messages_are_taken_whole_one_by_one():
    data = bytearray(pack({"a": 1}) + pack({"b": b"two"}))
    partly = bytearray()
    taken = []
    for byte in data:
        partly.append(byte)
        message = take(partly)
        if message is not None:
            taken.append(message)
    assert taken == [{"a": 1}, {"b": b"two"}]
    assert refusal(take, bytearray((MAX_QUESTION_BYTES + 1).to_bytes(4, "big"))).code == "trust.wire_malformed"
