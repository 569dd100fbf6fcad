"""What keys.json says about one institution: its keys with their periods, approvers, document types, status lists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from uruk.kernel.api import Text, rfc3339
from uruk.trust.delegations import KeyUse, delegation_bytes, delegation_verifies
from uruk.trust.encoding import base64_text
from uruk.trust.keys.signatures import key_id
from uruk.trust.strict_json import Node

_HEX_DIGEST = re.compile(r"[0-9a-f]{64}")
_PLAIN_PATH = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")

KeyProblem = Literal["not_yet", "retired", "compromised"]


@dataclass(frozen=True)
class DelegatedKey:
    """A key's period: it counts from ``start`` until ``retired_at``, and stays listed for ever.

    After ``compromised_since`` is set, a signature counts only if it is proved to have existed before that moment;
    what the signature itself says about its time proves nothing then.
    """

    start: datetime
    retired_at: datetime | None = None
    compromised_since: datetime | None = None
    delegation: bytes = b""

    def problem(self, earliest: datetime, latest: datetime, proved_at: datetime | None = None) -> KeyProblem | None:
        """Why a signature made between ``earliest`` and ``latest`` does not count, or None if it does.

        ``proved_at``: when an independent timestamp shows it to have existed.
        """
        if self.compromised_since and (proved_at is None or proved_at >= self.compromised_since):
            return "compromised"
        if latest < self.start:
            return "not_yet"
        return "retired" if self.retired_at and earliest >= self.retired_at else None

    def period_map(self) -> dict[str, Any]:
        """The members of keys.json that all delegated keys share."""
        return {
            "from": rfc3339(self.start),
            "retired_at": _time_or_none(self.retired_at),
            "compromised_since": _time_or_none(self.compromised_since),
            "delegation": base64_text(self.delegation),
        }


def _time_or_none(instant: datetime | None) -> str | None:
    return None if instant is None else rfc3339(instant)


def _period(node: Node) -> dict[str, Any]:
    return {
        "start": node.time("from"),
        "retired_at": node.time_or_none("retired_at"),
        "compromised_since": node.time_or_none("compromised_since"),
        "delegation": node.bytes64("delegation", 64),
    }


@dataclass(frozen=True, kw_only=True)
class LogKey(DelegatedKey):
    """The key of one log; ``key`` is a C2SP signed-note verifier key whose name is the log's origin."""

    origin: str
    key: str

    @classmethod
    def from_node(cls, node: Node) -> "LogKey":
        """Read a member of ``logs``."""
        entry = cls(origin=node.text("origin"), key=node.text("key"), **_period(node))
        return entry if entry.key.startswith(f"{entry.origin}+") else node.fail("key")

    def to_map(self) -> dict[str, Any]:
        """The member of ``logs`` in keys.json."""
        return {"origin": self.origin, "key": self.key, **self.period_map()}


@dataclass(frozen=True, kw_only=True)
class SealKey(DelegatedKey):
    """A P-256 key that seals documents: SubjectPublicKeyInfo DER, its 8-byte key id, its certificate (DER)."""

    key: bytes
    certificate: bytes

    @property
    def kid(self) -> bytes:
        """The first 8 bytes of SHA-256 over the SubjectPublicKeyInfo."""
        return key_id(self.key)

    @classmethod
    def from_node(cls, node: Node) -> "SealKey":
        """Read a member of ``seals``; its ``kid`` must be that of its key."""
        entry = cls(key=node.bytes64("key"), certificate=node.bytes64("certificate"), **_period(node))
        return entry if node.text("kid") == entry.kid.hex() else node.fail("kid")

    def to_map(self) -> dict[str, Any]:
        """The member of ``seals`` in keys.json."""
        keys = {"key": base64_text(self.key), "certificate": base64_text(self.certificate)}
        return {"kid": self.kid.hex(), **keys, **self.period_map()}


@dataclass(frozen=True)
class Approver:
    """A passkey that may approve in a role: SHA-256 of its COSE_Key (hex), and for how long.

    ``person`` is a word that means nothing outside this list but is the same for all passkeys of one person, so that
    two passkeys of one officer are not taken for two persons; None counts each passkey as a person.
    """

    key: str
    role: str
    start: datetime
    until: datetime | None = None
    person: str | None = None

    def counts(self, at: datetime) -> bool:
        """Whether the passkey could approve in this role at that time."""
        return self.start <= at and (self.until is None or at < self.until)

    @classmethod
    def from_node(cls, node: Node) -> "Approver":
        """Read a member of ``approvers``."""
        key = node.text("key")
        if not _HEX_DIGEST.fullmatch(key):
            node.fail("key")
        person = node.get("person", (str, type(None)))
        return cls(key, node.text("role"), node.time("from"), node.time_or_none("until"), person)

    def to_map(self) -> dict[str, Any]:
        """The member of ``approvers`` in keys.json."""
        until = _time_or_none(self.until)
        found = {"key": self.key, "role": self.role, "from": rfc3339(self.start), "until": until}
        return found if self.person is None else found | {"person": self.person}


