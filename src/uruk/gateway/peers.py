"""The two ends of links: what listens for other gateways, and what connects to them and keeps the connection."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from uruk.exchange.api import NodeEntry, TlsIdentity, client_context, server_context, wire
from uruk.gateway.bodies import Bodies, Body
from uruk.gateway.links import Directories, Link
from uruk.gateway.state import State
from uruk.kernel.api import CodedError

CONNECT_S = 5.0
BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
BACKLOG = 1024

Arrived = Callable[[Link, wire.RequestHead, "asyncio.Future[tuple[Body, wire.Proof]]"], None]


class Ends:
    """What all links of a gateway share: state, bodies, the directory's parts, and who takes what arrives."""

    def __init__(self, state: State, bodies: Bodies, directories: Directories) -> None:
        self.state, self.bodies, self.directories = state, bodies, directories
        self.links: set[Link] = set()
        self.taker: Arrived | None = None

    def opened(self, link: Link) -> None:
        """A link has come up."""
        self.links.add(link)

    def ended(self, link: Link) -> None:
        """A link is gone."""
        self.links.discard(link)

    def arrived(self, link: Link, head: wire.RequestHead, whole: "asyncio.Future[tuple[Body, wire.Proof]]") -> None:
        """Hand a request to whoever answers; a gateway that is stopping answers nobody any more."""
        if self.taker is None:
            link.send(wire.REFUSED, wire.Refused(head.stream, "exchange.gateway_stopping", {}))
        else:
            self.taker(link, head, whole)

    def hello(self) -> wire.Hello:
        """What this gateway says first."""
        directory = self.state.directory
        entries = {code: node.version for code, node in directory.nodes.items() if node.version}
        now = self.state.clock.now().timestamp()
        return wire.Hello(self.state.snapshot.node, directory.instance, now, directory.version, entries)


class PeerServer:
    """Listens for other gateways."""

    def __init__(self, ends: Ends, own: TlsIdentity) -> None:
        self._ends, self._own = ends, own
        self._context = server_context(own, self._trusted())
        ends.state.watch(self.renew)
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; return the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Link(self._ends), host, port, ssl=self._context, backlog=BACKLOG, ssl_handshake_timeout=CONNECT_S
        )
        return int(self._server.sockets[0].getsockname()[1])

    def renew(self) -> None:
        """Let in whom a newer directory lists, and show a renewed certificate.

        Links whose certificate is listed no more end at once; a new one of it ends when it has come up.
        """
        trusted = self._trusted()
        if trusted:
            self._context.load_verify_locations(cadata=trusted)
        self._context.load_cert_chain(self._own.cert_path, self._own.key_path)
        directory = self._ends.state.directory
        for link in [one for one in self._ends.links if directory.node_by_certificate(one.certificate) != one.node]:
            link.close()

    async def stop(self) -> None:
        """Listen no more; links that are there stay until they are closed."""
        if self._server is not None:
            self._server.close()

    def _trusted(self) -> str:
        nodes = self._ends.state.directory.nodes.values()
        return "".join(node.trusted for node in nodes if node.left_at is None)


@dataclass
class _Peer:
    """How it stands with one node: the link, or who waits for it, and since when it has failed."""

    link: Link | None = None
    connecting: "asyncio.Task[Link] | None" = None
    failures: int = 0
    not_before: float = 0.0


class PeerClient:
    """Connects to the nodes of the directory and keeps one link to each."""

    def __init__(self, ends: Ends, own: TlsIdentity) -> None:
        self._ends, self._own = ends, own
        self._peers: dict[str, _Peer] = {}
        ends.state.watch(self._forget_failures)

    async def link(self, node: NodeEntry) -> Link:
        """The link to a node, made if there is none; `exchange.peer_unreachable` names whom the caller waits for."""
        peer = self._peers.setdefault(node.code, _Peer())
        if peer.link is not None and not peer.link.closed:
            return peer.link
        if peer.connecting is None:
            peer.connecting = asyncio.ensure_future(self._connect(node, peer))
            peer.connecting.add_done_callback(lambda done: self._connected(peer, done))
        return await asyncio.shield(peer.connecting)

    def present(self, code: str) -> Link | None:
        """The link to a node that there is just now, or None."""
        peer = self._peers.get(code)
        return None if peer is None or peer.link is None or peer.link.closed else peer.link

    def is_connected(self, code: str) -> bool:
        """Whether there is a link to a node just now."""
        return self.present(code) is not None

    async def _connect(self, node: NodeEntry, peer: _Peer) -> Link:
        loop = asyncio.get_running_loop()
        if loop.time() < peer.not_before:
            raise unreachable(node, "waiting")
        problem = "address"
        for address in node.gateways:
            host, _, port = address.rpartition(":")
            try:
                return await self._open(node, host.strip("[]"), int(port))
            except (OSError, TimeoutError, CodedError, ValueError) as error:
                problem = getattr(error, "reason", None) or type(error).__name__
        raise unreachable(node, str(problem))

    async def _open(self, node: NodeEntry, host: str, port: int) -> Link:
        context = client_context(self._own, node.trusted)
        async with asyncio.timeout(CONNECT_S):
            _, link = await asyncio.get_running_loop().create_connection(
                lambda: Link(self._ends, node.code), host, port, ssl=context, server_hostname=host
            )
            await link.ready
        return link

    def _connected(self, peer: _Peer, done: "asyncio.Task[Link]") -> None:
        peer.connecting = None
        if done.cancelled():
            return
        if done.exception() is None:
            peer.link, peer.failures = done.result(), 0
            return
        loop = asyncio.get_running_loop()
        if loop.time() >= peer.not_before:
            peer.not_before = loop.time() + BACK_OFF_S[min(peer.failures, len(BACK_OFF_S) - 1)]
            peer.failures += 1

    def _forget_failures(self) -> None:
        """A newer directory may have other addresses: try at once."""
        for peer in self._peers.values():
            peer.failures, peer.not_before = 0, 0.0


def unreachable(node: NodeEntry, reason: str) -> CodedError:
    """The error that names whom the caller waits for."""
    return CodedError("exchange.peer_unreachable", node=node.code, operator=node.operator, reason=reason)
