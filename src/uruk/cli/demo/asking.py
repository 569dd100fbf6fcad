"""A message of the journey: asked over the exchange, asked while its provider is away, and delivered later."""

import http.client
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from uruk.cli.demo.report import Report
from uruk.cli.demo.server import DemoNode
from uruk.definitions.api import JourneyMessage
from uruk.exchange.api import UnixConnection

READY_S = 60.0
WAIT_S = 30.0


class Asking:
    """One message between two nodes, and the steps that show what becomes of it."""

    def __init__(self, asker: DemoNode, provider: DemoNode, message: JourneyMessage, report: Report) -> None:
        self._asker, self._provider, self._message, self._report = asker, provider, message, report
        self._members: list[str] = []

    def ask(self) -> str:
        """Ask, as soon as the two gateways know of each other and of the agreement; return the request's id."""
        self._wait_for_gateway()
        with self._report.step("asked") as facts:
            status, headers, body = self._until(lambda: self._call({}), lambda found: found[0] == 200)
            _expect(status == 200, body)
            answer = json.loads(body)
            withheld = sorted(self._message.withheld)
            _expect(not set(withheld) & _fields(answer), "more came than was agreed")
            facts.update(asked=self._told(), answer=answer, not_agreed=withheld, request=headers["x-road-request-id"])
            facts["url"] = f"{self._asker.gateway}r1/{self._path()}"
        return str(headers["x-road-request-id"])

    def told_whom_it_waits_for(self) -> None:
        """Ask while the provider's node is stopped: the caller is told whom it waits for."""
        with self._report.step("provider-away") as facts:
            status, headers, body = self._until(lambda: self._call({}), lambda found: found[0] == 500)
            _expect(status == 500 and "x-road-error" in headers, body)
            facts.update(asked=self._told(), sentence=json.loads(body)["message"], error=headers["x-road-error"])

    def leave_for_later(self) -> str:
        """Leave the request in the outbox; where its answer will be."""
        with self._report.step("accepted") as facts:
            status, headers, body = self._call({"Prefer": "respond-async"})
            _expect(status == 202, body)
            facts.update(asked=self._told(), place=headers["location"])
        return headers["location"]

    def pick_up(self, place: str) -> None:
        """Pick the answer up, when the provider's node is back."""
        with self._report.step("answered-later") as facts:
            status, _, body = self._until(lambda: self._get(place), lambda found: found[0] != 202)
            _expect(status == 200, body)
            facts.update(asked=self._told(), answer=json.loads(body))

    def _told(self) -> str:
        return f"{self._message.client} → {self._message.service}"

    def _call(self, more: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        headers = {"Uruk-Purpose": self._message.purpose, "Uruk-Legal-Basis": self._message.law}
        return self._get(f"/r1/{self._path()}", {name: value for name, value in headers.items() if value} | more)

    def _get(self, path: str, more: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        connection = UnixConnection(self._asker.data / "gateway" / "gateway.sock", WAIT_S)
        try:
            connection.request(
                "GET", path, headers={"X-Road-Client": self._address(self._message.client), **(more or {})}
            )
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read()
        finally:
            connection.close()

    def _path(self) -> str:
        return f"{self._address(self._message.service)}{self._message.path}"

    def _address(self, code: str) -> str:
        """The exchange's address of what definitions name `institution/subsystem[/offer]`."""
        institution, _, rest = code.partition("/")
        member = next(one for one in self._members if one.rpartition("/")[2] == institution)
        return f"{member}/{quote(rest)}"

    def _wait_for_gateway(self) -> None:
        """Wait until the asker's gateway lists the provider's member."""
        institution = self._message.service.partition("/")[0]

        def listed() -> list[str]:
            try:
                return self._list()
            except (OSError, http.client.HTTPException):
                return []

        self._members = self._until(listed, lambda members: any(one.endswith(f"/{institution}") for one in members))

    def _list(self) -> list[str]:
        connection = UnixConnection(self._asker.data / "gateway" / "gateway.sock", WAIT_S)
        try:
            connection.request("GET", "/listClients", headers={"Accept": "application/json"})
            found = json.load(connection.getresponse())["member"]
        finally:
            connection.close()
        ids = [one["id"] for one in found]
        return sorted({f"{one['xroad_instance']}/{one['member_class']}/{one['member_code']}" for one in ids})

    def _until(self, ask: Callable[[], Any], done: Callable[[Any], bool]) -> Any:
        deadline = time.monotonic() + READY_S
        while True:
            found = ask()
            if done(found) or time.monotonic() > deadline:
                return found
            time.sleep(0.3)


def _fields(answer: Any) -> set[str]:
    """The fields of an answer: of one object, or of all in an array."""
    return {name for one in (answer if isinstance(answer, list) else [answer]) for name in one}


def _expect(true: bool, said: object) -> None:
    if not true:
        raise RuntimeError(f"the journey came out differently: {said!r}")
