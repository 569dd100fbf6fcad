"""A part of the directory as a file: canonical JSON, what is signed in it, and who signed that.

    {"signatures": [{"key", "signature"}], "signed": {"uruk": "root/1", "instance", "version", "published", …}}
    {"approvals": […], "proposal", "signatures": [], "signed": {"uruk": "members/1", …}}

Canonical: members sorted, no spaces, letters as they are, integers only; a file that is written otherwise is refused,
so the signed bytes are found again in it. Keys and signatures are Ed25519, base64.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from uruk.kernel.api import CodedError
from uruk.trust.api import Approval, Signer, strict_json, verify_ed25519

SIGNED_AS = b"uruk/directory/v1\n"
MAX_PART_BYTES = 4 << 20
MAX_SIGNATURES = 32
ROOT, MEMBERS, ENTRY, TIMESTAMP, REQUEST = "root/1", "members/1", "entry/1", "timestamp/1", "membership/1"
KINDS = (ROOT, MEMBERS, ENTRY, TIMESTAMP, REQUEST)
_SHAPES = ({"signed", "signatures"}, {"signed", "signatures", "approvals", "proposal"})
_APPROVAL = ("authenticator_data", "client_data", "credential", "key", "signature")


@dataclass(frozen=True)
class Part:
    """A file of the directory, read but not believed: `kind` is its first word, `content` what is signed."""

    kind: str
    instance: str
    version: int
    published: datetime
    content: Mapping[str, Any]
    signatures: tuple[tuple[bytes, bytes], ...]
    proposal: bytes
    approvals: tuple[Approval, ...]
    raw: bytes

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of what is signed: the same whoever signs it."""
        return sha256(canonical(self.content)).digest()

    @property
    def node(self) -> strict_json.Node:
        """The content, for typed access."""
        return strict_json.Node(self.content)

    def signed_by(self, key: bytes) -> bool:
        """Whether a key (Ed25519, 32 bytes) signed it."""
        signed = SIGNED_AS + canonical(self.content)
        return any(one == key and verify_ed25519(key, signature, signed) for one, signature in self.signatures)

    def signers(self, keys: Sequence[bytes]) -> int:
        """How many of these keys signed it."""
        return sum(self.signed_by(key) for key in set(keys))


def text64(data: bytes) -> str:
    """Bytes in padded standard base64."""
    return b64encode(data).decode("ascii")


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def write_part(
    content: Mapping[str, Any],
    signatures: Sequence[tuple[bytes, bytes]] = (),
    proposal: bytes = b"",
    approvals: Sequence[Approval] = (),
) -> bytes:
    """The bytes of a part."""
    listed = [{"key": text64(key), "signature": text64(one)} for key, one in sorted(signatures)]
    document: dict[str, Any] = {"signed": dict(content), "signatures": listed}
    if approvals:
        document |= {"proposal": text64(proposal), "approvals": [_approval_map(one) for one in approvals]}
    return canonical(document)


def sign_part(raw: bytes, signer: Signer) -> bytes:
    """The part with one more signature; its signers may sit in different rooms and hand the file on."""
    part = read_part(raw)
    mine = (signer.public_key, signer.sign(SIGNED_AS + canonical(part.content)))
    others = [one for one in part.signatures if one[0] != signer.public_key]
    return write_part(part.content, [*others, mine], part.proposal, part.approvals)


def read_part(raw: bytes) -> Part:
    """Read a part; `exchange.directory_malformed` for anything that `write_part` would not write."""
    with shaped():
        value = strict_json.load(raw, MAX_PART_BYTES)
        top, signed = strict_json.Node(value), strict_json.Node(_signed(value))
        kind = signed.text("uruk")
        if kind not in KINDS or _spelled(value) != raw:
            signed.fail("uruk")
        return Part(
            kind=kind,
            instance=signed.text("instance"),
            version=signed.number("version"),
            published=signed.time("published"),
            content=value["signed"],
            signatures=_signatures(top),
            proposal=top.bytes64("proposal") if "proposal" in value else b"",
            approvals=tuple(_approval(one) for one in limited(top, "approvals")) if "approvals" in value else (),
            raw=raw,
        )


@contextmanager
def shaped(where: str = "") -> Iterator[None]:
    """Tell every wrong shape as `exchange.directory_malformed` with its place."""
    try:
        yield
    except CodedError as error:
        if not error.code.startswith(("trust.", "kernel.")):
            raise
        place = str(error.values.get("path", error.code))
        raise CodedError("exchange.directory_malformed", place=(f"{where}{place}")[:128]) from error


def limited(node: strict_json.Node, name: str, most: int = MAX_SIGNATURES) -> list[strict_json.Node]:
    """The members of a list that must not be longer."""
    found = node.items(name)
    return found if len(found) <= most else node.fail(name)


def _signed(value: Any) -> Any:
    if not isinstance(value, dict) or set(value) not in _SHAPES or not isinstance(value["signed"], dict):
        raise CodedError("exchange.directory_malformed", place="/")
    return value["signed"]


def _spelled(value: Any) -> bytes:
    try:
        return canonical(value)
    except UnicodeEncodeError:
        return b""


def _signatures(top: strict_json.Node) -> tuple[tuple[bytes, bytes], ...]:
    found = limited(top, "signatures")
    return tuple((one.bytes64("key", 32), one.bytes64("signature", 64)) for one in found)


def _approval_map(approval: Approval) -> dict[str, str]:
    return {"role": approval.role, **{name: text64(getattr(approval, name)) for name in _APPROVAL}}


def _approval(node: strict_json.Node) -> Approval:
    return Approval(role=node.text("role"), **{name: node.bytes64(name) for name in _APPROVAL})
