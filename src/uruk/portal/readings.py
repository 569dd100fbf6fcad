"""Who read my data: one list from all institutions, with the receipt of each reading, and who did not answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from uruk.kernel.api import Actor, CodedError, local_digits, parse_rfc3339, rfc3339
from uruk.people.api import MyReading, ReadingReceipt, actor_for, my_readings, my_receipt
from uruk.portal.documents import own_page
from uruk.publishing.api import find_country
from uruk.services.api import ApplicantChoice, my_children
from uruk.ui.api import Fact, moment, reader_language

FOR = "for"


@dataclass(frozen=True)
class Card:
    """One reading as the page shows it."""

    title: str
    facts: tuple[Fact, ...]
    url: str


@dataclass(frozen=True)
class Person:
    """Somebody whose readings the reader may see: themselves, or a child whose guardian they are."""

    name: str
    url: str
    chosen: bool


@own_page
def listing(request: HttpRequest) -> HttpResponse:
    """Everybody who read my data, or my child's, newest first; of one institution alone where the address names it."""
    holder = request.GET.get("holder", "")[:80]
    # The register is asked first: what it no longer says ends before anything is shown.
    children = my_children(actor_for(request)).choices
    found = my_readings(_reader(request), _before(request), holder)
    language = reader_language()
    named = _for_whom(request) | ({"holder": holder} if holder else {})
    context = {
        "cards": [_card(one, _query(request)) for one in found.readings],
        "persons": _persons(request, children),
        "total": found.total,
        "asked": [names.get(language) for names in found.asked],
        "silent": [names.get(language) for names in found.silent],
        "older": f"?{urlencode({**named, 'before': rfc3339(found.before)})}" if found.before else "",
        "narrowed": bool(holder),
        "first": "before" not in request.GET,
    }
    return render(request, "portal/readings.html", context)


@own_page
def reading(request: HttpRequest, holder: str, reference: UUID) -> HttpResponse:
    """What the receipt of one reading proves."""
    found = _receipt(request, holder, reference)
    context = {
        "facts": _proofs(found),
        "names_me": found.names_me,
        "opening": found.opening,
        "file": reverse("portal:reading-receipt", args=[holder, reference]) + _query(request),
    }
    return render(request, "portal/reading.html", context)


@own_page
def receipt_file(request: HttpRequest, holder: str, reference: UUID) -> HttpResponse:
    """The receipt as a file that `uruk verify` and anybody else checks."""
    answer = HttpResponse(_receipt(request, holder, reference).receipt, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{reference}.receipt.json"'
    return answer


def _receipt(request: HttpRequest, holder: str, reference: UUID) -> ReadingReceipt:
    if _for_whom(request):
        my_children(actor_for(request))
    return my_receipt(_reader(request), holder, reference)


def _for_whom(request: HttpRequest) -> dict[str, str]:
    """The mandate under which a guardian reads, as the address names it."""
    mandate = request.GET.get(FOR, "")[:40]
    return {FOR: mandate} if mandate else {}


def _query(request: HttpRequest) -> str:
    return f"?{urlencode(_for_whom(request))}" if _for_whom(request) else ""


def _reader(request: HttpRequest) -> Actor:
    """Who asks, and for whom; whether they may, `people` says."""
    return replace(actor_for(request), mandate=_for_whom(request).get(FOR))


def _persons(request: HttpRequest, children: Sequence[ApplicantChoice]) -> tuple[Person, ...]:
    """Whose readings there are to be seen, where that is not the reader alone."""
    chosen, address = _for_whom(request).get(FOR, ""), reverse("portal:readings")
    named = [(str(one.mandate), one.called) for one in children]
    found = [("", _("My own")), *named] if named else []
    return tuple(
        Person(name, address + (f"?{urlencode({FOR: key})}" if key else ""), key == chosen) for key, name in found
    )


def _before(request: HttpRequest) -> datetime | None:
    """From where an older page goes on; an address that somebody cut short begins anew."""
    try:
        return parse_rfc3339(request.GET["before"]) if "before" in request.GET else None
    except CodedError:
        return None


def _card(one: MyReading, query: str) -> Card:
    language = reader_language()
    facts = [
        Fact(_("When"), moment(one.at)),
        Fact(_("Who"), _who(one)),
        Fact(_("Whose records"), one.holder_names.get(language)),
    ]
    if one.source != "check":
        facts.append(Fact(_("On which law"), _law(one.law) or _("None is named")))
    if one.purpose:
        facts.append(_purpose(one.purpose))
    if one.source == "claimed":
        facts.append(Fact(_("How this is known"), _("According to who asked; the message itself names nobody")))
    if one.hidden_until is not None:
        facts.append(Fact(_("Hidden until"), f"{moment(one.hidden_until)} · {_law(one.hidden_law)}"))
    url = reverse("portal:reading", args=[one.holder, one.reference]) + query
    return Card(one.action.get(language), tuple(facts), url)


def _purpose(said: str) -> Fact:
    """What for, in the reader's words: whoever reads for a service gives its code, and it is called by its title."""
    country = find_country()
    found = [one for one in (country.of_kind("service") if country else ()) if one.code == said]
    if len(found) == 1:
        return Fact(_("For the service"), found[0].title.get(reader_language()))
    return Fact(_("In their own words"), said)


def _who(one: MyReading) -> str:
    name = one.reader.get(reader_language())
    if one.source == "officer":
        return _("An officer of %(institution)s") % {"institution": name}
    if one.source == "program":
        return _("A program of %(institution)s") % {"institution": name}
    if one.source == "check":
        return _("Somebody who had the paper; nobody asks who")
    return name


def _law(citation: str) -> str:
    """The law as its title and article; the citation itself where this node does not know it."""
    country = find_country()
    article = country.shared.laws.find(citation) if country and citation else None
    if article is None:
        return citation
    language = reader_language()
    number = local_digits(article.article, language)
    return _("%(law)s, article %(article)s") % {"law": article.title.get(language), "article": number}


def _deed(kind: str) -> str:
    """What the statement says was done; a kind that this page does not know by its name."""
    return {
        "message.answer": _("The institution answered another institution's question"),
        "record.read": _("An officer read a record"),
        "person.seen": _("An officer compared a card with its account"),
        "document.checked": _("Somebody checked a document"),
    }.get(kind, kind)


def grade_told(grade: str) -> str:
    """How strongly a receipt proves what it says."""
    return {
        "signed": _("Signed by the institution's log"),
        "timestamped": _("Signed by the institution's log, and timestamped by another authority"),
        "witnessed": _("Signed by the institution's log, and witnessed by others"),
    }.get(grade, grade)


def _proofs(found: ReadingReceipt) -> tuple[Fact, ...]:
    proves = found.proves
    return (
        Fact(_("What was done"), _deed(proves.statement.type)),
        Fact(_("When"), moment(datetime.fromtimestamp(proves.statement.time, UTC))),
        Fact(_("Log"), proves.origin),
        Fact(_("Number in the log"), local_digits(str(proves.index), reader_language())),
        Fact(_("Proof"), grade_told(proves.grade)),
    )
