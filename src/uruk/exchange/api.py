"""The door of the exchange: addresses, the gateway's snapshot, the country directory, messages, evidence, usage."""

from uruk.exchange.directory.model import CountryDirectory, MemberEntry, NodeEntry
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
from uruk.exchange.evidence.record import Record
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
from uruk.exchange.usage.row import Found, Usage, pack_usages, unpack_usages

__all__ = [
    "KEEP_MONTHS",
    "Agreement",
    "CountryDirectory",
    "Endpoint",
    "Found",
    "HostedMember",
    "Limits",
    "Member",
    "MemberEntry",
    "Names",
    "NodeEntry",
    "Offer",
    "Record",
    "Service",
    "Snapshot",
    "SubjectRule",
    "Subsystem",
    "System",
    "Usage",
    "UsageIndex",
    "encode_part",
    "names_of",
    "pack_usages",
    "parse_encoded",
    "parse_member",
    "parse_service",
    "parse_subsystem",
    "read_snapshot",
    "unpack_usages",
    "write_snapshot",
]
