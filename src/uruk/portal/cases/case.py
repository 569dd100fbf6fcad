"""One case of my own: where it stands and why, for whom it waits, what was used, each act with its receipt."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from uruk.documents.api import my_documents
from uruk.kernel.api import Actor, local_digits
from uruk.people.api import actor_for
from uruk.portal.cases.listing import issued
from uruk.portal.cases.placing import place_context
from uruk.portal.cases.telling import case_page, is_own_turn
from uruk.services.api import RESUBMIT, ActionView, CaseView, ServiceDefinition, case_file, get_case
from uruk.ui.api import (
    EffectTold,
    FactTold,
    action_told,
    answer_label,
    answers_sketch,
    answers_told,
    case_number,
    comma,
    decision_told,
    download,
    effect_told,
    fact_told,
    fee_told,
    institution_name,
    party_told,
    past_told,
    reader_language,
    turn_told,
    turn_tone,
    values_told,
    waits_told,
)

_EFFECTS = {"issue", "record", "reserve", "revoke", "open", "release", "remind"}


@dataclass(frozen=True)
class Deed:
    """Something that I may do: what it is called, and its page."""

    label: str
    url: str
    quiet: bool


@dataclass(frozen=True)
class UsedFact:
    """A fact that was used: what its holder says, what I said against it, and where I may say so."""

    told: FactTold
    dispute: str
    url: str


@dataclass(frozen=True)
class PastLine:
    """One act of the case, with the page of its proof."""

    number: str
    what: str
    note: str
    at: datetime
    url: str


@dataclass(frozen=True)
class Mark:
    """An answer to be mended, and what an officer said of it."""

    label: str
    said: str


@case_page
def page(request: HttpRequest, case: UUID) -> HttpResponse:
    """Everything about one case of mine."""
    actor = actor_for(request)
    found = get_case(actor, case)
    told = {**_head(found), **_why(found), **place_context(found), **_used(found), **_done(actor, found)}
    return render(request, "portal/cases/case.html", told)


@case_page
def file(request: HttpRequest, case: UUID, sha256: str) -> HttpResponse:
    """A file that I handed in, or that was said with a decision about my case."""
    return download(case_file(actor_for(request), case, sha256))


def _head(found: CaseView) -> dict[str, object]:
    """What it is, where it stands, for whom it waits, and what I may do."""
    return {
        "found": found,
        "title": found.definition.title.get(reader_language()),
        "number": case_number(found.id),
        "holder": institution_name(found.institution),
        "turn": turn_told(found, own=True),
        "tone": turn_tone(found),
        "told": found.told.get(reader_language()),
        "own_turn": is_own_turn(found),
        "parties": comma([party_told(found, one) for one in found.parties if one != "applicant"]),
        "office": party_told(found, found.task) if found.task not in (None, "applicant") else "",
        "waits": waits_told(found),
        "due": _due(found),
        "deeds": tuple(_deed(found, one) for one in found.actions),
        "marks": tuple(Mark(answer_label(found.definition, path), said) for path, said in found.marks.items()),
        "questions": found.past.questions,
        "fee": fee_told(found),
        "fee_due": "fee" in found.parties,
        "paid": next((one.note for one in found.past.acts if one.by == "paid"), ""),
    }


def _due(found: CaseView) -> date | None:
    return found.due if found.closed is None else None


def _deed(found: CaseView, action: ActionView) -> Deed:
    """What I may do: give answers anew, or say what goes with an action."""
    name = "case-again" if action.name == RESUBMIT else "case-do"
    url = reverse(f"portal:{name}", args=[found.id, action.name])
    return Deed(action_told(found.definition, action.name), url, _ends(found, action))


def _ends(found: CaseView, action: ActionView) -> bool:
    return _model(found).states[action.to].kind == "closed"


def _model(found: CaseView) -> ServiceDefinition:
    assert isinstance(found.definition.model, ServiceDefinition), "a case is of a service"
    return found.definition.model


def _why(found: CaseView) -> dict[str, object]:
    """Why it came where it is, and how to appeal."""
    decision = decision_told(found, _file_url(found))
    until = found.decision.appeal_until if found.decision else None
    if decision is not None and not (decision.failed or decision.said or until or (found.closed and decision.how)):
        decision = None
    return {
        "decision": decision,
        "values": values_told(found.definition, found.decision.values) if found.decision and decision else (),
        "appeal_until": until,
        "appeal_url": reverse("portal:case-appeal", args=[found.id]) if until else "",
    }


def _used(found: CaseView) -> dict[str, object]:
    """What I said, and what the state knows that was used."""
    return {
        "sketch": answers_sketch(found.definition, found.answers),
        "sections": answers_told(
            found.definition,
            found.answers,
            found.facts,
            _file_url(found),
        ),
        "facts": tuple(_facts(found)),
    }


def _file_url(found: CaseView) -> Callable[[str], str]:
    return lambda sha256: reverse("portal:case-file", args=[found.id, sha256])


def _facts(found: CaseView) -> Iterator[UsedFact]:
    for name in _model(found).facts:
        known = name in found.facts
        if known or found.closed is None:
            may = known and found.closed is None
            url = reverse("portal:case-dispute", args=[found.id, name]) if may else ""
            told = fact_told(found.definition, name, found.facts.get(name), waiting=not known)
            yield UsedFact(told, found.disputes.get(name, ""), url)


def _done(actor: Actor, found: CaseView) -> dict[str, object]:
    """What came of it, and what was done: the newest act first."""
    readings = f"{reverse('portal:readings')}?{urlencode({'holder': found.institution})}"
    return {
        "effects": _effects(actor, found),
        "past": tuple(_past(found))[::-1],
        "readings_url": readings,
    }


def _effects(actor: Actor, found: CaseView) -> tuple[tuple[EffectTold, str], ...]:
    """What follows from the decision; a document that is mine with its address."""
    ids = set(issued(found))
    mine = {str(one.id) for one in my_documents(actor) if str(one.id) in ids} if ids else set()
    told = (effect_told(found, one) for one in found.effects if one.kind in _EFFECTS)
    return tuple((one, reverse("portal:document", args=[one.document]) if one.document in mine else "") for one in told)


def _past(found: CaseView) -> Iterator[PastLine]:
    for one in found.past.acts:
        note = one.note if one.type in _NOTED and one.by != "paid" else ""
        number = local_digits(str(one.seq), reader_language())
        url = reverse("portal:case-act", args=[found.id, one.seq])
        yield PastLine(number, past_told(found, one, own=True), note, one.at, url)


# Whose notes are words of somebody, and not the code of an error.
_NOTED = {"case.moved", "case.fact-disputed", "case.reviewed", "case.question-asked",
          "case.question-answered"}  # fmt: skip
