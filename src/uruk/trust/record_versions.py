"""Versions of records: how one act proves many of them, and how the proof of one is checked offline.

The statement of a change holds the root of an RFC 6962 tree. Each leaf is a salted hash of what one version says of
itself, so that the salt and the content of one can be destroyed while the proofs of all the others stay whole.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from uruk.kernel.api import CodedError
from uruk.trust import cbor
from uruk.trust.directory import Directory
from uruk.trust.log.cosignature import Witness
from uruk.trust.log.merkle import HASH_BYTES, verify_inclusion
from uruk.trust.log.strict import b64, unb64
from uruk.trust.log.tree import Tree, tree_of
from uruk.trust.receipt_check import VerifiedReceipt, verify_receipt
from uruk.trust.receipts import MAX_RECEIPT_BYTES, Receipt

RECORD_CHANGED = "record.changed"
CHANGED_ROLE = "recorded"
VERSION = "record-version/1"
LEAF_CONTEXT = b"uruk/record/v1\n"
SALT_BYTES = 32
MAX_BYTES = MAX_RECEIPT_BYTES + (4 << 20)
_MEMBERS = {"uruk", "receipt", "salt", "leaf", "index", "path"}
_LEAF_MEMBERS = 8
_PATH_MAX = 64


# Most of what thousands of versions say of themselves is alike: it is encoded once. What is their own are bytes.
_ARRAY, _NULL = b"\x88", b"\xf6"
_BYTES = {16: b"\x50", HASH_BYTES: b"\x58\x20"}
_encoded = lru_cache(maxsize=4096, typed=True)(cbor.encode)


@dataclass(frozen=True, slots=True)
class VersionLeaf:
    """What a version says of itself in the proof.

    `content`: SHA-256 of its content's canonical JSON, None where it has none; `valid_from`, `valid_until` (not
    included): days, YYYY-MM-DD; `format`: digest of the definition it was written under; `other`: the other record of
    a merge.
    """

    record: UUID
    number: int
    kind: str
    content: bytes | None
    valid_from: str
    valid_until: str | None
    format: bytes
    other: UUID | None = None

    def to_bytes(self) -> bytes:
        """The deterministic CBOR that is hashed: an array of the members in their order."""
        own = (self.record.bytes, self.content, None if self.other is None else self.other.bytes)
        record, content, other = (_NULL if one is None else _BYTES[len(one)] + one for one in own)
        return b"".join((
            _ARRAY, record, _encoded(self.number), _encoded(self.kind), content, _encoded(self.valid_from),
            _encoded(self.valid_until), _encoded(self.format), other,
        ))  # fmt: skip

    @classmethod
    def from_bytes(cls, data: bytes) -> "VersionLeaf":
        """Read what `to_bytes` writes; anything else: `trust.record_leaf_malformed`."""
        try:
            record, number, kind, content, valid_from, valid_until, form, other = cbor.decode(data)
            found = cls(
                UUID(bytes=record),
                number,
                kind,
                content,
                _day(valid_from),
                None if valid_until is None else _day(valid_until),
                form,
                None if other is None else UUID(bytes=other),
            )
        except (CodedError, TypeError, ValueError):
            raise CodedError("trust.record_leaf_malformed") from None
        digests = (form, content if content is not None else form)
        whole = isinstance(number, int) and not isinstance(number, bool) and number > 0 and isinstance(kind, str)
        if not whole or not all(isinstance(each, bytes) and len(each) == HASH_BYTES for each in digests):
            raise CodedError("trust.record_leaf_malformed")
        return found


def _day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError(text)
    return text


def version_leaf(salt: bytes, leaf: bytes) -> bytes:
    """The Merkle leaf of a version: SHA-256(0x00 ‖ "uruk/record/v1\\n" ‖ salt ‖ leaf); salt is 32 random bytes."""
    return sha256(b"\x00" + LEAF_CONTEXT + salt + leaf).digest()


def version_tree(leaves: Sequence[bytes]) -> Tree:
    """The tree over the leaves of one change, in their order; its `root` stands in the statement."""
    return tree_of(leaves)


@dataclass(frozen=True)
class VersionReceipt:
    """The proof of one version: the change's receipt, and the way from this version to the root in it.

    `leaf`: the bytes of its `VersionLeaf`; `index`: its place in the change; `content`: its canonical JSON, where it
    is handed out with the proof.
    """

    receipt: Receipt
    salt: bytes
    leaf: bytes
    index: int
    path: tuple[bytes, ...]
    content: str | None = None

    def to_json(self) -> str:
        """The canonical JSON, on one line, ASCII only."""
        value: dict[str, Any] = {
            "uruk": VERSION,
            "receipt": self.receipt.to_json(),
            "salt": b64(self.salt),
            "leaf": b64(self.leaf),
            "index": self.index,
            "path": [b64(each) for each in self.path],
        }
        if self.content is not None:
            value["content"] = self.content
        return _canonical(value)

    @classmethod
    def parse(cls, data: str | bytes) -> "VersionReceipt":
        """Read one; anything that `to_json` would not write: `trust.record_receipt_malformed`."""
        value = _loaded(data)
        salt, leaf, index = _bytes(value["salt"]), _bytes(value["leaf"]), value["index"]
        path = value["path"]
        if len(salt) != SALT_BYTES or type(index) is not int or not isinstance(path, list) or len(path) > _PATH_MAX:
            raise CodedError("trust.record_receipt_malformed")
        content = value.get("content")
        if not isinstance(value["receipt"], str) or not isinstance(content, str | None):
            raise CodedError("trust.record_receipt_malformed")
        hashes = tuple(_bytes(each) for each in path)
        return cls(Receipt.parse(value["receipt"]), salt, leaf, index, hashes, content)


@dataclass(frozen=True)
class VerifiedVersion:
    """What the receipt of a version proves: the change's receipt, the version, its registry and place in the change.

    `content`: the canonical JSON, where it came with the proof; it is what was recorded.
    """

    receipt: VerifiedReceipt
    version: VersionLeaf
    registry: str
    index: int
    count: int
    content: str | None


def verify_version(
    given: VersionReceipt,
    directory: Directory,
    *,
    author: str | None = None,
    at: datetime | None = None,
    witnesses: Collection[Witness] = (),
) -> VerifiedVersion:
    """Verify the receipt of a version offline; return what it proves, or raise the coded error that says why not.

    Errors: those of `verify_receipt`; `trust.record_leaf_malformed`; `trust.record_inclusion` (the version is not
    among those the act recorded); `trust.record_content` (what came with the proof is not what was recorded).
    """
    proved = verify_receipt(
        given.receipt, directory, type=RECORD_CHANGED, role=CHANGED_ROLE, author=author, at=at, witnesses=witnesses
    )
    body = proved.statement.body
    registry, count, root = body.get("registry"), body.get("count"), body.get("root")
    if not isinstance(registry, str) or type(count) is not int or not isinstance(root, bytes):
        raise CodedError("trust.record_inclusion")
    version = VersionLeaf.from_bytes(given.leaf)
    if not verify_inclusion(given.index, count, version_leaf(given.salt, given.leaf), given.path, root):
        raise CodedError("trust.record_inclusion")
    if given.content is not None and sha256(given.content.encode(errors="surrogatepass")).digest() != version.content:
        raise CodedError("trust.record_content")
    return VerifiedVersion(proved, version, registry, given.index, count, given.content)


def looks_like_version(data: bytes) -> bool:
    """Whether the bytes are meant as the receipt of a version: JSON whose form says so."""
    return b'"uruk":"' + VERSION.encode() + b'"' in data[-len(VERSION) - 32 :]


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True)


def _loaded(data: str | bytes) -> dict[str, Any]:
    """The members, if the text is their canonical JSON."""
    if len(data) > MAX_BYTES:
        raise CodedError("trust.record_receipt_malformed")
    try:
        text = data if isinstance(data, str) else data.decode("ascii")
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise CodedError("trust.record_receipt_malformed") from None
    if not isinstance(value, dict) or set(value) - {"content"} != _MEMBERS or value["uruk"] != VERSION:
        raise CodedError("trust.record_receipt_malformed")
    if _canonical(value) != text:
        raise CodedError("trust.record_receipt_malformed")
    return value


def _bytes(text: object) -> bytes:
    data = unb64(text) if isinstance(text, str) else None
    if data is None:
        raise CodedError("trust.record_receipt_malformed")
    return data
