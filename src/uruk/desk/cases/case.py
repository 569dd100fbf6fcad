"""One case before an officer: answers beside facts, what changed, what follows, what was done, what may be done now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.acts.api import clock
from uruk.desk.cases.answers import count_changes, sections
from uruk.desk.cases.facts import conditions_told, facts_beside
from uruk.desk.cases.overtaking import done_by, overtaken
from uruk.desk.offices import Acting
from uruk.desk.pages import desk_page, person_name, show
from uruk.desk.questions import plain_rows
from uruk.desk.signing import signing_over
from uruk.exchange.api import parse_subsystem
from uruk.kernel.api import CodedError, local_digits, today
from uruk.services.api import CaseView, PastAct, get_case, proposed_bytes
from uruk.ui.api import (
    Choice,
    Fact,
    Problem,
    Row,
    action_told,
    answer_label,
    answers_sketch,
    case_number,
    effect_told,
    institution_name,
    office_name,
    party_told,
    past_told,
    reader_language,
    said_facts,
    service_model,
    turn_told,
    turn_tone,
    values_told,
    waits_told,
)

REASON, AGREES, OUTCOME = "reason", "agrees", "outcome"


@dataclass(frozen=True)
class Way:
    """An action that the officer may do: `direct` with one press, else on a page of its own."""

    url: str
    label: str
    direct: bool


@dataclass(frozen=True)
class PastTold:
    """An act in words, with who did it and its receipt."""

    sentence: str
    who: str
    at: Any
    note: str
    receipt_url: str


@desk_page
def page(request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """A case that the office works on; one that went elsewhere is said to have."""
    try:
        found = get_case(office.actor, case_id)
    except CodedError as error:
        if error.code != "services.case_unknown":
            raise
        return overtaken(request, office, case_id, 0, error)
    return show_case(request, office, found)


def show_case(
    request: HttpRequest,
    office: Acting,
    found: CaseView,
    rows: dict[str, tuple[Row, ...]] | None = None,
    errors: tuple[Problem, ...] = (),
) -> HttpResponse:
    """The page of a case; `rows`: forms that were sent and have errors, by their name."""
    answered = sections(found)
    context = {
        **heading(office, found),
        "sections": answered,
        "sketch": answers_sketch(found.definition, found.answers),
        "file_url": office.url("case-file", found.id, "0" * 64).replace(f"{'0' * 64}/", ""),
        "changes": changes_told(count_changes(answered)),
        "facts": facts_beside(found),
        "values": values_told(found.definition, found.values),
        "conditions": conditions_told(found),
        "decided": said_facts(found.definition, found.decided, _file_url(office, found)),
        "questions": found.past.questions,
        "effects": tuple(effect_told(found, one) for one in found.effects),
        "waits": waits_told(found),
        "reviews": tuple((party_told(found, by), yes) for by, yes in found.reviews.items()),
        "past": tuple(_past(office, found, one) for one in reversed(found.past.acts)),
        "errors": errors,
        **_doing(office, found, rows or {}),
    }
    return show(request, office, "cases/case", **context)


def _file_url(office: Acting, found: CaseView) -> Callable[[str], str]:
    return lambda sha256: office.url("case-file", found.id, sha256)


def heading(office: Acting, found: CaseView) -> dict[str, Any]:
    """What stands above every page of a case."""
    return {
        "case": found,
        "number": case_number(found.id),
        "title": found.definition.title.get(reader_language()),
        "state": turn_told(found),
        "tone": turn_tone(found),
        "due_tone": due_tone(found.due),
        "case_url": office.url("case", found.id),
        "asked_by": _asker(found),
        "error_told": CodedError(found.error).sentence(reader_language()) if found.error else "",
    }


def _asker(found: CaseView) -> str:
    """The institution that asked for a case, where no applicant did."""
    asker = found.past.acts[0].by
    return institution_name(parse_subsystem(asker).member.code) if asker else ""


def due_tone(due: date | None) -> str:
    """The tone of a last day: over, or still to come."""
    return "bad" if due is not None and due < today(clock()) else "wait"


def changes_told(count: int) -> str:
    """How many answers were given anew since the case came before; empty where it came once."""
    if not count:
        return ""
    told = _("Answers that the applicant gave anew since it came last: %(count)s. They are marked below.")
    return told % {"count": local_digits(str(count), reader_language())}


def _past(office: Acting, found: CaseView, one: PastAct) -> PastTold:
    note = one.note
    if one.type == "case.effect-done":
        note = CodedError(note).sentence(reader_language()) if note else ""
    return PastTold(past_told(found, one), done_by(one), one.at, note, office.url("case-receipt", found.id, one.seq))


# -- what may be done --------------------------------------------------------------------------------------------------


def _doing(office: Acting, found: CaseView, rows: dict[str, tuple[Row, ...]]) -> dict[str, Any]:
    """The forms of what the officer may do now; where it is not before them, only that."""
    state = service_model(found.definition).states[found.state]
    mine = found.task == office.role or office.role in found.parties
    context: dict[str, Any] = {"mine": mine, "next_url": office.url("next-case")}
    if not (mine and found.given):
        return context
    context["give_back_url"] = office.url("case-give-back", found.id)
    if found.proposed is not None:
        return context | _seconding(office, found, rows)
    if state.reviews is not None and office.role in found.parties:
        return context | {
            "review_url": office.url("case-review", found.id),
            "review_rows": rows.get("review") or review_rows({}),
        }
    if state.kind == "waits" and found.task == office.role:
        return context | {
            "settle_url": office.url("case-settle", found.id),
            "settle_rows": rows.get("settle") or settle_rows(found, {}),
        }
    return context | {"ways": ways(office, found), "ask_url": office.url("case-ask", found.id)}


def ways(office: Acting, found: CaseView) -> tuple[Way, ...]:
    """The actions of the state, in the order of the service."""
    return tuple(
        Way(
            office.url("case-action", found.id, one.name),
            action_told(found.definition, one.name),
            direct=not (one.fields.items or one.marks or one.second),
        )
        for one in found.actions
    )


def _seconding(office: Acting, found: CaseView, rows: dict[str, tuple[Row, ...]]) -> dict[str, Any]:
    """What another officer proposed, for the second person to sign or not."""
    assert found.proposed is not None, "asked before"
    said = found.proposed
    marks = tuple(Fact(answer_label(found.definition, path), told) for path, told in said.marks.items())
    return {
        "proposal_told": action_told(found.definition, said.action),
        "proposed_by": f"{person_name(said.by)} · {office_name(found.institution, said.role)}",
        "said": (*said_facts(found.definition, said.said, _file_url(office, found)), *marks),
        "approve_url": office.url("case-approve", found.id),
        "decline_url": office.url("case-decline", found.id),
        "decline_rows": rows.get("decline") or decline_rows({}),
        **signing_over(office, proposed_bytes(office.actor, found.id)),
    }


# -- questions of our own ----------------------------------------------------------------------------------------------


def review_rows(typed: Any) -> tuple[Row, ...]:
    """What one's office thinks of a case."""
    choices = (Choice("yes", _("We agree")), Choice("no", _("We object")))
    agrees = Row(AGREES, _("What does your office say?"), "radios", value=typed.get(AGREES, ""), choices=choices)
    hint = _("Needed where you object; the applicant reads it.")
    return (agrees, *plain_rows(REASON, _("Why?"), typed.get(REASON, ""), hint, required=False))


def settle_rows(found: CaseView, typed: Any) -> tuple[Row, ...]:
    """What becomes of a wait that nobody answered in time."""
    outcomes = service_model(found.definition).states[found.state].outcomes
    choices = tuple(Choice(name, action_told(found.definition, name)) for name in outcomes)
    chosen = Row(OUTCOME, _("How does the wait end?"), "radios", value=typed.get(OUTCOME, ""), choices=choices)
    return (chosen, *plain_rows(REASON, _("Why?"), typed.get(REASON, ""), _("Kept with the case.")))


def decline_rows(typed: Any) -> tuple[Row, ...]:
    """Why somebody does not sign."""
    hint = _("Whoever proposed it reads this.")
    return plain_rows(REASON, _("Why do you not sign?"), typed.get(REASON, ""), hint)
