"""One record of my own: what it says, its history with receipts, and what I asked to have corrected in it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from uruk.kernel.api import Actor
from uruk.people.api import actor_for
from uruk.portal.documents import own_page
from uruk.portal.records.asking import asked_fields
from uruk.portal.records.requests import waiting_first
from uruk.portal.records.telling import (
    address,
    digits,
    record_facts,
    registry_title,
    standing,
)
from uruk.registries.api import (
    RecordView,
    RequestView,
    VersionView,
    get_record,
    my_requests,
    record_file,
    timeline,
    version_receipt,
)
from uruk.ui.api import (
    Table,
    changes_table,
    download,
    institution_name,
    kind_told,
    moment,
    office_name,
    period_told,
    record_title,
    status_told,
    withheld,
)


@dataclass(frozen=True)
class Entry:
    """One version as its person sees it."""

    number: str
    title: str
    when: str
    writer: str
    period: str
    changes: Table
    receipt_url: str
    request_url: str
    of_another: bool
    forgotten: bool


@own_page
def record(request: HttpRequest, institution: str, registry: str, record: UUID) -> HttpResponse:
    """What one record says of me, and how it came to say so."""
    actor = actor_for(request)
    found = get_record(actor, institution, registry, record)
    mine = [one for one in my_requests(actor) if any(each.record == record for each in one.changes)]
    state, tone = status_told(found.status)
    context = {
        "registry": registry_title(found.definition),
        "title": record_title(found.definition, found.values),
        "holder": institution_name(institution),
        "state": state,
        "tone": tone,
        "facts": record_facts(found),
        "standing": standing(found),
        "withheld": withheld(found),
        "asked": waiting_first(mine),
        "ask_url": address(found, "record-ask") if may_ask(found) else "",
        "readings_url": f"{reverse('portal:readings')}?{urlencode({'holder': institution})}",
        "merged_url": _merged_url(found),
        "entries": _entries(actor, found, mine),
    }
    return render(request, "portal/records/record.html", context)


def _merged_url(found: RecordView) -> str:
    place = [found.institution, found.registry, found.merged_into]
    return reverse("portal:record", args=place) if found.merged_into else ""


def may_ask(found: RecordView) -> bool:
    """Whether there is something to correct: a record that stands, with a field that its person sees."""
    return found.status in ("live", "dormant") and len(asked_fields(found)) > 0


def _entries(actor: Actor, found: RecordView, mine: list[RequestView]) -> tuple[Entry, ...]:
    versions = timeline(actor, found.institution, found.registry, found.record)
    own = {one.id for one in mine}
    return tuple(_entry(found, one, asked=one.request in own) for one in reversed(versions))


def _entry(found: RecordView, one: VersionView, *, asked: bool) -> Entry:
    hidden = one.of_another or one.forgotten
    return Entry(
        number=digits(one.number),
        title=kind_told(one.kind),
        when=moment(one.recorded_at),
        writer=_writer(found, one, asked=asked),
        period=period_told(one.valid_from, one.valid_until),
        changes=changes_table(one.definition, one.changes),
        receipt_url="" if hidden else address(found, "record-receipt", one.number),
        request_url=reverse("portal:record-request", args=[one.request]) if asked else "",
        of_another=one.of_another,
        forgotten=one.forgotten,
    )


def _writer(found: RecordView, one: VersionView, *, asked: bool) -> str:
    """The office that wrote; which officer it was is not told."""
    name = institution_name(found.institution)
    if asked:
        return _("%(institution)s, as you asked") % {"institution": name}
    return f"{name} · {office_name(found.institution, one.role)}" if one.role else name


@own_page
def receipt_file(request: HttpRequest, institution: str, registry: str, record: UUID, number: int) -> HttpResponse:
    """The receipt of a version, as a file that `uruk verify` reads."""
    found = version_receipt(actor_for(request), institution, registry, record, number)
    return download(found.to_json().encode(), "application/json", f"{record}-{number}.receipt.json")


@own_page
def file(request: HttpRequest, institution: str, registry: str, record: UUID, sha256: str) -> HttpResponse:
    """A file that my record has."""
    return download(record_file(actor_for(request), institution, registry, record, sha256))
