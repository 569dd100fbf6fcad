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

__all__ = [
    "Agreement",
    "CountryDirectory",
    "Endpoint",
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
    "encode_part",
    "names_of",
    "parse_encoded",
    "parse_member",
    "parse_service",
    "parse_subsystem",
    "read_snapshot",
    "write_snapshot",
]
