"""One step a page at the counter: the same pages as the citizen's, for whom the clerk types."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from uruk.desk.apply.addresses import address
from uruk.desk.apply.holding import draft_page, token_of
from uruk.desk.offices import Acting
from uruk.desk.pages import told
from uruk.services.api import ConsentView, DraftView, draft_file, keep_draft_file, save_draft
from uruk.ui.api import (
    CHANGE,
    Page,
    Row,
    SentPage,
    download,
    find_page,
    first_unanswered,
    page_context,
    page_rows,
    previous_page,
    was_answered,
)


@draft_page
def step(
    request: HttpRequest, office: Acting, draft: DraftView, consent: ConsentView, step: str, row: int | None = None
) -> HttpResponse:
    """The page of a step, and what is done with it."""
    page = find_page(draft, step, row)
    if page is None:
        messages.info(request, _("That page is not asked any more. Here you go on."))
        return redirect(address(office, draft.id, first_unanswered(draft)))
    if request.method != "POST":
        rows = page_rows(draft, page, judged=was_answered(draft, page))
        return _shown(request, office, draft, consent, page, rows)
    token = token_of(request, draft)
    sent = SentPage(
        draft,
        page,
        request.POST,
        request.FILES,
        save=lambda answers: save_draft(office.actor, draft.id, answers, token),
        keep=partial(_keep, office, draft.id, token),
        changing=CHANGE in request.GET,
    )
    came = sent.outcome()
    if came.told:
        messages.info(request, came.told)
    if came.rows is not None and came.page is not None:
        return _shown(request, office, came.draft, consent, came.page, came.rows, 422 if came.wrong else 200)
    return redirect(address(office, draft.id, came.page))


@draft_page
def file(request: HttpRequest, office: Acting, draft: DraftView, consent: ConsentView, sha256: str) -> HttpResponse:
    """A file that was handed in with the draft."""
    return download(draft_file(office.actor, draft.id, sha256, token_of(request, draft)))


def _keep(office: Acting, draft: UUID, token: str, question: str, data: bytes) -> str:
    return keep_draft_file(office.actor, draft, question, data, token)


def _shown(
    request: HttpRequest,
    office: Acting,
    draft: DraftView,
    consent: ConsentView,
    page: Page,
    rows: tuple[Row, ...],
    status: int = 200,
) -> HttpResponse:
    before = previous_page(draft, page)
    context = {
        **page_context(draft, page, rows),
        "office": office,
        "service": told(draft.definition.title),
        "name": consent.name,
        "before_url": address(office, draft.id, before) if before else "",
        "summary_url": address(office, draft.id, None),
        "signed_in": True,
    }
    return render(request, "desk/apply/step.html", context, status=status)
