"""The other end of the log's socket: appends from any process of the node."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from uruk.kernel.api import CodedError
from uruk.trust.log.state import Break, LogInfo
from uruk.trust.log.wire import MAX_ANSWER_BYTES, pack, take
from uruk.trust.receipts import Receipt

RETRY_S = 0.05
ROOM_KNOWN_S = 1.0
Entry = tuple[str, UUID, bytes, bytes | None]


class Appender(Protocol):
    """Who appends to the logs: the writer itself, or a client of its process."""

    def append(self, institution: str, act: UUID, statement: bytes, salt: bytes | None = None) -> Receipt:
        """Append a statement; return its receipt when it is durable. The same act gives the same entry again."""

    def append_many(self, entries: Sequence[Entry]) -> list[Receipt]:
        """Append (institution, act, statement, salt) in order."""

    def receipt(self, act: UUID) -> Receipt:
        """The receipt of an act; `trust.act_unknown`, `trust.act_forgotten`."""

    def check_space(self) -> None:
        """Refuse to begin a new act where the disk is nearly full (`trust.disk_low`)."""

    def forget(self, act: UUID) -> None:
        """Delete an act's salt and statement for good; its entry stays."""

    def renew(self, institution: str, generation: int = 0) -> None:
        """Close the institution's log; its next entry opens the next one, of this generation at least."""

    def logs(self) -> tuple[LogInfo, ...]:
        """All logs, open and closed, oldest first."""

    def problems(self) -> list[CodedError]:
        """What keeps the logs from being as they should although they take entries."""


class LogClient:
    """Talks to a `LogService`; one connection a thread, opened at first use and again after a failure.

    A log that is being started again is waited for, `patience_s` at most; one that cannot be reached then, or does
    not answer within `timeout_s`, raises `trust.log_unavailable`: whether the entry was made is then open, and the
    same append later settles it.
    """

    def __init__(self, path: Path, timeout_s: float = 30.0, patience_s: float = 5.0) -> None:
        self._path = path
        self._timeout_s, self._patience_s = timeout_s, patience_s
        self._local = threading.local()
        self._room_until = 0.0

    def append(self, institution: str, act: UUID, statement: bytes, salt: bytes | None = None) -> Receipt:
        """Append a statement; return its receipt when it is durable."""
        return self.append_many([(institution, act, statement, salt)])[0]

    def append_many(self, entries: Sequence[Entry]) -> list[Receipt]:
        """Append (institution, act, statement, salt) in order."""
        sent = [[institution, act.bytes, statement, salt] for institution, act, statement, salt in entries]
        return [Receipt.parse(text) for text in self._ask({"do": "append", "entries": sent})["receipts"]]

    def receipt(self, act: UUID) -> Receipt:
        """The receipt of an act."""
        return Receipt.parse(self._ask({"do": "receipt", "act": act.bytes})["receipts"][0])

    def check_space(self) -> None:
        """Refuse to begin a new act where the disk is nearly full."""
        # Asked before every act, and once a second is enough: five percent of a disk do not go in one.
        now = time.monotonic()
        if now >= self._room_until:
            self._ask({"do": "space"})
            self._room_until = now + ROOM_KNOWN_S

    def forget(self, act: UUID) -> None:
        """Delete an act's salt and statement for good; its entry stays."""
        self._ask({"do": "forget", "act": act.bytes})

    def renew(self, institution: str, generation: int = 0) -> None:
        """Close the institution's log; its next entry opens the next one, of this generation at least."""
        self._ask({"do": "renew", "institution": institution, "generation": generation})

    def logs(self) -> tuple[LogInfo, ...]:
        """All logs, open and closed, oldest first."""
        return tuple(_log_info(*log) for log in self._ask({"do": "logs"})["logs"])

    def problems(self) -> list[CodedError]:
        """What keeps the logs from being as they should although they take entries (see `LogWriter`)."""
        return [CodedError(one["error"], **one["values"]) for one in self._ask({"do": "problems"})["problems"]]

    def close(self) -> None:
        """Close this thread's connection."""
        link = getattr(self._local, "link", None)
        if link is not None:
            link.close()
            self._local.link = None

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        data = pack(message)
        limit = time.monotonic() + self._patience_s
        with contextlib.suppress(OSError):
            return _unpack(self._exchange(data))
        # The service may have been started again since: every question may be asked twice.
        while True:
            try:
                return _unpack(self._exchange(data))
            except OSError as error:
                if time.monotonic() >= limit:
                    raise CodedError("trust.log_unavailable") from error
            time.sleep(RETRY_S)

    def _exchange(self, data: bytes) -> dict[str, Any]:
        try:
            return self._answer(data)
        except BaseException:  # what is still to come on this connection answers nothing that is asked later
            self.close()
            raise

    def _answer(self, data: bytes) -> dict[str, Any]:
        link = self._link()
        link.sendall(data)
        buffer = bytearray()
        while (answer := take(buffer, MAX_ANSWER_BYTES)) is None:
            received = link.recv(1 << 18)
            if not received:
                raise ConnectionResetError
            buffer += received
        return answer

    def _link(self) -> socket.socket:
        # A connection inherited over a fork belongs to the parent.
        if getattr(self._local, "link", None) is None or self._local.process != os.getpid():
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(self._timeout_s)
            self._local.link, self._local.process = link, os.getpid()
            link.connect(str(self._path))
        link = self._local.link
        assert isinstance(link, socket.socket)
        return link


def _unpack(answer: dict[str, Any]) -> dict[str, Any]:
    if "error" in answer:
        raise CodedError(answer["error"], **answer["values"])
    return answer


def _log_info(*said: Any) -> LogInfo:
    *fields, broken = said
    origin, institution, generation, key, size, opened, closed = fields
    found = Break.from_json(broken) if broken else None
    return LogInfo(origin, institution, generation, key, size, opened, closed, found)
