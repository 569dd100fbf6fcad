"""A small country for tests of witnesses: three nodes of three operators, whose logs and witnesses are real files."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from uruk.exchange.api import Answer, Cosigner, CountryDirectory, Member, MemberEntry, NodeEntry, open_cosigner
from uruk.kernel.api import FixedClock, Text
from uruk.trust.api import (
    Directory,
    FileKeyStore,
    FolderKnown,
    InstitutionEntry,
    LogKey,
    LogNames,
    LogWriter,
    MemorySigner,
    NoteKey,
    build_statement,
    delegate,
)

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=30)
NAMES = Text("مؤسسة", "دامەزراوە", "An institution")
PASSPHRASE = "a passphrase for tests"
CODES = ("interior", "agriculture", "centre")


def act(number: int) -> UUID:
    """Ids in the order of time."""
    return UUID(bytes=number.to_bytes(6, "big") + b"\x70" + bytes(9))


@dataclass
class Node:
    """One node with one institution of its own name; `data` is its folder."""

    code: str
    data: Path
    clock: FixedClock
    shard: int = 0
    signers: dict[str, MemorySigner] = field(default_factory=dict)
    identity: MemorySigner = field(default_factory=lambda: MemorySigner.generate("ed25519"))
    written: int = 0

    @property
    def public(self) -> Path:
        return self.data / "public" / "log"

    @property
    def witness(self) -> Path:
        return self.data / "witness"

    @property
    def keys(self) -> FileKeyStore:
        return FileKeyStore(self.data / "keys", PASSPHRASE, 2048)

    def origin(self, generation: int = 1) -> str:
        return f"iq/{self.code}/{self.code}-node/{self.shard}/{generation}"

    def signer(self, origin: str) -> MemorySigner:
        return self.signers.setdefault(origin, MemorySigner.generate("ed25519"))

    def open(self, latest=None) -> LogWriter:
        names = LogNames("iq", f"{self.code}-node", self.shard)
        known = latest or FolderKnown(self.data / "known")
        return LogWriter(self.data / "trust", self.public, names, self.signer, clock=self.clock, latest=known)

    def write(self, count: int = 1, latest=None, first: int | None = None):
        """Open the log, append so many statements, settle and close it; return their receipts."""
        start = self.written if first is None else first
        writer = self.open(latest)
        found = [
            writer.append(self.code, act(number), self.statement(number)) for number in range(start, start + count)
        ]
        writer.close()
        self.written = start + count
        return found

    def statement(self, number: int) -> bytes:
        return build_statement(
            statement_type="message.request", role="sent", author=self.code, act=act(number),
            time=int(self.clock.now().timestamp()), directory_version=1, directory_digest=bytes(32), body={"n": number},
        )  # fmt: skip

    def entry(self) -> InstitutionEntry:
        logs = tuple(self._log(origin) for origin in (self.origin(number) for number in range(1, 4)))
        return InstitutionEntry(self.code, NAMES, self.identity.public_key, logs=logs)

    def _log(self, origin: str) -> LogKey:
        key = str(NoteKey(origin, self.signer(origin).public_key))
        return LogKey(
            origin=origin, key=key, delegation=delegate(self.identity, self.code, "log", key, SINCE), start=SINCE
        )

    def directory(self) -> Directory:
        return Directory(
            "iq", f"{self.code}-node", 1, NOW, "https://x.example/", False, "x.example", (), {self.code: self.entry()}
        )


@dataclass
class Country:
    """The nodes and the directory in which each witnesses the two others."""

    nodes: dict[str, Node]
    directory: CountryDirectory

    @classmethod
    def make(cls, folder: Path, clock: FixedClock, codes: Sequence[str] = CODES) -> "Country":
        nodes = {code: Node(code, folder / code, clock) for code in codes}
        country = cls(nodes, CountryDirectory("iq", 1, bytes(32), NOW, "iq/GOV/centre", {}, {}))
        country.directory = replace(
            country.directory,
            members={f"iq/GOV/{code}": country._member(code) for code in codes},
            nodes={f"{code}-node": country._node(code) for code in codes},
        )
        return country

    def cosigner(self, code: str) -> Cosigner:
        node = self.nodes[code]
        return open_cosigner(node.witness, node.keys, "iq", f"{code}-node", lambda: self.directory)

    def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        """The network between a submitter and the witnesses."""
        answer = self.answer(url, body)
        return answer.status, answer.body

    def answer(self, url: str, body: bytes) -> Answer:
        code = url.removeprefix("http://").partition("/")[0]
        return self.cosigner(code).add_checkpoint(body, self.nodes[code].clock)

    def change(self, code: str, **facts) -> None:
        """Say something else of a node in the directory."""
        name = f"{code}-node"
        nodes = {**self.directory.nodes, name: replace(self.directory.nodes[name], **facts)}
        self.directory = replace(self.directory, nodes=nodes)

    def _member(self, code: str) -> MemberEntry:
        identity = self.nodes[code].identity.public_key
        return MemberEntry(Member("iq", "GOV", code), NAMES, identity, f"{code}-node", False, False, SINCE)

    def _node(self, code: str) -> NodeEntry:
        others = tuple(f"{other}-node" for other in self.nodes if other != code)
        key = self.cosigner(code).key
        return NodeEntry(
            f"{code}-node", f"operator of {code}", f"http://{code}/", bytes(32), others, str(key),
            version=1, keys=self.nodes[code].directory(),
        )  # fmt: skip
