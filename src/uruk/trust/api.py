"""The door of trust: what other rooms may use. Everything else in this package is its own affair."""

from uruk.trust import cbor
from uruk.trust.approvals import Approval, challenge
from uruk.trust.delegations import delegate
from uruk.trust.directory import Directory
from uruk.trust.directory_entries import (
    Approver,
    DocumentType,
    InstitutionEntry,
    LogKey,
    SealKey,
    TypeField,
)
from uruk.trust.keys.files import FileKeyStore
from uruk.trust.keys.protocols import KEY_KINDS, KeyKind, KeyStore, Signer
from uruk.trust.keys.signatures import MemorySigner, der_signature, verify_ed25519, verify_p256
from uruk.trust.statements import Statement, build_statement, parse_statement

__all__ = [
    "KEY_KINDS",
    "Approval",
    "Approver",
    "Directory",
    "DocumentType",
    "FileKeyStore",
    "InstitutionEntry",
    "KeyKind",
    "KeyStore",
    "LogKey",
    "MemorySigner",
    "SealKey",
    "Signer",
    "Statement",
    "TypeField",
    "build_statement",
    "cbor",
    "challenge",
    "delegate",
    "der_signature",
    "parse_statement",
    "verify_ed25519",
    "verify_p256",
]
