"""The ways in for information systems: HTTP on loopback, TLS with certificates, and the node's own socket."""

import asyncio
import os
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from uruk.gateway.bodies import Bodies
from uruk.gateway.connections import Connection
from uruk.gateway.credentials import (
    Credential,
    add_trusted,
    credential_of,
    is_loopback,
    server_context,
    trusted_by,
)
from uruk.gateway.listening import Handler, Listener
from uruk.gateway.state import State
from uruk.kernel.api import CodedError

BACKLOG = 4096
HANDSHAKE_S = 10.0
SOCKET = "gateway.sock"


@dataclass
class Doors:
    """All ways in of one gateway. `ports` are the TCP ports in the order of opening."""

    handler: Handler
    bodies: Bodies
    state: State
    listeners: list[Listener] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    _servers: list[asyncio.Server] = field(default_factory=list)
    _own: Path | None = None

    async def open_plain(self, address: str) -> None:
        """HTTP, on loopback only: `exchange.listen_not_loopback` for any other address."""
        host, port = host_and_port(address)
        if host != "localhost" and not is_loopback((host,)):
            raise CodedError("exchange.listen_not_loopback", address=address)
        listener = self._listener(_plain)
        self._add(await self._loop().create_server(lambda: Connection(listener), host, port, backlog=BACKLOG))

    async def open_tls(self, address: str, certificate: Path, key: Path) -> None:
        """HTTP over TLS; new certificates of systems, and a renewed one of our own, count as soon as they are there."""
        host, port = host_and_port(address)
        context = server_context(str(certificate), str(key), trusted_by(self.state.snapshot))
        listener = self._listener(_tls)

        def renew() -> None:
            add_trusted(context, trusted_by(self.state.snapshot))
            context.load_cert_chain(certificate, key)

        self.state.watch(renew)
        server = await self._loop().create_server(
            lambda: Connection(listener), host, port, ssl=context, backlog=BACKLOG, ssl_handshake_timeout=HANDSHAKE_S
        )
        self._add(server)

    async def open_own(self, folder: Path) -> None:
        """The socket in the gateway's folder (0600): whoever may open it is the node itself."""
        self._own = folder / SOCKET
        listener = self._listener(_own)
        server = await self._loop().create_unix_server(lambda: Connection(listener), sock=_bound(self._own))
        self._servers.append(server)

    async def close(self, limit_s: float) -> None:
        """Let nobody in any more, answer what is under way, close every connection."""
        for server in self._servers:
            server.close()
        await asyncio.gather(*(listener.drain(limit_s) for listener in self.listeners))
        if self._own is not None:
            self._own.unlink(missing_ok=True)

    @property
    def connections(self) -> int:
        """How many connections there are, over all ways in."""
        return sum(listener.connections for listener in self.listeners)

    @property
    def under_way(self) -> int:
        """How many requests are being answered."""
        return sum(listener.under_way for listener in self.listeners)

    def _listener(self, credential: Callable[[asyncio.Transport], Credential]) -> Listener:
        listener = Listener(self.handler, self.bodies, credential)
        self.listeners.append(listener)
        return listener

    def _add(self, server: asyncio.Server) -> None:
        self._servers.append(server)
        self.ports.append(server.sockets[0].getsockname()[1])

    def _loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()


def host_and_port(address: str) -> tuple[str, int]:
    """An address host:port taken apart, without the brackets of IPv6."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _plain(transport: asyncio.Transport) -> Credential:
    return credential_of("plain", transport.get_extra_info("peername"), None)


def _tls(transport: asyncio.Transport) -> Credential:
    tls: ssl.SSLObject = transport.get_extra_info("ssl_object")
    return credential_of("tls", transport.get_extra_info("peername"), tls)


def _own(_: asyncio.Transport) -> Credential:
    return credential_of("own", None, None)


def _bound(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)  # the log's lease says that nobody else is serving it
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        server.bind(str(path))
    finally:
        os.umask(before)
    server.setblocking(False)
    return server
