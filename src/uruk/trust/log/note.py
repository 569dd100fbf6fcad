"""Signed notes with Ed25519 (C2SP signed-note), and the keys that verify them."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Self

from uruk.kernel.api import CodedError
from uruk.trust.keys.protocols import Signer
from uruk.trust.keys.signatures import verify_ed25519
from uruk.trust.log.strict import b64, unb64

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_MAX_NOTE_BYTES = 64 * 1024
_MAX_SIGNATURES = 32
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True)
class VerifierKey:
    """The public half of an Ed25519 key that signs notes, 32 raw bytes; `kind` says what its signatures mean."""

    kind: ClassVar[bytes]
    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ newline ‖ kind ‖ key)[:4] (C2SP signed-note)."""
        return sha256(self.name.encode() + b"\n" + self.kind + self.public_key).digest()[:4]

    def __str__(self) -> str:
        """The verifier key: name+hex key id+base64(kind ‖ key)."""
        return f"{self.name}+{self.key_id.hex()}+{b64(self.kind + self.public_key)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key; `trust.note_key` where it is not one of this kind or its id does not fit."""
        name, _, rest = text.partition("+")
        _, _, encoded = rest.partition("+")
        key = unb64(encoded) or b""
        found = cls(name, key[1:])
        if not _NAME.fullmatch(name) or key[:1] != cls.kind or len(key) != 33 or str(found) != text:
            raise CodedError("trust.note_key")
        return found


class NoteKey(VerifierKey):
    """A key whose signature is over a note's text, such as a log's over its checkpoints."""

    kind = b"\x01"


@dataclass(frozen=True)
class Note:
    """A note's text (with its last newline) and its signature lines: name, key id, signature bytes."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def verified_by(self, key: NoteKey) -> bool:
        """Whether the key signed the text; unknown signatures are ignored, a wrong one of the key is a refusal."""
        known = [item[2] for item in self.signatures if item[:2] == (key.name, key.key_id)]
        data = self.text.encode()
        return bool(known) and all(verify_ed25519(key.public_key, signature, data) for signature in known)


def sign_note(text: str, name: str, signer: Signer) -> bytes:
    """Sign a text, which ends in a newline, under the key's name."""
    key_id = NoteKey(name, signer.public_key).key_id
    return note_bytes(text, name, key_id, signer.sign(text.encode()))


def note_bytes(text: str, name: str, key_id: bytes, signature: bytes) -> bytes:
    """The bytes of a note with one signature."""
    return f"{text}\n{signature_line(name, key_id, signature)}".encode()


def signature_line(name: str, key_id: bytes, signature: bytes) -> str:
    """One signature as it stands under a note, with its newline."""
    return f"— {name} {b64(key_id + signature)}\n"


def parse_note(data: bytes) -> Note:
    """Read a signed note; `trust.note_malformed` for anything a writer would not write."""
    text, found, lines = _decode(data).rpartition("\n\n")
    if not found or not lines.endswith("\n"):
        raise CodedError("trust.note_malformed")
    rows = lines[:-1].split("\n")
    if len(rows) > _MAX_SIGNATURES:
        raise CodedError("trust.note_malformed")
    return Note(text + "\n", tuple(_signature(row) for row in rows))


def _decode(data: bytes) -> str:
    if len(data) > _MAX_NOTE_BYTES:
        raise CodedError("trust.note_malformed")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise CodedError("trust.note_malformed") from None
    if _CONTROL.search(text):
        raise CodedError("trust.note_malformed")
    return text


def _signature(line: str) -> tuple[str, bytes, bytes]:
    match = _SIGNATURE.fullmatch(line)
    blob = unb64(match[2]) if match else None
    if match is None or blob is None or len(blob) < 5:
        raise CodedError("trust.note_malformed")
    return match[1], blob[:4], blob[4:]
