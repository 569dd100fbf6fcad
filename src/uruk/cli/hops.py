"""The way from this node to another, hop by hop: which of them is at fault when a message does not arrive."""

import json
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path

from uruk.cli.examination import Finding, State
from uruk.exchange.api import (
    Agreement,
    CountryDirectory,
    DirectoryStore,
    NodeEntry,
    Snapshot,
    UnixConnection,
    client_context,
    open_or_create,
    read_snapshot,
    wire,
)
from uruk.kernel.api import CodedError, Settings, rfc3339

LIMIT_S = 5.0
ASK_LIMIT_S = 30.0
CLOCK_OFF_S = 60.0
_READ_BYTES = 1 << 16
_FRESHNESS: Mapping[str, tuple[str, State]] = {
    "fresh": ("cli.hop_directory_well", "well"),
    "grace": ("cli.hop_directory_late", "note"),
    "too_old": ("cli.hop_directory_ended", "person"),
}


@dataclass(frozen=True)
class Way:
    """The way that is examined: from the node of these settings to another node; `path` asks a service for real."""

    settings: Settings
    directory: CountryDirectory
    snapshot: Snapshot
    node: NodeEntry
    peer: str
    path: str | None

    @property
    def gateway(self) -> Path:
        """The folder of our gateway."""
        return self.settings.data / "gateway"


def find_way(settings: Settings, peer: str, path: str | None = None) -> Way:
    """The way to a node, an institution (its code) or an address; ``cli.peer_unknown``, and where nothing is known yet
    ``exchange.directory_missing`` or ``exchange.snapshot_missing``.
    """
    directory = DirectoryStore(settings.data / "directory").current()
    snapshot = read_snapshot(settings.data / "gateway")
    code = _node_code(directory, snapshot.instance, peer)
    if code is None:
        known = ", ".join(sorted({*directory.nodes, *(one.code for one in directory.members.values())}))
        raise CodedError("cli.peer_unknown", peer=peer[:128], known=known)
    return Way(settings, directory, snapshot, directory.nodes[code], peer, path)


def examine_way(way: Way) -> Iterator[Finding]:
    """Each hop in the order of the way; behind a faulty one the connection is not followed any further."""
    yield from _connection(way)
    yield from _directory(way)
    agreements = _agreements(way)
    yield from _found_agreements(way, agreements)
    yield from _provider(way, agreements)


def _node_code(directory: CountryDirectory, instance: str, peer: str) -> str | None:
    if peer in directory.nodes:
        return peer
    parts = peer.split("/")
    code = parts[2] if parts[0] == instance and len(parts) > 2 else parts[0]
    return next((one.node for one in directory.members.values() if one.code == code), None)


# Name, TCP, TLS, certificate, clock


def _connection(way: Way) -> Iterator[Finding]:
    if not way.node.gateways:
        yield Finding("directory", "person", "cli.hop_no_gateway", {"node": way.node.code})
    for address in way.node.gateways:
        try:
            yield from _walk(way, address)
            return
        except _EndError as end:
            yield end.finding


class _EndError(Exception):
    """The way ends here."""

    def __init__(self, part: str, code: str, **values: object) -> None:
        super().__init__(code)
        self.finding = Finding(part, "person", code, values)


def _walk(way: Way, address: str) -> Iterator[Finding]:
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    yield _name(host, int(port))
    start = time.monotonic()
    with _connected(address, host, int(port)) as plain:
        ms = round((time.monotonic() - start) * 1000)
        yield Finding("tcp", "well", "cli.hop_tcp_well", {"address": address, "ms": ms})
        with _encrypted(way, plain, host) as link:
            yield Finding("tls", "well", "cli.hop_tls_well", {"version": str(link.version())})
            hello = _greeted(way, link)
            yield Finding("certificate", "well", "cli.hop_certificate_well", {"node": way.node.code})
            yield from _clock(way, hello)
            yield from _versions(way, hello)


def _name(host: str, port: int) -> Finding:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise _EndError("name", "cli.hop_name_fails", host=host, reason=error.strerror or str(error)) from None
    addresses = ", ".join(sorted({str(one[4][0]) for one in found}))
    return Finding("name", "well", "cli.hop_name_well", {"host": host, "addresses": addresses})


def _connected(address: str, host: str, port: int) -> socket.socket:
    try:
        return socket.create_connection((host, port), timeout=LIMIT_S)
    except OSError as error:
        reason = error.strerror or str(error)
        raise _EndError("tcp", "cli.hop_tcp_fails", address=address, reason=reason) from None


