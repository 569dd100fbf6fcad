"""One step a page: what is typed is kept at once, right or wrong; then the next page, or it with what is wrong."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from uruk.kernel.api import CodedError
from uruk.people.api import actor_for, signed_in_person
from uruk.portal.services.addresses import address, lead_to
from uruk.portal.services.holding import draft_page, held_draft, token_of
from uruk.portal.services.telling import title
from uruk.services.api import DraftView, keep_draft_file, save_draft
from uruk.ui.api import (
    Page,
    Row,
    SentFiles,
    asks_for_rows,
    fact_told,
    find_page,
    first_unanswered,
    follow_up,
    next_page,
    page_answers,
    page_problems,
    page_rows,
    previous_page,
    problems,
    step_pages,
    with_row,
    without_row,
)

# What the buttons of a page do beside going on; and the mark of a page that was opened from the summary.
GO, ADD, TAKE_OUT, ASK, CHANGE = "go", "add", "take-out", "ask", "change"


@draft_page
def step(request: HttpRequest, draft: UUID, step: str, row: int | None = None) -> HttpResponse:
    """The page of a step, and what is done with it."""
    found = held_draft(request, draft)
    page = find_page(found, step, row)
    if page is None:
        return _elsewhere(request, found)
    if request.method != "POST":
        return _shown(request, found, page, page_rows(found, page, judged=_was_answered(found, page)))
    go = request.POST.get(GO, "")
    if go == ASK:
        return _asked_again(request, found, page)
    if go == TAKE_OUT and page.fewer:
        return _to(request, _save(request, found, without_row(found, page)), page)
    return _answered(request, found, page, go)


def _answered(request: HttpRequest, before: DraftView, page: Page, go: str) -> HttpResponse:
    """Keep what was typed; stay on the page while something is to be done there, else go on."""
    if not page.names:
        after = _save(request, before, with_row(before, page.step)) if go == ADD and page.more else before
        return _to_row(after, page.step) if go == ADD else _to(request, after, page)
    files = SentFiles(before, page, request.POST, request.FILES, partial(_keep, request, before))
    after = _save(request, before, page_answers(before, page, request.POST, files))
    again = find_page(after, page.step, page.row)
    stays = None if again is None else _stays(request, before, after, again, files.problems)
    if stays is not None or again is None:
        return stays or _to(request, after, page)
    if go == ADD and again.more:
        return _to_row(_save(request, after, with_row(after, page.step)), page.step)
    return _to(request, after, again)


def _stays(
    request: HttpRequest, before: DraftView, after: DraftView, page: Page, refused: Mapping[str, CodedError]
) -> HttpResponse | None:
    """The same page again: rows were added, an answer led to more questions, or something is wrong."""
    if asks_for_rows(request.POST):
        return _shown(request, after, page, page_rows(after, page))
    fresh, wrong = follow_up(before, after, page), {**page_problems(after, page), **refused}
    if fresh and {path.partition(".")[0] for path in wrong} <= set(fresh):
        messages.info(request, _("What you answered leads to one more question on this page."))
        return _shown(request, after, page, page_rows(after, page))
    return _shown(request, after, page, page_rows(after, page, refused, judged=True), status=422) if wrong else None


def _save(request: HttpRequest, draft: DraftView, answers: Mapping[str, object]) -> DraftView:
    return save_draft(actor_for(request), draft.id, answers, token_of(request, draft.id))


def _keep(request: HttpRequest, draft: DraftView, question: str, data: bytes) -> str:
    return keep_draft_file(actor_for(request), draft.id, question, data, token_of(request, draft.id))


def _asked_again(request: HttpRequest, draft: DraftView, page: Page) -> HttpResponse:
    """Ask once more for what a page waits for."""
    after = _save(request, draft, {})
    if find_page(after, page.step, page.row) is not None:
        messages.warning(request, _("There is no answer yet. What you typed is kept; come back later."))
    return _elsewhere(request, after, silent=True)


def _to(request: HttpRequest, draft: DraftView, page: Page) -> HttpResponse:
    """The next page; back to the summary after the last, and from what was changed there."""
    return lead_to(draft.id, first_unanswered(draft) if CHANGE in request.GET else next_page(draft, page))


def _to_row(draft: DraftView, name: str) -> HttpResponse:
    """The newest row of a repeated step."""
    return lead_to(draft.id, [one for one in step_pages(draft) if one.step == name][-1])


def _elsewhere(request: HttpRequest, draft: DraftView, *, silent: bool = False) -> HttpResponse:
    """Where to go from a page that is not asked (any more)."""
    if not silent:
        messages.info(request, _("That page is not asked any more. Here you go on."))
    return lead_to(draft.id, first_unanswered(draft))


def _was_answered(draft: DraftView, page: Page) -> bool:
    """Whether somebody was on a page before: blank boxes of one that nobody saw are no mistakes."""
    if page.row is None:
        return any(draft.answers.get(name) is not None for name in page.names)
    rows = draft.answers.get(page.step)
    return isinstance(rows, list) and page.row < len(rows) and bool(rows[page.row])


def _shown(
    request: HttpRequest, draft: DraftView, page: Page, rows: tuple[Row, ...], status: int = 200
) -> HttpResponse:
    pages = step_pages(draft)
    before = previous_page(draft, page)
    waits = fact_told(draft.definition, page.waiting, None, waiting=True) if page.waiting else None
    context = {
        "draft": draft,
        "service": title(draft.definition),
        "page": page,
        "rows": rows,
        "errors": problems(rows),
        "number": pages.index(page) + 1,
        "count": len(pages),
        "before_url": address(draft.id, before) if before else "",
        "waits": waits,
        "signed_in": signed_in_person(request) is not None,
        "carries": any(_has_file(row) for row in rows),
    }
    return render(request, "portal/services/step.html", context, status=status)


def _has_file(row: Row) -> bool:
    return row.kind in ("file", "list") or any(_has_file(one) for one in row.rows)
