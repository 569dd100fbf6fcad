"""All that was answered at the counter, to be read out and printed; submitting it for whom consented."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from uruk.desk.apply.addresses import address
from uruk.desk.apply.consents import consent_facts, for_whom
from uruk.desk.apply.holding import draft_page, let_go, token_of
from uruk.desk.offices import Acting
from uruk.desk.pages import go, show, told
from uruk.kernel.api import CodedError
from uruk.services.api import ConsentView, DraftView, discard_draft, submit_draft
from uruk.ui.api import Problem, draft_summary, facts_told, first_unanswered, loose_problems, reader_language


@draft_page
def summary(request: HttpRequest, office: Acting, draft: DraftView, consent: ConsentView) -> HttpResponse:
    """Everything that is asked and answered; submitting."""
    if request.method != "POST":
        return _page(request, office, draft, consent)
    try:
        done = submit_draft(office.actor, draft.id, token=token_of(request, draft))
    except CodedError as error:
        return _page(request, office, draft, consent, error)
    return let_go(request, redirect(office.url("apply-submitted", done.case)), draft.id)


@draft_page
def discard(request: HttpRequest, office: Acting, draft: DraftView, consent: ConsentView) -> HttpResponse:
    """Delete what was typed, because the person wants nothing any more."""
    if request.method != "POST":
        return redirect(address(office, draft.id, None))
    discard_draft(office.actor, draft.id, token_of(request, draft))
    return let_go(request, go(request, office.url("apply"), done=_("What was typed is deleted.")), draft.id)


def _page(
    request: HttpRequest, office: Acting, draft: DraftView, consent: ConsentView, error: CodedError | None = None
) -> HttpResponse:
    unanswered = first_unanswered(draft)
    sections = draft_summary(draft, partial(_file_url, office, draft.id))
    return show(
        request,
        office,
        "apply/summary",
        title=told(draft.definition.title),
        draft=draft,
        consent=(*for_whom(draft.applicant), *consent_facts(office.institution, consent)),
        sections=tuple((one, address(office, draft.id, one.page)) for one in sections),
        loose=loose_problems(draft),
        facts=facts_told(draft),
        unanswered=address(office, draft.id, unanswered) if unanswered else "",
        ready=not draft.problems and not draft.waiting,
        discard_url=office.url("apply-discard", draft.id),
        errors=(Problem(error.sentence(reader_language())),) if error is not None else (),
    )


def _file_url(office: Acting, draft: UUID, sha256: str) -> str:
    return office.url("apply-file", draft, sha256)
