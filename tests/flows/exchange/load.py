"""Callers that go on calling, and what both logs say afterwards of what they were told."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from uuid import UUID

from tests.flows.exchange.country import Node
from tests.flows.exchange.world import CLIENT, PERSONS, World
from uruk.exchange.messages import statements as said
from uruk.kernel.api import CodedError
from uruk.trust.api import LogReader, Statement, parse_statement

TIMEOUT_S = 90.0  # longer than a gateway takes to say that it waited in vain


@dataclass
class Told:
    """What one caller was told: status, the error's type ("" where there was none), how long it took; of whom."""

    request: bytes
    status: int
    error: str
    seconds: float
    subject: str = ""


@dataclass
class Callers:
    """So many threads that call Interior by number, each call another number, until the block is left."""

    world: World
    count: int = 4
    service: str = PERSONS
    told: list[Told] = field(default_factory=list)
    lost: int = 0

    def __enter__(self) -> "Callers":
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(number,)) for number in range(self.count)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(2 * TIMEOUT_S)

    def wait_for(self, more: int, limit_s: float = 60.0) -> None:
        """Wait until so many more calls were answered with 200."""
        goal, end = len(self.answered) + more, time.monotonic() + limit_s
        while len(self.answered) < goal:
            assert time.monotonic() < end, f"{self.kinds}, {self.lost} connections lost\n{self.world.told_by_all()}"
            time.sleep(0.02)

    @property
    def answered(self) -> list[Told]:
        """The calls that were acknowledged with the provider's answer."""
        return [one for one in self.told if one.status == 200]

    @property
    def kinds(self) -> Counter[tuple[int, str]]:
        """How often each status and error was told."""
        return Counter((one.status, one.error) for one in self.told)

    def _call(self, number: int) -> None:
        step = 0
        connection: http.client.HTTPConnection | None = None
        while not self._stop.is_set():
            step += 1
            connection = connection or self._connect()
            start = time.monotonic()
            try:
                self.told.append(self._once(connection, f"/r1/{self.service}/1{number:03}{step:08}", start))
            except (OSError, http.client.HTTPException):
                self.lost += 1
                connection.close()
                connection = None
                time.sleep(0.02)
        if connection is not None:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        return self.world.connect("south", TIMEOUT_S)

    def _once(self, connection: http.client.HTTPConnection, line: str, start: float) -> Told:
        connection.request("GET", line, headers={"X-Road-Client": CLIENT, "Prefer": "wait=4"})
        found = connection.getresponse()
        found.read()
        request = found.getheader("X-Road-Request-Id")
        return Told(
            UUID(request).bytes if request else b"",
            found.status,
            found.getheader("X-Road-Error") or "",
            time.monotonic() - start,
            line.rpartition("/")[2],
        )


class Logs:
    """The logs of two gateways that are stopped: what each says of a request."""

    def __init__(self, world: World) -> None:
        self.provider = _reader(world.country.nodes["north"])
        self.consumer = _reader(world.country.nodes["south"])

    def __enter__(self) -> "Logs":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.provider.close()
        self.consumer.close()

    def statement(self, request: bytes, role: int) -> Statement | None:
        """One of the four statements of a request, or None where it is not in the log it belongs into."""
        reader = self.provider if role in (said.RECEIVED, said.ANSWERED) else self.consumer
        try:
            return parse_statement(reader.receipt(said.act_of(request, role)).statement)
        except CodedError as error:
            assert error.code == "trust.act_unknown", error.code
            return None

    def check_acknowledged(self, told: list[Told]) -> None:
        """Every acknowledged exchange is in both logs, whole, and both speak of one and the same answer."""
        for one in told:
            found = [self.statement(one.request, role) for role in range(4)]
            missing = [role for role, statement in enumerate(found) if statement is None]
            assert not missing, f"{UUID(bytes=one.request)}: acknowledged, and not in the log: {missing}"
            sent, received, answered, heard = (statement for statement in found if statement is not None)
            assert received.body["statement"] == said.statement_digest(sent.raw)
            assert answered.body["statement"] == said.statement_digest(sent.raw)
            assert heard.body["statement"] == said.statement_digest(answered.raw)
            assert answered.body["status"] == one.status

    def check_answers(self) -> int:
        """No request has two answers, in either log; return how many have one."""
        answers: dict[bytes, set[bytes]] = {}
        for statement in _entries(self.provider):
            if (statement.type, statement.role) == (said.ANSWER, "sent"):
                answers.setdefault(statement.body["request"], set()).add(said.statement_digest(statement.raw))
        for statement in _entries(self.consumer):
            if (statement.type, statement.role) == (said.ANSWER, "received"):
                assert statement.body["statement"] in answers[statement.body["request"]]
        assert all(len(found) == 1 for found in answers.values())
        return len(answers)


def _entries(reader: LogReader) -> Iterator[Statement]:
    """All statements of a node's logs, in their order."""
    for log in reader.logs():
        for index in range(log.size):
            yield parse_statement(reader.open(log.origin, index)[1])


def _reader(node: Node) -> LogReader:
    return LogReader(node.gateway / "trust", node.folder / "public" / "log")
