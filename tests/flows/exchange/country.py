"""A small country without Django: its authority's keys, its institutions, its nodes' folders as gateways find them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.ports import free_port
from tests.unit.trust.passkey import ORIGIN, RP_ID, Passkey
from uruk.exchange.api import (
    Agreement,
    CountryDirectory,
    DirectoryStore,
    HostedMember,
    Listed,
    Member,
    MemberEntry,
    Names,
    NodeEntry,
    Snapshot,
    System,
    TlsIdentity,
    approve_members,
    build_entry,
    build_members,
    build_root,
    build_timestamp,
    listed,
    listed_pems,
    members_body,
    open_or_create,
    sign_part,
    write_snapshot,
)
from uruk.kernel.api import Text
from uruk.trust.api import (
    Approver,
    Directory,
    Fork,
    InstitutionEntry,
    LogKey,
    LogNames,
    MemorySigner,
    NoteKey,
    cbor,
    delegate,
    log_keys,
    own_key_store,
)

INSTANCE = "xx"
TEXTS = Text("اسم", "ناو", "Name")
NAMES = Names("اسم", "ناو", "Name")
ROLE = "registrar"


@dataclass
class Node:
    """One node: its folder, the institutions on it, its ports, its keys; `systems`, and where persons are answered
    (`persons`), by institution.
    """

    code: str
    folder: Path
    institutions: tuple[str, ...]
    port: int
    peer_port: int
    now: datetime
    peer_host: str = "127.0.0.1"
    operator: str = ""
    entry_key: MemorySigner = field(default_factory=lambda: MemorySigner.generate("ed25519"))
    systems: dict[str, tuple[System, ...]] = field(default_factory=dict)
    generations: dict[str, int] = field(default_factory=dict)
    persons: dict[str, str] = field(default_factory=dict)
    forks: tuple[Fork, ...] = ()
    version: int = 0

    @property
    def gateway(self) -> Path:
        """DATA/gateway."""
        return self.folder / "gateway"

    @property
    def directory(self) -> DirectoryStore:
        """DATA/directory."""
        return DirectoryStore(self.folder / "directory")

    @property
    def tls(self) -> TlsIdentity:
        """The gateway's certificate."""
        return open_or_create(self.gateway / "tls", self.code, self.now)

    def origin(self, institution: str, generation: int = 1) -> str:
        """The name of the gateway's log of an institution."""
        return LogNames(INSTANCE, self.code, shard=1).origin(institution, generation)


