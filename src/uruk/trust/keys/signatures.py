"""Checking and reshaping signatures of the two algorithms; private keys held in this process."""

import hashlib
from functools import cached_property, lru_cache
from typing import Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from uruk.kernel.api import CodedError
from uruk.trust.keys.protocols import KeyKind

_ECDSA = ec.ECDSA(SHA256())


def key_id(spki: bytes) -> bytes:
    """The first 8 bytes of SHA-256 over a SubjectPublicKeyInfo."""
    return hashlib.sha256(spki).digest()[:8]


def der_signature(raw: bytes) -> bytes:
    """Turn r ‖ s (64 bytes) into the DER form that X.509, CMS and PDF want (RFC 3279 §2.2.3)."""
    return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


def raw_signature(der: bytes) -> bytes:
    """Turn a DER ECDSA signature over P-256 into r ‖ s of 32 bytes each."""
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify_ed25519(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the 64-byte signature over ``data`` is the key's (RFC 8032); ``public_key`` is 32 raw bytes."""
    try:
        _ed25519(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=256)
def _ed25519(public_key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public_key)


def verify_p256(spki: bytes, signature: bytes, data: bytes) -> bool:
    """Whether r ‖ s (64 bytes) over ``data`` is the key's (ECDSA, SHA-256); a key of another kind is never right."""
    if len(signature) != 64:
        return False
    try:
        load_p256(spki).verify(der_signature(signature), data, _ECDSA)
    except (InvalidSignature, CodedError):
        return False
    return True


def load_p256(spki: bytes) -> ec.EllipticCurvePublicKey:
    """Read a P-256 SubjectPublicKeyInfo; anything else raises ``trust.key_unreadable``."""
    try:
        key = load_der_public_key(spki)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CodedError("trust.key_unreadable") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise CodedError("trust.key_unreadable")
    return key


def generate_key(kind: KeyKind) -> Ed25519PrivateKey | ec.EllipticCurvePrivateKey:
    """A new random private key of the kind."""
    return Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())


class MemorySigner:
    """A private key held in this process's memory; implements ``Signer``."""

    def __init__(self, key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    @classmethod
    def generate(cls, kind: KeyKind) -> "MemorySigner":
        """Make a new random key of the kind."""
        return cls(generate_key(kind))

    @property
    def algorithm(self) -> Literal["ed25519", "p256"]:
        """Which algorithm this key signs with."""
        return "ed25519" if isinstance(self._key, Ed25519PrivateKey) else "p256"

    @cached_property
    def public_key(self) -> bytes:
        """32 raw bytes (ed25519) or SubjectPublicKeyInfo DER (p256)."""
        if isinstance(self._key, Ed25519PrivateKey):
            return self._key.public_key().public_bytes_raw()
        return self.spki

    @cached_property
    def spki(self) -> bytes:
        """SubjectPublicKeyInfo in DER."""
        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @cached_property
    def key_id(self) -> bytes:
        """The first 8 bytes of SHA-256 over ``spki``."""
        return key_id(self.spki)

    def sign(self, data: bytes) -> bytes:
        """Sign the message: 64 bytes (p256: r ‖ s)."""
        if isinstance(self._key, Ed25519PrivateKey):
            return self._key.sign(data)
        return raw_signature(self._key.sign(data, _ECDSA))
