"""One step a page: what is typed is kept at once, right or wrong; then the next page, or it with what is wrong."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from uruk.people.api import actor_for, signed_in_person
from uruk.portal.services.addresses import address, lead_to
from uruk.portal.services.holding import draft_page, held_draft, token_of
from uruk.portal.services.telling import title
from uruk.services.api import DraftView, keep_draft_file, save_draft
from uruk.ui.api import (
    CHANGE,
    Page,
    Row,
    SentPage,
    find_page,
    first_unanswered,
    page_context,
    page_rows,
    previous_page,
    was_answered,
)


@draft_page
def step(request: HttpRequest, draft: UUID, step: str, row: int | None = None) -> HttpResponse:
    """The page of a step, and what is done with it."""
    found = held_draft(request, draft)
    page = find_page(found, step, row)
    if page is None:
        messages.info(request, _("That page is not asked any more. Here you go on."))
        return lead_to(draft, first_unanswered(found))
    if request.method != "POST":
        return _shown(request, found, page, page_rows(found, page, judged=was_answered(found, page)))
    return _sent(request, found, page)


def _sent(request: HttpRequest, draft: DraftView, page: Page) -> HttpResponse:
    actor, token = actor_for(request), token_of(request, draft.id)
    save = partial(save_draft, actor, draft.id, token=token)
    keep = partial(keep_draft_file, actor, draft.id, token=token)
    changing = CHANGE in request.GET
    done = SentPage(draft, page, request.POST, request.FILES, save, keep, changing=changing).outcome()
    if done.told:
        messages.info(request, done.told)
    if done.rows is None or done.page is None:
        return lead_to(draft.id, done.page)
    return _shown(request, done.draft, done.page, done.rows, status=422 if done.wrong else 200)


def _shown(
    request: HttpRequest, draft: DraftView, page: Page, rows: tuple[Row, ...], status: int = 200
) -> HttpResponse:
    before = previous_page(draft, page)
    context = {
        **page_context(draft, page, rows),
        "service": title(draft.definition),
        "before_url": address(draft.id, before) if before else "",
        "summary_url": address(draft.id, None),
        "signed_in": signed_in_person(request) is not None,
    }
    return render(request, "portal/services/step.html", context, status=status)
