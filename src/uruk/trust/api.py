"""The door of trust: what other rooms may use. Everything else in this package is its own affair."""

from uruk.trust import cbor
from uruk.trust.approvals import Approval, challenge
from uruk.trust.keys.files import FileKeyStore
from uruk.trust.keys.protocols import KEY_KINDS, KeyKind, KeyStore, Signer
from uruk.trust.keys.signatures import MemorySigner, der_signature, verify_ed25519, verify_p256
from uruk.trust.statements import Statement, build_statement, parse_statement

__all__ = [
    "KEY_KINDS",
    "Approval",
    "FileKeyStore",
    "KeyKind",
    "KeyStore",
    "MemorySigner",
    "Signer",
    "Statement",
    "build_statement",
    "cbor",
    "challenge",
    "der_signature",
    "parse_statement",
    "verify_ed25519",
    "verify_p256",
]
