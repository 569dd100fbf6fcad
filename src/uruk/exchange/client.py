"""A client for programs: ask other institutions through this node's gateway, with or without asyncio. No Django.

    from uruk.exchange.client import Client, ExchangeError

    with Client("http://127.0.0.1:8080", "iq/GOV/agriculture/season-plan") as exchange:
        answer = exchange.get("iq/GOV/interior/persons/by-number", "/199001011234", purpose="season-plan")
        print(answer.status, answer.json(), answer.request_id)

`AsyncClient` has the same methods to await. The address may be `unix:/path/to/gateway.sock`. What goes wrong inside the
exchange raises `ExchangeError`; a provider's own answer, of whatever status, is an `Answer`. A gateway that cannot be
reached raises OSError.
"""

import http.client
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, Unpack

import aiohttp
from yarl import URL

from uruk.exchange.asking import (
    Answer,
    Asking,
    ExchangeError,
    Given,
    Prepared,
    Waiting,
    picked_up,
    read,
    small,
    waiting_of,
)
from uruk.exchange.unix_http import UnixConnection

__all__ = ["Answer", "AsyncClient", "Client", "ExchangeError", "Given", "Waiting"]
KEEP_S = 30.0  # a connection that was idle longer is opened anew; the gateway keeps it 75 seconds


_LISTS = {False: "listMethods", True: "allowedMethods"}


class Client(Asking):
    """Asks and waits. One client is for one thread; it keeps its connection."""

    _connection: http.client.HTTPConnection | None = None
    _used_at = 0.0

    def request(self, method: str, service: str, path: str = "", **given: Unpack[Given]) -> Answer:
        """Ask a service (`instance/class/member/subsystem/service`).

        `path` follows the service code, percent-encoded where need be; what else may be given by name: see `Given`.
        Raises ExchangeError, OSError.
        """
        return read(*self._send(self.prepared(method, service, path, given)))

    def get(self, service: str, path: str = "", **given: Unpack[Given]) -> Answer:
        """`request` with GET."""
        return self.request("GET", service, path, **given)

    def post(self, service: str, path: str = "", **given: Unpack[Given]) -> Answer:
        """`request` with POST."""
        return self.request("POST", service, path, **given)

    def send_later(self, method: str, service: str, path: str = "", **given: Unpack[Given]) -> Waiting:
        """Hand a message over to be delivered when its provider's gateway is there."""
        return waiting_of(read(*self._send(self.prepared(method, service, path, given, later=True))))

    def pick_up(self, waiting: Waiting) -> Answer | None:
        """The answer to a message that was handed over, or None while there is none."""
        return picked_up(read(*self._send(self.page(f"/messages/{waiting.id}"))))

    def members(self) -> list[dict[str, Any]]:
        """Every member and subsystem in the country's directory, as X-Road's listClients has them."""
        found: list[dict[str, Any]] = read(*self._send(self.page("/listClients"))).json()["member"]
        return found

    def methods(self, subsystem: str, *, allowed: bool = False) -> list[dict[str, Any]]:
        """What a subsystem offers, or only what we may call there."""
        found: list[dict[str, Any]] = self.get(f"{subsystem}/{_LISTS[allowed]}").json()["service"]
        return found

    def description(self, service: str) -> Any:
        """The OpenAPI document of a service."""
        subsystem, _, code = service.rpartition("/")
        return self.get(f"{subsystem}/getOpenAPI", query={"serviceCode": code}).json()

    def close(self) -> None:
        """Give up the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, asked: Prepared) -> tuple[int, Mapping[str, str], bytes]:
        connection = self._connected()
        try:
            connection.putrequest(asked.method, asked.line, skip_accept_encoding=True)
            for name, value in asked.headers.items():
                connection.putheader(name, value)
            if asked.body or asked.method in ("POST", "PUT", "PATCH"):
                connection.putheader("Content-Length", str(len(asked.body)))
            connection.endheaders(asked.body or None)
            found = connection.getresponse()
            answer = found.status, small(found.getheaders()), found.read()
        except BaseException:
            self.close()
            raise
        self._used_at = time.monotonic()
        return answer

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is not None and time.monotonic() - self._used_at > KEEP_S:
            self.close()
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _open(self) -> http.client.HTTPConnection:
        if self.path:
            return UnixConnection(self.path, self.timeout_s)
        if self.context is not None:
            return http.client.HTTPSConnection(self.host, self.port, timeout=self.timeout_s, context=self.context)
        return http.client.HTTPConnection(self.host, self.port, timeout=self.timeout_s)


class AsyncClient(Asking):
    """The same, to await: `async with AsyncClient(…) as exchange`. Many requests may be under way at a time."""

    _session: aiohttp.ClientSession | None = None

    async def request(self, method: str, service: str, path: str = "", **given: Unpack[Given]) -> Answer:
        """See `Client.request`."""
        return read(*await self._send(self.prepared(method, service, path, given)))

    async def get(self, service: str, path: str = "", **given: Unpack[Given]) -> Answer:
        """`request` with GET."""
        return await self.request("GET", service, path, **given)

    async def post(self, service: str, path: str = "", **given: Unpack[Given]) -> Answer:
        """`request` with POST."""
        return await self.request("POST", service, path, **given)

    async def send_later(self, method: str, service: str, path: str = "", **given: Unpack[Given]) -> Waiting:
        """See `Client.send_later`."""
        return waiting_of(read(*await self._send(self.prepared(method, service, path, given, later=True))))

    async def pick_up(self, waiting: Waiting) -> Answer | None:
        """See `Client.pick_up`."""
        return picked_up(read(*await self._send(self.page(f"/messages/{waiting.id}"))))

    async def members(self) -> list[dict[str, Any]]:
        """See `Client.members`."""
        found: list[dict[str, Any]] = read(*await self._send(self.page("/listClients"))).json()["member"]
        return found

    async def methods(self, subsystem: str, *, allowed: bool = False) -> list[dict[str, Any]]:
        """See `Client.methods`."""
        found: list[dict[str, Any]] = (await self.get(f"{subsystem}/{_LISTS[allowed]}")).json()["service"]
        return found

    async def description(self, service: str) -> Any:
        """See `Client.description`."""
        subsystem, _, code = service.rpartition("/")
        return (await self.get(f"{subsystem}/getOpenAPI", query={"serviceCode": code})).json()

    async def close(self) -> None:
        """Give up the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _send(self, asked: Prepared) -> tuple[int, Mapping[str, str], bytes]:
        if self._session is None:
            self._session = self._open()
        host = f"[{self.host}]" if ":" in self.host else self.host
        url = f"{'https' if self.tls else 'http'}://{host}:{self.port}{asked.line}"
        headers = {name: value.decode("utf-8") for name, value in asked.headers.items()}
        sending = self._session.request(
            asked.method, _exactly(url), headers=headers, data=asked.body or None, allow_redirects=False
        )
        async with sending as found:
            return found.status, small(found.headers.items()), await found.read()

    def _open(self) -> aiohttp.ClientSession:
        connector: aiohttp.BaseConnector = (
            aiohttp.UnixConnector(self.path)
            if self.path
            else aiohttp.TCPConnector(ssl=self.context or True, keepalive_timeout=KEEP_S)
        )
        timeout = aiohttp.ClientTimeout(total=self.timeout_s)
        leave = ("Accept", "Accept-Encoding", "Content-Type")
        return aiohttp.ClientSession(
            connector=connector, timeout=timeout, auto_decompress=False, skip_auto_headers=leave
        )


def _exactly(url: str) -> URL:
    """A URL that aiohttp sends as it is written: what is signed is what we wrote."""
    return URL(url, encoded=True)
