"""The door of the exchange: addresses, the gateway's snapshot, the country directory, messages, evidence, usage."""

from uruk.exchange.directory.model import CountryDirectory, MemberEntry, NodeEntry
from uruk.exchange.domain.access import Access, Decision, check_demands
from uruk.exchange.domain.addresses import (
    Member,
    Service,
    Subsystem,
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
from uruk.exchange.evidence.record import Record
from uruk.exchange.messages import headers, xroad_errors
from uruk.exchange.messages.statements import is_request_id, new_request
from uruk.exchange.snapshot import (
    Agreement,
    Endpoint,
    HostedMember,
    Limits,
    Names,
    Offer,
    Snapshot,
    SubjectRule,
    System,
    names_of,
    read_snapshot,
    write_snapshot,
)
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
from uruk.exchange.usage.index import KEEP_MONTHS, UsageIndex
from uruk.exchange.usage.row import Found, Source, Usage, pack_usages, unpack_usages
from uruk.exchange.usage.token import ASKED as USAGE_ASKED
from uruk.exchange.usage.token import HEADER as TOKEN_HEADER
from uruk.exchange.usage.token import NONCE_BYTES, Nonces, Question, check_token, decode_token, encode_token, token_body

__all__ = [
    "KEEP_MONTHS",
    "NONCE_BYTES",
    "TOKEN_HEADER",
    "USAGE_ASKED",
    "Access",
    "Agreement",
    "CountryDirectory",
    "Decision",
    "Detail",
    "Endpoint",
    "FindUsage",
    "Found",
    "Glob",
    "Heartbeat",
    "HostedMember",
    "Limits",
    "Member",
    "MemberEntry",
    "Names",
    "NodeEntry",
    "Nonces",
    "Offer",
    "Question",
    "Quota",
    "ReceiptAnswer",
    "Record",
    "Service",
    "ShownUsage",
    "Snapshot",
    "Source",
    "SubjectRule",
    "Subsystem",
    "System",
    "Target",
    "Usage",
    "UsageIndex",
    "UsagePeriod",
    "check_claimed",
    "check_demands",
    "check_token",
    "decode_token",
    "encode_part",
    "encode_token",
    "headers",
    "is_request_id",
    "names_of",
    "new_request",
    "normalised",
    "pack_usages",
    "parse_encoded",
    "parse_member",
    "parse_service",
    "parse_subsystem",
    "pointer_tokens",
    "read_receipt_answer",
    "read_snapshot",
    "read_target",
    "read_usages",
    "rebuild",
    "subjects_of",
    "token_body",
    "unpack_usages",
    "write_snapshot",
    "xroad_errors",
]
