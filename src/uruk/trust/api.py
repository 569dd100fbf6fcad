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
from uruk.trust.pdf.door import add_timestamp, examine_pdf, page_width, seal_pdf
from uruk.trust.pdf.model import (
    APPROVALS_NAME,
    CODE_NAME,
    FIELDS_NAME,
    ORIGINAL_NAME,
    Attachment,
    PdfEvidence,
    PdfSealer,
    PdfSignature,
)
from uruk.trust.statements import Statement, build_statement, parse_statement

__all__ = [
    "APPROVALS_NAME",
    "CODE_NAME",
    "FIELDS_NAME",
    "KEY_KINDS",
    "ORIGINAL_NAME",
    "Approval",
    "Approver",
    "Attachment",
    "Directory",
    "DocumentType",
    "FileKeyStore",
    "InstitutionEntry",
    "KeyKind",
    "KeyStore",
    "LogKey",
    "MemorySigner",
    "PdfEvidence",
    "PdfSealer",
    "PdfSignature",
    "SealKey",
    "Signer",
    "Statement",
    "TypeField",
    "add_timestamp",
    "build_statement",
    "cbor",
    "challenge",
    "delegate",
    "der_signature",
    "examine_pdf",
    "page_width",
    "parse_statement",
    "seal_pdf",
    "verify_ed25519",
    "verify_p256",
]