@dataclass(frozen=True)
class TypeField:
    """A field that a type prints in its QR; ``choices`` names each code of a choice."""

    name: str
    label: Text
    type: str
    choices: Mapping[str, Text] = field(default_factory=dict)

    @classmethod
    def from_node(cls, node: Node) -> "TypeField":
        """Read a member of a type's ``fields``."""
        choices = {code: node_of.names("names") for code, node_of in node.members("choices").items()}
        return cls(node.text("name"), node.names("label"), node.text("type"), choices)

    def to_map(self) -> dict[str, Any]:
        """The member of ``fields`` in keys.json."""
        found = {"name": self.name, "label": self.label.as_dict(), "type": self.type}
        choices = {code: {"names": text.as_dict()} for code, text in self.choices.items()}
        return found | ({"choices": choices} if choices else {})


@dataclass(frozen=True)
class DocumentType:
    """A type of document as a verifier needs it: its name and the fields its QR may carry, by number."""

    code: str
    names: Text
    fields: Mapping[int, TypeField]

    @classmethod
    def from_node(cls, node: Node) -> "DocumentType":
        """Read a member of ``types``."""
        fields = {_number(node, key): TypeField.from_node(child) for key, child in node.members("fields").items()}
        return cls(node.text("code"), node.names("names"), fields)

    def to_map(self) -> dict[str, Any]:
        """The member of ``types`` in keys.json."""
        fields = {str(number): entry.to_map() for number, entry in self.fields.items()}
        return {"code": self.code, "names": self.names.as_dict(), "fields": fields}


@dataclass(frozen=True)
class NextIdentity:
    """The identity key (32 raw bytes) that will take the present one's place, and that one's signature over it."""

    key: bytes
    start: datetime
    delegation: bytes

    @classmethod
    def from_node(cls, node: Node) -> "NextIdentity":
        """Read the member ``next``."""
        return cls(node.bytes64("identity", 32), node.time("from"), node.bytes64("delegation", 64))

    def to_map(self) -> dict[str, Any]:
        """The member ``next`` in keys.json."""
        key, delegation = base64_text(self.key), base64_text(self.delegation)
        return {"identity": key, "from": rfc3339(self.start), "delegation": delegation}


@dataclass(frozen=True)
class InstitutionEntry:
    """One institution in the directory; ``identity`` is its Ed25519 identity key (32 raw bytes).

    ``next``: the one that it has announced, while it waits to be approved.
    """

    code: str
    names: Text
    identity: bytes
    logs: tuple[LogKey, ...] = ()
    seals: tuple[SealKey, ...] = ()
    approvers: tuple[Approver, ...] = ()
    types: Mapping[int, DocumentType] = field(default_factory=dict)
    status_lists: Mapping[int, str] = field(default_factory=dict)
    next: NextIdentity | None = None

    @classmethod
    def from_node(cls, code: str, node: Node) -> "InstitutionEntry":
        """Read a member of ``institutions``; a key without a valid delegation raises ``trust.keys_shape``."""
        entry = cls(
            code,
            node.names("names"),
            node.bytes64("identity", 32),
            tuple(LogKey.from_node(child) for child in node.items("logs")),
            tuple(SealKey.from_node(child) for child in node.items("seals")),
            tuple(Approver.from_node(child) for child in node.items("approvers")),
            {_number(node, key): DocumentType.from_node(child) for key, child in node.members("types").items()},
            {_number(node, key): _path(node, value) for key, value in _object(node, "status_lists").items()},
            NextIdentity.from_node(node.child("next")) if node.get("next", (dict, type(None))) is not None else None,
        )
        entry._check_delegations(node)
        return entry

    def to_map(self) -> dict[str, Any]:
        """The member of ``institutions`` in keys.json."""
        announced = {} if self.next is None else {"next": self.next.to_map()}
        return {
            "names": self.names.as_dict(),
            "identity": base64_text(self.identity),
            "logs": [entry.to_map() for entry in self.logs],
            "seals": [entry.to_map() for entry in self.seals],
            "approvers": [entry.to_map() for entry in self.approvers],
            "types": {str(number): entry.to_map() for number, entry in self.types.items()},
            "status_lists": {str(year): path for year, path in self.status_lists.items()},
            **announced,
        }

    def is_under(self, identity: bytes) -> bool:
        """Whether this is the institution with that identity key: its present one, or the one it has announced."""
        return identity == self.identity or (self.next is not None and identity == self.next.key)

    def _check_delegations(self, node: Node) -> None:
        uses: list[tuple[KeyUse, str | bytes, DelegatedKey | NextIdentity]]
        uses = [("log", entry.key, entry) for entry in self.logs]
        uses += [("seal", entry.key, entry) for entry in self.seals]
        uses += [("identity", self.next.key, self.next)] if self.next else []
        for use, key, entry in uses:
            whose = (self.code, use, key, entry.start)
            if not delegation_verifies(self.identity, entry.delegation, delegation_bytes(*whose)):
                node.fail("next.delegation" if use == "identity" else f"{use}s.delegation")


def _number(node: Node, text: str) -> int:
    return int(text) if re.fullmatch(r"0|[1-9][0-9]{0,8}", text, re.ASCII) else node.fail(text[:16])


def _object(node: Node, name: str) -> dict[str, Any]:
    found: dict[str, Any] = node.get(name, dict)
    return found


def _path(node: Node, value: Any) -> str:
    return value if isinstance(value, str) and _PLAIN_PATH.fullmatch(value) else node.fail("status_lists")
