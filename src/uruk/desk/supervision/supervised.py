"""One case before a supervisor: where it stands, who has it, what failed; given to another officer, or tried again."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.cases.case import due_tone
from uruk.desk.offices import Acting
from uruk.desk.pages import desk_page, go, person_name, show, told
from uruk.desk.questions import plain_rows
from uruk.kernel.api import CodedError
from uruk.services.api import SupervisedCase, reassign, retry_effects, supervised_case
from uruk.ui.api import (
    Choice,
    Fact,
    Problem,
    Row,
    case_number,
    effect_told,
    moment,
    office_name,
    problems,
    reader_language,
    turn_told,
    turn_tone,
    waits_told,
    with_error,
)

OFFICER, REASON, WHY = "officer", "reason", "why"
_Rows = tuple[Row, ...]


@desk_page
def page(request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """Where a case stands and what a supervisor can do about it."""
    return _page(request, office, supervised_case(office.actor, case_id))


@desk_page
def give(request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """Give a case to another officer, for a reason that the auditor sees."""
    if request.method != "POST":
        return go(request, office.url("supervised", case_id))
    try:
        officer = _officer_of(request.POST.get(OFFICER, ""))
        reassign(office.actor, case_id, officer, request.POST.get(REASON, ""))
    except CodedError as error:
        places = {
            "desk.choice_missing": OFFICER,
            "services.officer_unknown": OFFICER,
            "services.reason_missing": REASON,
        }
        return _refused(request, office, case_id, error, places)
    return go(request, office.url("supervision"), done=_("Given to the other officer, with your reason."))


@desk_page
def retry(request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """Have what failed tried again, once what it failed on is mended."""
    if request.method != "POST":
        return go(request, office.url("supervised", case_id))
    try:
        retry_effects(office.actor, case_id, request.POST.get(WHY, ""))
    except CodedError as error:
        return _refused(request, office, case_id, error, {"services.reason_missing": WHY})
    return go(request, office.url("troubles"), done=_("It is tried again now."))


def _officer_of(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise CodedError("desk.choice_missing") from None


def _refused(
    request: HttpRequest, office: Acting, case_id: UUID, error: CodedError, places: dict[str, str]
) -> HttpResponse:
    """The page with the error at its question; what has moved meanwhile is shown as it is now."""
    if error.code not in places:
        if error.code in {"services.case_moved", "services.not_a_task", "services.nothing_failed"}:
            return go(request, office.url("supervised", case_id), error=error)
        raise error
    found, sentence = supervised_case(office.actor, case_id), error.sentence(reader_language())
    give_rows = with_error(_give_rows(found, request.POST), places[error.code], sentence)
    retry_rows = with_error(_retry_rows(request.POST), places[error.code], sentence)
    errors = problems((*give_rows, *retry_rows))
    return _page(request, office, found, give_rows, retry_rows, errors)


def _page(
    request: HttpRequest,
    office: Acting,
    found: SupervisedCase,
    give_rows: _Rows | None = None,
    retry_rows: _Rows | None = None,
    errors: tuple[Problem, ...] = (),
) -> HttpResponse:
    failed = any(one.outcome == "failed" for one in found.effects)
    return show(
        request,
        office,
        "supervision/case",
        case=found,
        title=told(found.definition.title),
        number=case_number(found.id),
        state=turn_told(found),
        tone=turn_tone(found),
        due_tone=due_tone(found.due),
        error_told=CodedError(found.error).sentence(reader_language()) if found.error else "",
        standing=_standing(found),
        effects=tuple(effect_told(found, one) for one in found.effects),
        waits=waits_told(found),
        give_url=office.url("reassign", found.id) if found.officers else "",
        give_rows=give_rows or _give_rows(found, {}),
        retry_url=office.url("retry", found.id) if failed else "",
        retry_rows=retry_rows or _retry_rows({}),
        errors=errors,
    )


def _standing(found: SupervisedCase) -> tuple[Fact, ...]:
    facts = [Fact(_("There since"), moment(found.since))]
    if found.held_by is not None:
        facts.append(Fact(_("With the officer"), person_name(found.held_by)))
    if found.assigned is not None:
        facts.append(Fact(_("Given to"), person_name(found.assigned)))
    return tuple(facts)


def _give_rows(found: SupervisedCase, typed: Any) -> _Rows:
    choices = tuple(
        Choice(str(person), f"{person_name(person)} · {office_name(found.institution, role)}")
        for person, role in found.officers
    )
    hint = _("Kept with the case: auditors and the applicant read it.")
    chosen = Row(OFFICER, _("To which officer?"), "radios", value=typed.get(OFFICER, ""), choices=choices)
    return (chosen, *plain_rows(REASON, _("Why does another officer get it?"), typed.get(REASON, ""), hint))


def _retry_rows(typed: Any) -> _Rows:
    hint = _("Say what was mended. Kept with the case.")
    return plain_rows(WHY, _("Why is it tried again?"), typed.get(WHY, ""), hint)
