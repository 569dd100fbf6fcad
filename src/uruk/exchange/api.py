"""The door of the exchange: addresses, the gateway's snapshot, the country directory, messages, evidence, usage.

What the definitions of agreements and subsystems need is loaded when it is first asked for: a gateway goes by its
snapshot, and needs neither them nor the language that they are written in.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from uruk.exchange.directory.carrying import carry_on
from uruk.exchange.directory.entry import build_entry
from uruk.exchange.directory.held import Held, country_of
from uruk.exchange.directory.joining import (
    JoinRequest,
    build_request,
    check_change,
    check_request,
    is_granted,
    members_after,
    read_request,
)
from uruk.exchange.directory.members import Members, approve_members, build_members, members_body, read_members
from uruk.exchange.directory.model import CountryDirectory, MemberEntry, NodeEntry
from uruk.exchange.directory.parts import Part, read_part, sign_part
from uruk.exchange.directory.root import Root, build_root, read_root
from uruk.exchange.directory.store import DirectoryStore
from uruk.exchange.directory.timestamps import Listed, Timestamp, build_timestamp, listed, read_timestamp
from uruk.exchange.domain.access import Access, Decision, check_demands
from uruk.exchange.domain.addresses import (
    Member,
    Service,
    Subsystem,
    encode_address,
    encode_part,
    parse_encoded,
    parse_member,
    parse_service,
    parse_subsystem,
)
from uruk.exchange.domain.fields import pointer_tokens, rebuild
from uruk.exchange.domain.paths import Glob, Target, read_target
from uruk.exchange.domain.quota import Quota
from uruk.exchange.domain.subjects import check_claimed, normalised, subjects_of
from uruk.exchange.evidence.bundle import Bundle, is_bundle, read_bundle, write_bundle
from uruk.exchange.evidence.examining import BundleVerdict, verify_bundle
from uruk.exchange.evidence.forgetting import forget_month
from uruk.exchange.evidence.gathering import Sources, gather, request_of, require_evidence
from uruk.exchange.evidence.index import month_of
from uruk.exchange.evidence.record import Record
from uruk.exchange.evidence.store import EvidenceStore
from uruk.exchange.messages import headers, statements, wire, xroad_errors
from uruk.exchange.messages.statements import is_request_id, new_request
from uruk.exchange.own_gateway import ask_own_gateway
from uruk.exchange.snapshot import (
    Agreement,
    Endpoint,
    HostedMember,
    Limits,
    Names,
    Offer,
    Protection,
    Snapshot,
    SubjectRule,
    System,
    names_of,
    read_snapshot,
    write_snapshot,
)
from uruk.exchange.tls import (
    TlsIdentity,
    certificate_digest,
    client_context,
    listed_pems,
    open_or_create,
    renew,
    server_context,
)
from uruk.exchange.unix_http import UnixConnection
from uruk.exchange.usage.answers import (
    Detail,
    FindUsage,
    Heartbeat,
    ReceiptAnswer,
    ShownUsage,
    UsagePeriod,
    read_receipt_answer,
    read_usages,
)
from uruk.exchange.usage.asking import RECORDS as RECORDS_SERVICE
from uruk.exchange.usage.asking import Asker
from uruk.exchange.usage.index import KEEP_MONTHS, UsageIndex
from uruk.exchange.usage.known import GIVEN as RECORDS_GIVEN
from uruk.exchange.usage.known import KEEP_DAYS as RECORDS_KEEP_DAYS
from uruk.exchange.usage.known import MAX_RECORDS, Known, KnownRecord, KnownRecords, read_known
from uruk.exchange.usage.row import Found, Source, Usage, pack_usages, unpack_usages
from uruk.exchange.usage.token import ASKED as USAGE_ASKED
from uruk.exchange.usage.token import HEADER as TOKEN_HEADER
from uruk.exchange.usage.token import (
    NONCE_BYTES,
    RECORDS_ASKED,
    Nonces,
    Question,
    check_token,
    decode_token,
    encode_token,
    token_body,
)
from uruk.exchange.witness.consistency import ConsistencyCheck
from uruk.exchange.witness.cosigned import ALARM_AFTER, REFUSED_AFTER, CosignedStore, WitnessAnswer, WitnessDelay
from uruk.exchange.witness.cosigner import Answer, Cosigner, open_cosigner
from uruk.exchange.witness.forks import kept_forks
from uruk.exchange.witness.held import HeldCheckpoints
from uruk.exchange.witness.known import latest_known
from uruk.exchange.witness.listed import find_log, witnesses_for, witnesses_of
from uruk.exchange.witness.policy import WitnessPolicy
from uruk.exchange.witness.store import WitnessStore
from uruk.exchange.witness.submission import MAX_SUBMISSION_BYTES
from uruk.exchange.witness.submitting import Submitter

if TYPE_CHECKING:
    from uruk.exchange.kinds.agreement import AGREEMENT_KIND, AgreementDefinition
    from uruk.exchange.kinds.compiled import compile_agreement, compile_offers, member_address, offer_of, system_of
    from uruk.exchange.kinds.subsystem import (
        SUBSYSTEM_KIND,
        EndpointDefinition,
        OfferDefinition,
        Offering,
        SubsystemDefinition,
        is_asking,
        is_offering,
    )

_KINDS = {
    "agreement": ("AGREEMENT_KIND", "AgreementDefinition"),
    "compiled": ("compile_agreement", "compile_offers", "member_address", "offer_of", "system_of"),
    "subsystem": (
        "SUBSYSTEM_KIND", "EndpointDefinition", "OfferDefinition", "Offering", "SubsystemDefinition", "is_asking",
        "is_offering",
    ),
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """What of the kinds of definition is asked for (PEP 562)."""
    for module, names in _KINDS.items():
        if name in names:
            return getattr(import_module(f"uruk.exchange.kinds.{module}"), name)
    raise AttributeError(name)


__all__ = [
    "AGREEMENT_KIND",
    "ALARM_AFTER",
    "KEEP_MONTHS",
    "MAX_RECORDS",
    "MAX_SUBMISSION_BYTES",
    "NONCE_BYTES",
    "RECORDS_ASKED",
    "RECORDS_GIVEN",
    "RECORDS_KEEP_DAYS",
    "RECORDS_SERVICE",
    "REFUSED_AFTER",
    "SUBSYSTEM_KIND",
    "TOKEN_HEADER",
    "USAGE_ASKED",
    "Access",
    "Agreement",
    "AgreementDefinition",
    "Answer",
    "Asker",
    "Bundle",
    "BundleVerdict",
    "ConsistencyCheck",
    "CosignedStore",
    "Cosigner",
    "CountryDirectory",
    "Decision",
    "Detail",
    "DirectoryStore",
    "Endpoint",
    "EndpointDefinition",
    "EvidenceStore",
    "FindUsage",
    "Found",
    "Glob",
    "Heartbeat",
    "Held",
    "HeldCheckpoints",
    "HostedMember",
    "JoinRequest",
    "Known",
    "KnownRecord",
    "KnownRecords",
    "Limits",
    "Listed",
    "Member",
    "MemberEntry",
    "Members",
    "Names",
    "NodeEntry",
    "Nonces",
    "Offer",
    "OfferDefinition",
    "Offering",
    "Part",
    "Protection",
    "Question",
    "Quota",
    "ReceiptAnswer",
    "Record",
    "Root",
    "Service",
    "ShownUsage",
    "Snapshot",
    "Source",
    "Sources",
    "SubjectRule",
    "Submitter",
    "Subsystem",
    "SubsystemDefinition",
    "System",
    "Target",
    "Timestamp",
    "TlsIdentity",
    "UnixConnection",
    "Usage",
    "UsageIndex",
    "UsagePeriod",
    "WitnessAnswer",
    "WitnessDelay",
    "WitnessPolicy",
    "WitnessStore",
    "approve_members",
    "ask_own_gateway",
    "build_entry",
    "build_members",
    "build_request",
    "build_root",
    "build_timestamp",
    "carry_on",
    "certificate_digest",
    "check_change",
    "check_claimed",
    "check_demands",
    "check_request",
    "check_token",
    "client_context",
    "compile_agreement",
    "compile_offers",
    "country_of",
    "decode_token",
    "encode_address",
    "encode_part",
    "encode_token",
    "find_log",
    "forget_month",
    "gather",
    "headers",
    "is_asking",
    "is_bundle",
    "is_granted",
    "is_offering",
    "is_request_id",
    "kept_forks",
    "latest_known",
    "listed",
    "listed_pems",
    "member_address",
    "members_after",
    "members_body",
    "month_of",
    "names_of",
    "new_request",
    "normalised",
    "offer_of",
    "open_cosigner",
    "open_or_create",
    "pack_usages",
    "parse_encoded",
    "parse_member",
    "parse_service",
    "parse_subsystem",
    "pointer_tokens",
    "read_bundle",
    "read_known",
    "read_members",
    "read_part",
    "read_receipt_answer",
    "read_request",
    "read_root",
    "read_snapshot",
    "read_target",
    "read_timestamp",
    "read_usages",
    "rebuild",
    "renew",
    "request_of",
    "require_evidence",
    "server_context",
    "sign_part",
    "statements",
    "subjects_of",
    "system_of",
    "token_body",
    "unpack_usages",
    "verify_bundle",
    "wire",
    "witnesses_for",
    "witnesses_of",
    "write_bundle",
    "write_snapshot",
    "xroad_errors",
]
