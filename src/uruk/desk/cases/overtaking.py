"""What an officer is told whose deed came too late: who moved the case meanwhile, and where to."""

from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from uruk.definitions.api import Definition
from uruk.desk.offices import Acting, office_names
from uruk.desk.pages import DeskView, desk_page, person_name, told
from uruk.kernel.api import CodedError
from uruk.services.api import MovedSince, PastAct, get_case, moved_since
from uruk.ui.api import action_told, moment, past_told, reader_language

# Deeds of others that make one's own too late.
_DEEDS = {
    "case.moved", "case.handed-on", "case.action-proposed", "case.action-declined", "case.reassigned", "case.reviewed",
    "case.question-asked", "case.question-answered",
}  # fmt: skip
# What was not there when the officer looked.
_NEWS = {"case.fact-told", "case.fact-disputed"}
OVERTAKEN = {
    "desk.action_unknown",
    "desk.case_not_given",
    "services.case_moved",
    "services.not_given_to_you",
    "services.action_unknown",
    "services.case_unknown",
    "services.nothing_proposed",
    "services.not_asked",
    "services.not_waiting",
}
_NEWEST_TOLD = 2  # beside what a person did last: rules may have gone on from there


@dataclass(frozen=True)
class _Service:
    """In whose words an act is told."""

    institution: str
    definition: Definition


def case_page(view: DeskView) -> DeskView:
    """Make a view of one case's page: an officer whose deed came too late is told who was first."""

    @wraps(view)
    def page(request: HttpRequest, office: Acting, case_id: UUID, **named: Any) -> HttpResponse:
        try:
            return view(request, office, case_id, **named)
        except CodedError as error:
            if error.code not in OVERTAKEN:
                raise
            return overtaken(request, office, case_id, seq_of(request), error)

    return desk_page(page)


def overtaken(request: HttpRequest, office: Acting, case: UUID, seq: int, error: CodedError) -> HttpResponse:
    """Say what came before, and go to the case as it is now, or to the queues where it is not the office's any more."""
    elsewhere = not _is_open(office, case)
    said = CodedError("desk.case_elsewhere") if elsewhere else error
    messages.error(request, said.sentence(reader_language()))
    tell_since(request, office, case, seq)
    return redirect(office.url("cases") if elsewhere else office.url("case", case))


def tell_since(request: HttpRequest, office: Acting, case: UUID, seq: int) -> None:
    """Say who did what with a case after its `seq`-th act: what a person did last, and the newest."""
    since = moved_since(office.actor, case, seq)
    deeds = [one for one in since.acts if one.type in _DEEDS | _NEWS]
    newest, by_somebody = deeds[-_NEWEST_TOLD:], [one for one in deeds if one.person is not None][-1:]
    for one in (*(one for one in by_somebody if one not in newest), *newest):
        messages.info(request, act_told(office, since, one))


def done_by(one: PastAct) -> str:
    """Which officer or program did an act; empty where it was the applicant, or nobody."""
    if one.program is not None:
        return told(one.program)
    return person_name(one.person) if one.role else ""


def act_told(office: Acting, since: MovedSince, one: PastAct) -> str:
    """Who did what, and when, in a line."""
    if one.type in _NEWS:
        return f"{past_told(_Service(office.institution, since.definition), one)} · {moment(one.at)}"
    who = done_by(one)
    role = office_names(office.institution, one.role)[1] if one.role else ""
    whose = " · ".join(filter(None, (who, role))) or (_("The applicant") if one.person else _("By itself"))
    return f"{whose}: {_deed(since, one)} · {moment(one.at)}"


def _deed(since: MovedSince, one: PastAct) -> str:
    if one.type == "case.moved":
        return action_told(since.definition, one.by)
    return {
        "case.handed-on": _("The time ended"),
        "case.action-proposed": _("Proposed a decision"),
        "case.action-declined": _("Did not sign"),
        "case.reassigned": _("Given to another officer"),
        "case.reviewed": _("Said what they think"),
        "case.question-asked": _("Asked the applicant something"),
        "case.question-answered": _("Answered a question"),
    }[one.type]


def _is_open(office: Acting, case: UUID) -> bool:
    """Whether the case is still something of this office's."""
    try:
        get_case(office.actor, case)
    except CodedError as error:
        if error.code != "services.case_unknown":
            raise
        return False
    return True


def seq_of(request: HttpRequest) -> int:
    """How many acts the officer had seen when they opened the form; 0 where the form does not say."""
    typed = request.POST.get("seq", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
