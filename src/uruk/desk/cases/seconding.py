"""Actions that two officers sign: one proposes it with a passkey, another signs the same or says why not."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.cases import case as pages
from uruk.desk.cases.overtaking import OVERTAKEN, case_page, seq_of
from uruk.desk.offices import Acting
from uruk.desk.pages import go, show
from uruk.desk.signing import signed_over, signing_over
from uruk.kernel.api import CodedError
from uruk.services.api import (
    ActionView,
    CaseView,
    action_proposal,
    approve_action,
    decline_action,
    get_case,
    propose_action,
    proposed_bytes,
)
from uruk.ui.api import (
    CARRIED,
    Fact,
    Said,
    action_told,
    answer_label,
    office_name,
    problems,
    reader_language,
    said_facts,
    with_error,
)

_NOT_CARRIED = {"csrfmiddlewaretoken", "passkey", "proposal"}


def look_over(
    request: HttpRequest,
    office: Acting,
    found: CaseView,
    chosen: ActionView,
    said: Said,
    marks: Mapping[str, str],
) -> HttpResponse:
    """What is proposed, once more, with the passkey over exactly that. Errors as `services.action_proposal`."""
    body = action_proposal(office.actor, found.id, seq_of(request), chosen.name, said.values, marks)
    cleaned = chosen.fields.validate(said.values).values
    marked = tuple(Fact(answer_label(found.definition, path), told) for path, told in marks.items())
    return show(
        request,
        office,
        "cases/propose",
        **pages.heading(office, found),
        doing=action_told(found.definition, chosen.name),
        said=(*said_facts(found.definition, cleaned), *marked),
        second=office_name(found.institution, chosen.second or ""),
        carried=(*_typed(request), *said.carried),
        **signing_over(office, body),
    )


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """What was typed, for the form that is signed; files are carried as they were kept."""
    for name, one in request.POST.items():
        if name not in _NOT_CARRIED and not name.startswith(CARRIED):
            yield name, one


def propose(
    request: HttpRequest,
    office: Acting,
    found: CaseView,
    chosen: ActionView,
    said: Said,
    marks: Mapping[str, str],
) -> HttpResponse:
    """Propose it, signed: the case goes to the second office."""
    seq = seq_of(request)
    body = action_proposal(office.actor, found.id, seq, chosen.name, said.values, marks)
    try:
        approval = signed_over(request, office, body)
        propose_action(office.actor, found.id, seq, chosen.name, approval, said.values, marks)
    except CodedError as error:
        if error.code in OVERTAKEN:
            raise
        return go(request, office.url("case-action", found.id, chosen.name), error=error)
    return go(request, office.url("cases"), done=_("Proposed and signed. A second officer decides now."))


@case_page
def approve(request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """Sign what another officer proposed: it is done then, as an act of both."""
    if request.method != "POST":
        return go(request, office.url("case", case_id))
    try:
        body = proposed_bytes(office.actor, case_id)
        approve_action(office.actor, case_id, signed_over(request, office, body))
    except CodedError as error:
        if error.code in OVERTAKEN:
            raise
        return go(request, office.url("case", case_id), error=error)
    return go(request, office.url("cases"), done=_("Signed by both, and done. The receipt stands with the case."))


@case_page
def decline(request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """Not sign, and say why: the case goes back to the first office."""
    if request.method != "POST":
        return go(request, office.url("case", case_id))
    try:
        decline_action(office.actor, case_id, request.POST.get(pages.REASON, ""))
    except CodedError as error:
        if error.code != "services.reason_missing":
            raise
        rows = with_error(pages.decline_rows(request.POST), pages.REASON, error.sentence(reader_language()))
        return pages.show_case(request, office, get_case(office.actor, case_id), {"decline": rows}, problems(rows))
    return go(request, office.url("cases"), done=_("Not signed. Whoever proposed it reads your reason."))