def _encrypted(way: Way, plain: socket.socket, host: str) -> ssl.SSLSocket:
    own = open_or_create(way.gateway / "tls", way.snapshot.node, datetime.now(UTC))
    try:
        return client_context(own, way.node.trusted).wrap_socket(plain, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        said = {"node": way.node.code, "reason": error.verify_message}
        raise _EndError("certificate", "cli.hop_certificate_theirs", **said) from None
    except OSError as error:
        raise _EndError("tls", "cli.hop_tls_fails", reason=getattr(error, "reason", None) or str(error)) from None


def _greeted(way: Way, link: ssl.SSLSocket) -> wire.Hello:
    """What the other gateway says first. In TLS 1.3 it is only now that it may refuse our certificate."""
    shown = sha256(link.getpeercert(binary_form=True) or b"").hexdigest()
    if shown not in way.node.certificates:
        raise _EndError("certificate", "cli.hop_certificate_theirs", node=way.node.code, reason=shown[:16])
    buffer = bytearray()
    try:
        while (frame := wire.take(buffer)) is None:
            piece = link.recv(_READ_BYTES)
            if not piece:
                raise _EndError("certificate", "cli.hop_certificate_ours", node=way.node.code)
            buffer += piece
    except (OSError, CodedError):
        raise _EndError("certificate", "cli.hop_certificate_ours", node=way.node.code) from None
    if frame[0] != wire.HELLO:
        raise _EndError("tls", "cli.hop_tls_fails", reason=wire.PROTOCOL)
    hello: wire.Hello = frame[1]
    return hello


def _clock(way: Way, hello: wire.Hello) -> Iterator[Finding]:
    seconds = round(hello.now - datetime.now(UTC).timestamp(), 1)
    off = abs(seconds) > CLOCK_OFF_S
    code = "cli.hop_clock_off" if off else "cli.hop_clock_well"
    yield Finding("clock", "person" if off else "well", code, {"node": way.node.code, "seconds": seconds})


def _versions(way: Way, hello: wire.Hello) -> Iterator[Finding]:
    if hello.directory_version != way.directory.version:
        values = {"node": way.node.code, "theirs": hello.directory_version, "ours": way.directory.version}
        yield Finding("directory", "note", "cli.hop_directory_differs", values)


# Directory, agreement, provider


def _directory(way: Way) -> Iterator[Finding]:
    grace = timedelta(days=way.settings.directory_grace_days)
    values = {"version": way.directory.version, "published": rfc3339(way.directory.published)}
    code, state = _FRESHNESS[way.directory.freshness(datetime.now(UTC), grace)]
    yield Finding("directory", state, code, values)


def _agreements(way: Way) -> list[Agreement]:
    """The agreements in force under which we may ask what was named."""
    now = int(time.time())
    ours = {member.address for member in way.snapshot.members}
    theirs = {str(one.member) for one in way.directory.members.values() if one.node == way.node.code}
    return [
        one
        for one in way.snapshot.agreements
        if one.valid_from <= now < one.valid_until
        and _member_of(one.consumer) in ours
        and _member_of(one.service) in theirs
        and _is_named(way, one.service)
    ]


def _is_named(way: Way, service: str) -> bool:
    """Whether a service lies below what was named: a node, an institution, its address, or more of it."""
    short = way.peer.removeprefix(f"{way.snapshot.instance}/")
    named = tuple(short.split("/")) if short != way.node.code else ()
    whole = tuple(service.split("/"))
    return any(whole[at : at + len(named)] == named for at in (1, 2))


def _member_of(address: str) -> str:
    return "/".join(address.split("/")[:3])


def _found_agreements(way: Way, agreements: list[Agreement]) -> Iterator[Finding]:
    if not agreements:
        yield Finding("agreement", "person", "cli.hop_agreement_none", {"peer": way.peer})
    for one in agreements:
        values = {"consumer": one.consumer, "service": one.service, "until": rfc3339(_moment(one.valid_until))}
        yield Finding("agreement", "well", "cli.hop_agreement_well", values)


def _provider(way: Way, agreements: list[Agreement]) -> Iterator[Finding]:
    """Ask for real, by way of our own gateway: signed, logged and judged there as any message is."""
    asked = set()
    for one in agreements:
        line, named = _question(way, one)
        if line not in asked:
            asked.add(line)
            yield _asked(way, one, line, named)
    if agreements and way.path is None:
        yield Finding("provider", "note", "cli.hop_system_unasked")


def _question(way: Way, agreement: Agreement) -> tuple[str, str]:
    """The request line, and what it asks: the service itself where a path was given, else what we may call there."""
    if way.path is not None:
        return f"/r1/{agreement.service}{way.path}", agreement.service
    subsystem = agreement.service.rpartition("/")[0]
    return f"/r1/{subsystem}/allowedMethods", subsystem


def _asked(way: Way, agreement: Agreement, line: str, named: str) -> Finding:
    headers = {"X-Road-Client": agreement.consumer, "Uruk-Purpose": "uruk doctor", "Uruk-Legal-Basis": agreement.law}
    link = UnixConnection(way.gateway / "gateway.sock", ASK_LIMIT_S)
    try:
        link.request("GET", line, headers=headers)
        answer = link.getresponse()
        body = answer.read()
    except (OSError, HTTPException):
        return Finding("gateway", "person", "cli.gateway_silent")
    finally:
        link.close()
    if answer.getheader("X-Road-Error") is None:
        return Finding("provider", "well", "cli.hop_provider_well", {"asked": named, "status": answer.status})
    return Finding("provider", "person", "cli.hop_provider_fails", {"asked": named, **_told(body)})


def _told(body: bytes) -> dict[str, str]:
    """What an error says: its type tells the hop (Client, ClientProxy, ServerProxy), its message the cause."""
    try:
        found = json.loads(body)
        return {"type": str(found["type"]), "message": str(found["message"])}
    except (ValueError, KeyError, TypeError):
        return {"type": "-", "message": "-"}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
