"""What the rest of Uruk sees of a private key: it signs, and it can be named. It is never handed out."""

import re
from typing import Literal, Protocol

from uruk.kernel.api import CodedError

KeyKind = Literal["ed25519", "p256"]
KEY_KINDS: tuple[KeyKind, ...] = ("ed25519", "p256")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}(/[a-z0-9][a-z0-9-]{0,63}){0,7}")


class Signer(Protocol):
    """A private key that signs.

    ``algorithm``: ``ed25519`` (RFC 8032) or ``p256`` (ECDSA with SHA-256).
    ``public_key``: for ed25519 the 32 raw bytes, for p256 the SubjectPublicKeyInfo in DER.
    ``spki``: SubjectPublicKeyInfo in DER, for both.
    ``key_id``: the first 8 bytes of SHA-256 over ``spki``.
    """

    @property
    def algorithm(self) -> KeyKind:
        """Which of the two algorithms this key signs with."""

    @property
    def public_key(self) -> bytes:
        """32 raw bytes (ed25519) or SubjectPublicKeyInfo DER (p256)."""

    @property
    def spki(self) -> bytes:
        """SubjectPublicKeyInfo in DER (RFC 5280 §4.1)."""

    @property
    def key_id(self) -> bytes:
        """The first 8 bytes of SHA-256 over ``spki``."""

    def sign(self, data: bytes) -> bytes:
        """Sign the message itself: 64 bytes, for p256 r ‖ s of 32 bytes each (see ``der_signature``)."""


class KeyStore(Protocol):
    """Where private keys live. Names look like ``interior/seal/1``."""

    def create(self, name: str, kind: KeyKind) -> Signer:
        """Make a new key; a name already in use raises ``trust.key_exists``."""

    def open(self, name: str) -> Signer:
        """Open a key for signing; an unknown name raises ``trust.key_missing``."""

    def names(self) -> tuple[str, ...]:
        """The names of all keys, sorted."""


def check_name(name: str) -> str:
    """Return the name if it is one or more lower-case path parts, else raise ``trust.key_name``."""
    if not _NAME.fullmatch(name):
        raise CodedError("trust.key_name", name=name[:64])
    return name
