"""The door of trust: what other rooms may use. Everything else in this package is its own affair."""

from uruk.trust import base32, cbor, strict_json
from uruk.trust.approvals import Approval, challenge
from uruk.trust.assertions import RelyingParty, two_persons, verify_approval
from uruk.trust.atomic import sync_folder, write_new, write_once
from uruk.trust.certificates import CertificateAuthority, DemonstrationAuthority, certificate_key
from uruk.trust.cose import parse_sign1
from uruk.trust.delegations import KeyUse, delegate
from uruk.trust.directory import Directory
from uruk.trust.directory_entries import (
    Approver,
    DocumentType,
    InstitutionEntry,
    LogKey,
    NextIdentity,
    SealKey,
    TypeField,
)
from uruk.trust.entry_check import SeenCheckpoint, VerifiedCheckpoints, verify_entry
from uruk.trust.keys.files import STRETCHING, STRETCHING_RANDOM, FileKeyStore
from uruk.trust.keys.own import own_key_store, own_passphrase, own_secret_store
from uruk.trust.keys.pkcs11 import Pkcs11KeyStore
from uruk.trust.keys.protocols import KEY_KINDS, KeyKind, KeyStore, Signer
from uruk.trust.keys.secrets import SecretStore
from uruk.trust.keys.signatures import MemorySigner, der_signature, verify_ed25519, verify_p256
from uruk.trust.keys.token_first import TokenFirstKeyStore
from uruk.trust.log.begun import Begun
from uruk.trust.log.check import check_log
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.client import Appender, LogClient
from uruk.trust.log.cosignature import Witness, WitnessKey, cosign, cosigned_at, cosigned_only_by, with_cosignatures
from uruk.trust.log.forks import Fork, find_fork, fork_of_path
from uruk.trust.log.known import CannotTellError, FolderKnown, LatestKnown, UrlKnown, is_in_place, settle_in
from uruk.trust.log.lease import is_leased
from uruk.trust.log.merkle import consistency_path, leaf_hash, verify_consistency, verify_inclusion
from uruk.trust.log.names import LogKeys, LogNames, log_keys
from uruk.trust.log.note import NoteKey
from uruk.trust.log.problems import Problem
from uruk.trust.log.public_log import COSIGNED, FolderFiles, PublicFiles, PublicLog, UrlFiles, show_cosigned
from uruk.trust.log.reader import LogReader
from uruk.trust.log.requests import Request, make_request
from uruk.trust.log.service import LogService
from uruk.trust.log.stamped import (
    StampedCheckpoint,
    checkpoint_digest,
    keep_stamp,
    newest_stamp,
    public_checkpoint,
    stamped_receipt,
)
from uruk.trust.log.state import Break, LogInfo
from uruk.trust.log.sums import renew_sums
from uruk.trust.log.tree import Tree, tree_of
from uruk.trust.log.turns import held_still
from uruk.trust.log.writer import LogWriter
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
from uruk.trust.pdf.verify import judge_pdf, proposal_json, verify_pdf
from uruk.trust.qr import MAX_COSE_BYTES, QrCode, QrField, QrPayload, QrValue, make_qr, read_qr, worst_case_size
from uruk.trust.qr_image import address_svg, qr_matrix, qr_svg
from uruk.trust.receipt_check import VerifiedReceipt, verify_receipt
from uruk.trust.receipt_timestamp import bare_token
from uruk.trust.receipts import Receipt, ReceiptParts, entry_of
from uruk.trust.record_versions import (
    CHANGED_ROLE,
    RECORD_CHANGED,
    VerifiedVersion,
    VersionLeaf,
    VersionReceipt,
    looks_like_version,
    verify_version,
    version_leaf,
    version_tree,
)
from uruk.trust.statements import Statement, build_statement, parse_statement
from uruk.trust.status import LIST_ENTRIES, DocumentStatus, StatusList, make_status_list, read_status_list
from uruk.trust.timestamp_authority import DemonstrationTimestamper
from uruk.trust.timestamps import HttpTimestamper, Timestamper, verify_timestamp
from uruk.trust.verdicts import FieldValue, Remark, Verdict
from uruk.trust.verify import read_status_lists, verify_cose, verify_qr
from uruk.trust.whole import read_whole

