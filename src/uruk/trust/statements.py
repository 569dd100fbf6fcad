"""Statements: what happened, as deterministic CBOR that is stored and hashed as bytes and never serialised again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uruk.kernel.api import CodedError
from uruk.trust import cbor
from uruk.trust.approvals import Approval

VERSION = "statement/1"
_REQUIRED = frozenset({"uruk", "type", "role", "author", "act", "time", "directory", "body"})
_OPTIONAL = frozenset({"proposal", "approvals"})
_TYPES = {"type": str, "role": str, "author": str, "act": bytes, "time": int, "directory": dict, "body": dict}


@dataclass(frozen=True)
class Statement:
    """A parsed statement; ``raw`` holds the exact bytes that were logged.

    ``time`` is Unix seconds UTC, ``directory_digest`` the SHA-256 of the keys.json bytes the author went by.
    """

    type: str
    role: str
    author: str
    act: UUID
    time: int
    directory_version: int
    directory_digest: bytes
    body: dict[str, Any]
    proposal: bytes | None
    approvals: tuple[Approval, ...]
    raw: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of the statement's bytes (never published: it is unsalted)."""
        return hashlib.sha256(self.raw).digest()


def build_statement(
    *,
    statement_type: str,
    role: str,
    author: str,
    act: UUID,
    time: int,
    directory_version: int,
    directory_digest: bytes,
    body: dict[str, Any],
    proposal: bytes | None = None,
    approvals: Sequence[Approval] = (),
) -> bytes:
    """Return the bytes of a statement; what they do not parse back from raises ``trust.statement_shape``.

    ``time`` in Unix seconds; ``directory_digest`` 32 bytes; ``approvals`` only together with ``proposal``.
    """
    statement: dict[str, Any] = {
        "uruk": VERSION,
        "type": statement_type,
        "role": role,
        "author": author,
        "act": act.bytes,
        "time": time,
        "directory": {"version": directory_version, "digest": directory_digest},
        "body": body,
    }
    if proposal is not None:
        statement |= {"proposal": proposal, "approvals": [approval.to_map() for approval in approvals]}
    raw = cbor.encode(statement)
    parse_statement(raw)
    return raw


def parse_statement(raw: bytes) -> Statement:
    """Read a statement's bytes; errors ``trust.cbor_…``, ``trust.statement_shape``, ``trust.statement_version``."""
    value = cbor.decode(raw)
    if not isinstance(value, dict) or not isinstance(value.get("uruk"), str):
        raise CodedError("trust.statement_shape", field="uruk")
    if value["uruk"] != VERSION:
        raise CodedError("trust.statement_version", version=value["uruk"][:32])
    _check_shape(value)
    directory = value["directory"]
    return Statement(
        type=value["type"],
        role=value["role"],
        author=value["author"],
        act=UUID(bytes=value["act"]),
        time=value["time"],
        directory_version=directory["version"],
        directory_digest=directory["digest"],
        body=value["body"],
        proposal=value.get("proposal"),
        approvals=tuple(Approval.from_map(item) for item in value.get("approvals", [])),
        raw=raw,
    )


def _check_shape(value: dict[Any, Any]) -> None:
    keys = set(value)
    if not keys >= _REQUIRED or keys - _REQUIRED - _OPTIONAL or ("proposal" in keys) != ("approvals" in keys):
        raise CodedError("trust.statement_shape", field="keys")
    for name, kind in _TYPES.items():
        if not isinstance(value[name], kind) or isinstance(value[name], bool):
            raise CodedError("trust.statement_shape", field=name)
    if len(value["act"]) != 16 or value["time"] < 0:
        raise CodedError("trust.statement_shape", field="act")
    if not isinstance(value.get("proposal", b""), bytes) or not isinstance(value.get("approvals", []), list):
        raise CodedError("trust.statement_shape", field="proposal")
    _check_directory(value["directory"])


def _check_directory(directory: dict[Any, Any]) -> None:
    version, digest = directory.get("version"), directory.get("digest")
    well_typed = isinstance(version, int) and not isinstance(version, bool) and isinstance(digest, bytes)
    if set(directory) != {"version", "digest"} or not well_typed or len(directory["digest"]) != 32:
        raise CodedError("trust.statement_shape", field="directory")
