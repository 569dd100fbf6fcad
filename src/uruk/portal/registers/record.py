"""One public record: what it says, and what changed when, each version with its receipt."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from uruk.portal.registers.asking import number
from uruk.portal.registers.telling import (
    Linked,
    holder,
    named,
    public_facts,
    register_about,
    register_page,
    register_title,
)
from uruk.registries.api import RecordView, VersionView, public_receipt, public_record, public_timeline
from uruk.ui.api import Table, changes_table, download, kind_told, moment, office_name, status_told


@dataclass(frozen=True)
class Entry:
    """One version as everybody sees it."""

    number: str
    title: str
    when: str
    writer: str
    changes: Table
    receipt_url: str


@register_page
def record(request: HttpRequest, institution: str, registry: str, record: UUID) -> HttpResponse:
    """What a record says today, and how it came to say so."""
    found = public_record(institution, registry, record)
    state, tone = status_told(found.status)
    context = {
        "register": register_title(found.definition),
        "register_url": reverse("portal:register", args=[institution, registry]),
        "about": register_about(found.definition),
        "holder": holder(found.definition),
        "title": named(found),
        "state": "" if found.status == "live" else state,
        "tone": tone,
        "facts": public_facts(found, Linked(institution)),
        "entries": tuple(_entry(found, one) for one in reversed(public_timeline(institution, registry, found.record))),
    }
    return render(request, "portal/registers/record.html", context)


def _entry(found: RecordView, one: VersionView) -> Entry:
    place = [found.institution, found.registry, found.record, one.number]
    # The first version changes nothing: all that it says stands above, or is told by what changed since.
    changes = one.changes if one.number > 1 else ()
    return Entry(
        number=number(one.number),
        title=kind_told(one.kind),
        when=moment(one.recorded_at),
        writer=office_name(found.institution, one.role) if one.role else holder(found.definition),
        changes=changes_table(one.definition, changes),
        receipt_url="" if one.forgotten else reverse("portal:public-receipt", args=place),
    )


@register_page
def receipt_file(request: HttpRequest, institution: str, registry: str, record: UUID, number: int) -> HttpResponse:
    """The receipt of a version, as a file that `uruk verify` reads."""
    found = public_receipt(institution, registry, record, number)
    return download(found.to_json().encode(), "application/json", f"{record}-{number}.receipt.json")
