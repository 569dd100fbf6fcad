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
from uruk.exchange.usage.index import KEEP_MONTHS, UsageIndex
from uruk.exchange.usage.row import Found, Source, Usage, pack_usages, unpack_usages

__all__ = [
    "KEEP_MONTHS",
    "Access",
    "Agreement",
    "CountryDirectory",
    "Decision",
    "Endpoint",
    "Found",
    "Glob",
    "HostedMember",
    "Limits",
    "Member",
    "MemberEntry",
    "Names",
    "NodeEntry",
    "Offer",
    "Quota",
    "Record",
    "Service",
    "Snapshot",
    "Source",
    "SubjectRule",
    "Subsystem",
    "System",
    "Target",
    "Usage",
    "UsageIndex",
    "check_claimed",
    "check_demands",
    "encode_part",
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
    "read_snapshot",
    "read_target",
    "rebuild",
    "subjects_of",
    "unpack_usages",
    "write_snapshot",
    "xroad_errors",
]
