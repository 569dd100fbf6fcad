"""A record's timeline: who changed what, when and why; receipts and files to take along."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.pages import person_name
from uruk.desk.registries.room import DECIDERS, Room, registry_page
from uruk.desk.registries.telling import kind_told, writer_told
from uruk.kernel.api import local_digits
from uruk.registries.api import VersionView, record_file, timeline, version_receipt
from uruk.ui.api import Table, changes_table, download, moment, period_told, reader_language


@dataclass(frozen=True)
class Paper:
    """A file to download."""

    url: str
    label: str


@dataclass(frozen=True)
class Entry:
    """One version as the timeline shows it."""

    number: str
    title: str
    when: str
    writer: str
    period: str
    reason: str
    changes: Table
    papers: tuple[Paper, ...]
    other_url: str
    request_url: str
    approver: str
    receipt_url: str
    correct_url: str
    forgotten: bool


def entries(room: Room, record: UUID, *, correctable: bool) -> tuple[Entry, ...]:
    """The versions of a record, newest first."""
    versions = timeline(room.actor, room.institution, room.code, record)
    return tuple(_entry(room, one, correctable=correctable) for one in reversed(versions))


def _entry(room: Room, one: VersionView, *, correctable: bool) -> Entry:
    return Entry(
        number=local_digits(str(one.number), reader_language()),
        title=kind_told(one.kind),
        when=moment(one.recorded_at),
        writer=writer_told(room, one.author, one.role),
        period=period_told(one.valid_from, one.valid_until),
        reason=one.reason,
        changes=changes_table(one.definition, one.changes),
        papers=papers(room, "file", one.record, one.evidence),
        other_url=room.url("record", one.other) if one.other else "",
        request_url=room.url("request", one.request) if one.request and room.may(*DECIDERS) else "",
        approver=person_name(one.approver) if one.approver else "",
        receipt_url="" if one.forgotten else room.url("receipt", one.record, one.number),
        correct_url=room.url("correct", one.record, one.number) if correctable and not one.forgotten else "",
        forgotten=one.forgotten,
    )


def papers(room: Room, page: str, of: UUID, files: tuple[str, ...]) -> tuple[Paper, ...]:
    """The files that a change rests on."""
    return tuple(
        Paper(room.url(page, of, name), _("Evidence %(number)s") % {"number": digits(number)})
        for number, name in enumerate(files, 1)
    )


def digits(number: int) -> str:
    """A number in the reader's digits."""
    return local_digits(str(number), reader_language())


@registry_page
def receipt_file(request: HttpRequest, room: Room, record: UUID, number: int) -> HttpResponse:
    """The receipt of a version, as a file that `uruk verify` reads."""
    text = version_receipt(room.actor, room.institution, room.code, record, number).to_json()
    return download(text.encode(), "application/json", f"{record}-{number}.receipt.json")


@registry_page
def file(request: HttpRequest, room: Room, record: UUID, sha256: str) -> HttpResponse:
    """A file that the record has, or that a change of it rests on."""
    return download(record_file(room.actor, room.institution, room.code, record, sha256))
