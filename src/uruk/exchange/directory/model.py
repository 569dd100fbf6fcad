"""The country directory as everybody reads it: members, nodes, keys, logs. Made only from verified files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from uruk.exchange.domain.addresses import Member
from uruk.kernel.api import CodedError, Text
from uruk.trust.api import Directory, InstitutionEntry

FRESH_FOR = timedelta(days=1)

Freshness = Literal["fresh", "grace", "too_old"]


@dataclass(frozen=True)
class MemberEntry:
    """A member as two persons of the authority approved it.

    `code` is its institution's code and the author of its statements. `identity` (Ed25519, 32 bytes) delegates its
    log keys. `personal`: keeps personal data, so that it is asked by findUsage. `signs_in`: its tokens say who a
    citizen is. `left_at`: no message of it counts from then on. `former`: identity keys it had before.
    """

    member: Member
    names: Text
    identity: bytes
    node: str
    personal: bool
    signs_in: bool
    since: datetime
    left_at: datetime | None = None
    former: tuple[bytes, ...] = ()

    @property
    def code(self) -> str:
        """The institution's code."""
        return self.member.code


@dataclass(frozen=True)
class NodeEntry:
    """A node: what the authority approved (operator, url, entry key, witnesses), and what it says of itself.

    `version` and below come from the node's own signed entry. `gateways`: host:port of each. `certificates`: SHA-256
    (hex) of the DER of each TLS certificate it uses now or next; `trusted`: those certificates, PEM. `keys`: its
    keys.json, in which each log key carries its member's delegation. `subsystems`: names by address. `quarantined`:
    origins of logs that showed two histories, proved by pairs of checkpoints. `former`: entry keys it had before.
    """

    code: str
    operator: str
    url: str
    entry_key: bytes
    witnesses: tuple[str, ...]
    witness_key: str = ""
    left_at: datetime | None = None
    former: tuple[bytes, ...] = ()
    version: int = 0
    gateways: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    trusted: str = ""
    keys: Directory | None = None
    subsystems: Mapping[str, Text] = field(default_factory=dict)
    quarantined: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CountryDirectory:
    """One version of a country's directory, verified. `version`, `digest`, `published` are those of timestamp.json.

    `members` by address, `nodes` by code. Until a node's own entry has come, it has no gateways and no keys.
    """

    instance: str
    version: int
    digest: bytes
    published: datetime
    authority: str
    members: Mapping[str, MemberEntry]
    nodes: Mapping[str, NodeEntry]

    def member(self, address: str) -> MemberEntry:
        """The member that an address (of a member, subsystem or service) belongs to; `exchange.member_unknown`."""
        found = self.members.get("/".join(address.split("/", 3)[:3]))
        if found is None or found.left_at is not None:
            raise CodedError("exchange.member_unknown", address=address[:128])
        return found

    def node_of(self, address: str) -> NodeEntry:
        """The node that hosts an address's member; `exchange.member_unknown`."""
        node = self.nodes.get(self.member(address).node)
        if node is None or node.left_at is not None:
            raise CodedError("exchange.member_unknown", address=address[:128])
        return node

    def node_by_certificate(self, sha256: str) -> str | None:
        """The node that lists this TLS certificate (SHA-256 of its DER, hex), or None."""
        return self._certificates.get(sha256)

    def entry(self, address: str) -> InstitutionEntry:
        """The keys of an address's member as its node lists them, the identity compared; `exchange.member_unknown`."""
        member, node = self.member(address), self.node_of(address)
        found = node.keys.institutions.get(member.code) if node.keys else None
        if found is None or not found.is_under(member.identity):
            raise CodedError("exchange.member_unknown", address=address[:128])
        return found

    def keys(self, address: str) -> Directory:
        """keys.json of the node that hosts an address's member, for `verify_receipt`; `exchange.member_unknown`."""
        self.entry(address)
        keys = self.node_of(address).keys
        assert keys is not None
        return keys

    def is_quarantined(self, origin: str) -> bool:
        """Whether a log showed two histories, as any node has proved."""
        return origin in self._quarantined

    def freshness(self, now: datetime, grace: timedelta) -> Freshness:
        """How far the last timestamp of the authority can be relied on: a day, then the grace, then not any more."""
        age = now - self.published
        return "fresh" if age <= FRESH_FOR else "grace" if age <= FRESH_FOR + grace else "too_old"

    @cached_property
    def _certificates(self) -> dict[str, str]:
        return {one: code for code, node in self.nodes.items() if node.left_at is None for one in node.certificates}

    @cached_property
    def _quarantined(self) -> frozenset[str]:
        return frozenset().union(*(node.quarantined for node in self.nodes.values()))