__all__ = [
    "APPROVALS_NAME",
    "CHANGED_ROLE",
    "CODE_NAME",
    "COSIGNED",
    "FIELDS_NAME",
    "KEY_KINDS",
    "LIST_ENTRIES",
    "MAX_COSE_BYTES",
    "ORIGINAL_NAME",
    "RECORD_CHANGED",
    "STRETCHING",
    "STRETCHING_RANDOM",
    "Appender",
    "Approval",
    "Approver",
    "Attachment",
    "Begun",
    "Break",
    "CannotTellError",
    "CertificateAuthority",
    "Checkpoint",
    "DemonstrationAuthority",
    "DemonstrationTimestamper",
    "Directory",
    "DocumentStatus",
    "DocumentType",
    "FieldValue",
    "FileKeyStore",
    "FolderFiles",
    "FolderKnown",
    "Fork",
    "HttpTimestamper",
    "InstitutionEntry",
    "KeyKind",
    "KeyStore",
    "KeyUse",
    "LatestKnown",
    "LogClient",
    "LogInfo",
    "LogKey",
    "LogKeys",
    "LogNames",
    "LogReader",
    "LogService",
    "LogWriter",
    "MemorySigner",
    "NextIdentity",
    "NoteKey",
    "PdfEvidence",
    "PdfSealer",
    "PdfSignature",
    "Pkcs11KeyStore",
    "Problem",
    "PublicFiles",
    "PublicLog",
    "QrCode",
    "QrField",
    "QrPayload",
    "QrValue",
    "Receipt",
    "ReceiptParts",
    "RelyingParty",
    "Remark",
    "Request",
    "SealKey",
    "SecretStore",
    "SeenCheckpoint",
    "Signer",
    "StampedCheckpoint",
    "Statement",
    "StatusList",
    "Timestamper",
    "TokenFirstKeyStore",
    "Tree",
    "TypeField",
    "UrlFiles",
    "UrlKnown",
    "Verdict",
    "VerifiedCheckpoints",
    "VerifiedReceipt",
    "VerifiedVersion",
    "VersionLeaf",
    "VersionReceipt",
    "Witness",
    "WitnessKey",
    "add_timestamp",
    "address_svg",
    "bare_token",
    "base32",
    "build_statement",
    "cbor",
    "certificate_key",
    "challenge",
    "check_log",
    "checkpoint_digest",
    "consistency_path",
    "cosign",
    "cosigned_at",
    "cosigned_only_by",
    "delegate",
    "der_signature",
    "entry_of",
    "examine_pdf",
    "find_fork",
    "fork_of_path",
    "held_still",
    "is_in_place",
    "is_leased",
    "judge_pdf",
    "keep_stamp",
    "leaf_hash",
    "log_keys",
    "looks_like_version",
    "make_qr",
    "make_request",
    "make_status_list",
    "newest_stamp",
    "own_key_store",
    "own_passphrase",
    "own_secret_store",
    "page_width",
    "parse_checkpoint",
    "parse_sign1",
    "parse_statement",
    "proposal_json",
    "public_checkpoint",
    "qr_matrix",
    "qr_svg",
    "read_qr",
    "read_status_list",
    "read_status_lists",
    "read_whole",
    "renew_sums",
    "seal_pdf",
    "settle_in",
    "show_cosigned",
    "stamped_receipt",
    "strict_json",
    "sync_folder",
    "tree_of",
    "two_persons",
    "verify_approval",
    "verify_consistency",
    "verify_cose",
    "verify_ed25519",
    "verify_entry",
    "verify_inclusion",
    "verify_p256",
    "verify_pdf",
    "verify_qr",
    "verify_receipt",
    "verify_timestamp",
    "verify_version",
    "version_leaf",
    "version_tree",
    "with_cosignatures",
    "worst_case_size",
    "write_new",
    "write_once",
]
