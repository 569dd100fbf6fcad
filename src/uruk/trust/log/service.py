"""The log's process: serves appends of all other processes of the node over a Unix socket.

One thread reads every request that has arrived, commits them as one batch, and answers; while a batch is on its
way to the disk the next one gathers in the sockets. A second thread settles.
"""

import contextlib
import os
import selectors
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from uruk.kernel.api import CodedError
from uruk.trust.log.requests import Request, make_request
from uruk.trust.log.state import LogInfo
from uruk.trust.log.wire import error_message, pack, take
from uruk.trust.log.writer import LogWriter

SETTLE_INTERVAL_S = 0.5
MAX_CONNECTIONS = 1024
_READ_BYTES = 256 * 1024


class _Connection:
    """One client: what came in and is not read yet, what is to go out."""

    def __init__(self, link: socket.socket) -> None:
        self.link = link
        self.incoming = bytearray()
        self.outgoing = bytearray()

    def send(self) -> bool:
        """Send what the client takes now; whether all is sent."""
        with contextlib.suppress(BlockingIOError):
            while self.outgoing:
                del self.outgoing[: self.link.send(self.outgoing)]
        return not self.outgoing


class LogService:
    """Serves a writer at a socket until `stop`, or until the writer gives up."""

    def __init__(self, writer: LogWriter, path: Path) -> None:
        self._writer = writer
        self._path = path
        self._selector = selectors.DefaultSelector()
        self._stop = threading.Event()
        self._wake_out, self._wake_in = socket.socketpair()
        self._selector.register(self._wake_out, selectors.EVENT_READ)
        self._server = _listen(path)
        self._selector.register(self._server, selectors.EVENT_READ)
        self._answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "receipt": self._receipt,
            "logs": lambda _: {"logs": [_info(log) for log in self._writer.logs()]},
            "problems": lambda _: {"problems": [error_message(each) for each in self._writer.problems()]},
            "space": self._space,
            "forget": self._forget,
            "renew": self._renew,
        }

    def serve(self) -> None:
        """Serve; return after `stop`, raise `trust.log_stopped` where the writer had to give up."""
        settler = threading.Thread(target=self._settle, name="log-settle", daemon=True)
        settler.start()
        try:
            while not self._stop.is_set() and not self._writer.stopped:
                self._turn()
        finally:
            self._stop.set()
            settler.join()
            self._close()
        self._writer.check_running()

    def stop(self) -> None:
        """Make `serve` return after the batch it is at; callable from a signal handler or another thread."""
        self._stop.set()
        with contextlib.suppress(OSError):
            self._wake_in.send(b".")

    def _turn(self) -> None:
        waiting: list[tuple[_Connection, dict[str, Any]]] = []
        for key, events in self._selector.select(timeout=1.0):
            connection = key.data
            if key.fileobj is self._server:
                self._accept()
            elif connection is not None and events & selectors.EVENT_READ:
                waiting += [(connection, message) for message in self._read(connection)]
            elif connection is not None:
                self._flush(connection)
        self._answer(waiting)

    def _accept(self) -> None:
        link, _ = self._server.accept()
        if len(self._selector.get_map()) > MAX_CONNECTIONS:
            link.close()
            return
        link.setblocking(False)
        self._selector.register(link, selectors.EVENT_READ, _Connection(link))

    def _read(self, connection: _Connection) -> list[dict[str, Any]]:
        try:
            data = connection.link.recv(_READ_BYTES)
            connection.incoming += data
            messages = []
            while (message := take(connection.incoming)) is not None:
                messages.append(message)
        except (OSError, CodedError):
            data, messages = b"", []
        if not data:
            self._drop(connection)
        return messages

    def _answer(self, waiting: list[tuple[_Connection, dict[str, Any]]]) -> None:
        """Commit all appends that came in as one batch, then answer in the order of arrival."""
        requests: dict[int, list[Request]] = {}
        answers: dict[int, dict[str, Any]] = {}
        for number, (_, message) in enumerate(waiting):
            try:
                if message.get("do") == "append":
                    requests[number] = [_request(entry) for entry in message["entries"]]
                else:
                    answers[number] = self._answers[message["do"]](message)
            except CodedError as error:
                answers[number] = error_message(error)
            except (KeyError, TypeError, ValueError):
                answers[number] = error_message(CodedError("trust.wire_malformed"))
        self._writer.commit([request for group in requests.values() for request in group])
        for number, (connection, _) in enumerate(waiting):
            answer = _outcome(requests[number]) if number in requests else answers[number]
            connection.outgoing += pack(answer)
            self._flush(connection)

    def _flush(self, connection: _Connection) -> None:
        try:
            events = selectors.EVENT_READ if connection.send() else selectors.EVENT_READ | selectors.EVENT_WRITE
            self._selector.modify(connection.link, events, connection)
        except (OSError, KeyError, ValueError):
            self._drop(connection)

    def _drop(self, connection: _Connection) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(connection.link)
        connection.link.close()

    def _receipt(self, message: dict[str, Any]) -> dict[str, Any]:
        return {"receipts": [self._writer.receipt(UUID(bytes=message["act"])).to_json()]}

    def _space(self, _: dict[str, Any]) -> dict[str, Any]:
        self._writer.check_space()
        return {}

    def _forget(self, message: dict[str, Any]) -> dict[str, Any]:
        self._writer.forget(UUID(bytes=message["act"]))
        return {}

    def _renew(self, message: dict[str, Any]) -> dict[str, Any]:
        self._writer.renew(str(message["institution"]), int(message["generation"]))
        return {}

    def _settle(self) -> None:
        while not self._stop.wait(SETTLE_INTERVAL_S) and not self._writer.stopped:
            self._writer.settle_again()

    def _close(self) -> None:
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._wake_in.close()
        self._selector.close()
        self._path.unlink(missing_ok=True)


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)  # the lease says that nobody else is serving it
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        server.bind(str(path))
    finally:
        os.umask(before)
    server.listen(128)
    server.setblocking(False)
    return server


def _request(entry: list[Any]) -> Request:
    institution, act, statement, salt = entry
    if not isinstance(institution, str) or not isinstance(statement, bytes) or not isinstance(salt, bytes | None):
        raise CodedError("trust.wire_malformed")
    return make_request(institution, UUID(bytes=act), statement, salt)


def _outcome(requests: list[Request]) -> dict[str, Any]:
    receipts = []
    for request in requests:
        if request.error is not None:
            return error_message(request.error)
        if request.receipt is not None:
            receipts.append(request.receipt.to_json())
    return {"receipts": receipts}


def _info(log: LogInfo) -> list[Any]:
    broken = log.broken and log.broken.to_json()
    return [log.origin, log.institution, log.generation, log.key, log.size, log.opened, log.closed, broken]
