"""Who an information system is: what its connection proves, and which subsystems that lets it be."""

import ipaddress
import ssl
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, Protocol

from uruk.exchange.api import HostedMember, Snapshot, System
from uruk.kernel.api import CodedError

Way = Literal["own", "plain", "tls"]
BUILT_IN = "uruk"  # the subsystem of built-in services, which no information system can be


@dataclass(frozen=True, slots=True)
class Credential:
    """What a connection proves. `way` "own": it came through the node's own socket. `loopback`: from this machine.

    `certificate`: SHA-256 (hex) of the client certificate's DER, "" where none was shown.
    """

    way: Way
    loopback: bool = True
    certificate: str = ""


class Hosting(Protocol):
    """What must be known of this node to judge a credential (`gateway.state.State`)."""

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot in force."""
        ...

    def system(self, address: str) -> System | None:
        """A hosted subsystem."""
        ...

    def member(self, address: str) -> HostedMember | None:
        """A hosted member."""
        ...


def admit(credential: Credential, client: str, hosting: Hosting) -> None:
    """Let a connection be the subsystem it says it is, or refuse.

    `exchange.client_unknown`: no subsystem of this node. `exchange.client_not_admitted`: the connection does not prove
    to be it. On a node with several institutions only the exact certificate proves anything.
    """
    if credential.way == "own" and _is_built_in(client, hosting):
        return
    system = hosting.system(client)
    if system is None:
        raise CodedError("exchange.client_unknown", client=client[:320])
    if credential.way == "own" or (credential.certificate and credential.certificate in system.certificates):
        return
    if len(hosting.snapshot.members) > 1 or not _open(credential, system):
        raise CodedError("exchange.client_not_admitted", client=client[:320])


def _is_built_in(client: str, hosting: Hosting) -> bool:
    """Whether it is the built-in subsystem of a member of this node, by which the node itself asks others."""
    return client.split("/")[3:] == [BUILT_IN] and hosting.member(client) is not None


def _open(credential: Credential, system: System) -> bool:
    """Whether a subsystem asks for no certificate, and the connection is of the kind that it allows."""
    if system.protection == "tls":
        return credential.way == "tls"
    return system.protection == "none" and credential.loopback


def credential_of(way: Way, peer: object, tls: ssl.SSLObject | None) -> Credential:
    """The credential of a connection just made: `peer` as the socket tells it, `tls` where there is any."""
    if way == "own":
        return Credential("own")
    certificate = tls.getpeercert(binary_form=True) if tls is not None else None
    return Credential(way, is_loopback(peer), sha256(certificate).hexdigest() if certificate else "")


def is_loopback(peer: object) -> bool:
    """Whether the other end of a connection is on this machine."""
    try:
        address = ipaddress.ip_address(str(peer[0])) if isinstance(peer, tuple) else None
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    return address is not None and address.is_loopback


def server_context(certificate_chain: str, key_path: str, trusted: str) -> ssl.SSLContext:
    """The TLS side for information systems: TLS 1.2 or newer, a client certificate asked for but not demanded.

    `trusted`: PEM of the certificates on any subsystem's list. They are anchors themselves, whoever issued them; one
    that is on no list fails in the handshake already. Which subsystem a certificate may be is judged for each request.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate_chain, key_path)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.set_alpn_protocols(["http/1.1"])
    add_trusted(context, trusted)
    return context


def add_trusted(context: ssl.SSLContext, trusted: str) -> None:
    """Make more certificates anchors; those that came off a list stay anchors and are refused by `admit`."""
    if trusted:
        context.load_verify_locations(cadata=trusted)


def trusted_by(snapshot: Snapshot) -> str:
    """The certificates (PEM) on the lists of all subsystems of a snapshot."""
    return "\n".join(system.trusted for one in snapshot.members for system in one.systems if system.trusted)