class Country:
    """The country, and what its authority may sign."""

    def __init__(self, folder: Path, nodes: Mapping[str, Iterable[str]], now: datetime | None = None) -> None:
        self.now = (now or datetime.now(UTC)).replace(microsecond=0)
        self.since = self.now - timedelta(hours=2)
        self.root_keys = [MemorySigner.generate("ed25519") for _ in range(3)]
        self.timestamp_key = MemorySigner.generate("ed25519")
        self.approvers = (Passkey(), Passkey("eddsa"))
        self.identities: dict[str, MemorySigner] = {}
        self.agreements: tuple[Agreement, ...] = ()
        self.members_version = self.timestamp_version = 0
        self.personal = {"interior"}
        self.left: dict[str, datetime] = {}
        self.nodes = {code: self._node(folder, code, tuple(found)) for code, found in nodes.items()}
        self.root = self._root()
        for node in self.nodes.values():
            node.directory.pin(self.root)

    def address(self, institution: str) -> str:
        """The address of a member."""
        return f"{INSTANCE}/GOV/{institution}"

    def node_of(self, institution: str) -> Node:
        """The node that hosts an institution."""
        return next(node for node in self.nodes.values() if institution in node.institutions)

    def publish(self, at: datetime | None = None) -> None:
        """Sign the list of members, each node's entry and a timestamp, and give all of them to each node."""
        self.give([self.members(), *(self.entry(node) for node in self.nodes.values())])
        self.give([self.timestamp(at or self.now)])

    def give(self, parts: Iterable[bytes]) -> None:
        """Bring parts to every node."""
        for raw in parts:
            for node in self.nodes.values():
                node.directory.offer(raw)

    def directory(self) -> CountryDirectory:
        """The directory as the first node knows it."""
        return next(iter(self.nodes.values())).directory.current()

    def members(self) -> bytes:
        """The next list of members, approved by two persons."""
        self.members_version += 1
        entries = [self._member(code) for node in self.nodes.values() for code in node.institutions]
        listed_nodes = [self._node_entry(node) for node in self.nodes.values()]
        raw = build_members(INSTANCE, self.members_version, self.now, entries, listed_nodes)
        return self.approved(raw)

    def approved(self, raw: bytes, approvers: Iterable[Passkey] | None = None, **changes: object) -> bytes:
        """A list of members with the approvals of these persons; `changes` to what they sign."""
        proposal = cbor.encode({"institution": "authority"} | members_body(raw) | changes)
        signed = [one.approve(proposal, role=ROLE) for one in (self.approvers if approvers is None else approvers)]
        return approve_members(raw, proposal, signed)

    def entry(self, node: Node, signer: MemorySigner | None = None, keys: Directory | None = None) -> bytes:
        """The next entry of a node, signed with its key."""
        node.version += 1
        raw = build_entry(
            instance=INSTANCE,
            node=node.code,
            version=node.version,
            published=self.now,
            gateways=[f"{node.peer_host}:{node.peer_port}"],
            certificates=[node.tls.cert_pem, *listed_pems(node.gateway / "tls")[1:]],
            keys=(keys or self.keys(node)).to_json().encode(),
            subsystems={
                f"{self.address(code)}/{system.code}": TEXTS
                for code in node.institutions
                for system in node.systems.get(code, ())
            },
            forks=node.forks,
        )
        return sign_part(raw, signer or node.entry_key)

    def timestamp(self, at: datetime) -> bytes:
        """The next timestamp over what the first node holds."""
        self.timestamp_version += 1
        held = next(iter(self.nodes.values())).directory.held()
        assert held.members is not None
        entries: dict[str, Listed] = {code: listed(one.part) for code, one in held.entries.items()}
        root, members = listed(held.root.part), listed(held.members.part)
        raw = build_timestamp(INSTANCE, self.timestamp_version, at, root, members, entries)
        return sign_part(raw, self.timestamp_key)

    def keys(self, node: Node) -> Directory:
        """The node's keys.json."""
        institutions = {code: self.institution(node, code) for code in node.institutions}
        return Directory(
            instance=INSTANCE,
            node=node.code,
            version=max(1, node.version),
            published=self.now,
            host=f"http://{node.code}.example/",
            demonstration=True,
            rp_id=RP_ID,
            origins=(ORIGIN,),
            institutions=institutions,
        )

    def institution(self, node: Node, code: str) -> InstitutionEntry:
        """What a node's keys.json says of an institution."""
        keys = log_keys(own_key_store(node.gateway))
        logs = []
        for generation in range(1, node.generations.get(code, 1) + 1):
            origin = node.origin(code, generation)
            vkey = str(NoteKey(origin, keys(origin).public_key))
            delegation = delegate(self.identities[code], code, "log", vkey, self.since)
            logs.append(LogKey(origin=origin, key=vkey, start=self.since, delegation=delegation))
        return InstitutionEntry(code, TEXTS, self.identities[code].public_key, logs=tuple(logs))

    def write_snapshots(self, made_at: int = 0) -> None:
        """Compile what each gateway must know, as `publishing` does."""
        for node in self.nodes.values():
            members = tuple(
                HostedMember(
                    code, self.address(code), NAMES, node.systems.get(code, ()), persons=node.persons.get(code, "")
                )
                for code in node.institutions
            )
            here = tuple(member.address for member in members)
            agreements = tuple(
                one for one in self.agreements if one.consumer.startswith(here) or one.service.startswith(here)
            )
            write_snapshot(node.gateway, Snapshot(INSTANCE, node.code, made_at, members, agreements))

    def _node(self, folder: Path, code: str, institutions: tuple[str, ...]) -> Node:
        port, peer_port = free_port(), free_port()
        for institution in institutions:
            self.identities[institution] = MemorySigner.generate("ed25519")
        node = Node(code, folder / code, institutions, port, peer_port, self.now, operator=f"operator of {code}")
        node.gateway.mkdir(mode=0o700, parents=True)
        return node

    def _root(self) -> bytes:
        approvers = [
            Approver(passkey.approve(b"").key_digest, ROLE, self.since, person=f"person-{number}")
            for number, passkey in enumerate(self.approvers)
        ]
        raw = build_root(
            instance=INSTANCE,
            version=1,
            published=self.since,
            authority=self.address("authority"),
            threshold=2,
            keys=[key.public_key for key in self.root_keys],
            approvers=approvers,
            rp_id=RP_ID,
            origins=[ORIGIN],
            timestamp_key=self.timestamp_key.public_key,
        )
        return sign_part(sign_part(raw, self.root_keys[0]), self.root_keys[1])

    def _member(self, code: str) -> MemberEntry:
        return MemberEntry(
            member=Member(INSTANCE, "GOV", code),
            names=TEXTS,
            identity=self.identities[code].public_key,
            node=self.node_of(code).code,
            personal=code in self.personal,
            signs_in=code == "interior",
            since=self.since,
            left_at=self.left.get(code),
        )

    def _node_entry(self, node: Node) -> NodeEntry:
        url = f"http://{node.code}.example/"
        found = NodeEntry(node.code, node.operator, url, node.entry_key.public_key, witnesses=())
        return replace(found, left_at=self.left.get(node.code))
