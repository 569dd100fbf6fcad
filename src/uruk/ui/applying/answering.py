"""What comes of a page that was sent: its answers are kept, right or wrong; then it, or where it leads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from uruk.services.api import DraftView
from uruk.ui.applying.pages import (
    Page,
    find_page,
    first_unanswered,
    next_page,
    page_problems,
    step_pages,
    with_row,
    without_row,
)
from uruk.ui.applying.questions import KeepFile, SentFiles, follow_up, page_answers, page_rows
from uruk.ui.applying.telling import fact_told
from uruk.ui.rows import Row, problems
from uruk.ui.typed import asks_for_rows

# What the buttons of a page do beside going on.
GO, ADD, TAKE_OUT, ASK = "go", "add", "take-out", "ask"
# The mark in the address of a page that was opened from the summary.
CHANGE = "change"
Save = Callable[[Mapping[str, object]], DraftView]


@dataclass(frozen=True)
class Outcome:
    """Where a sent page leads: to `page` (None: the summary), or to itself again with `rows`.

    `wrong`: something is wrong with it. `told`: what the reader is told besides.
    """

    draft: DraftView
    page: Page | None
    rows: tuple[Row, ...] | None = None
    wrong: bool = False
    told: str = ""


@dataclass(frozen=True)
class SentPage:
    """A page of a draft that was sent: what was typed and attached, how it is kept.

    `changing`: it was opened from the summary, and leads back there.
    """

    draft: DraftView
    page: Page
    typed: Mapping[str, str]
    sent: Mapping[str, Any]
    save: Save
    keep: KeepFile
    changing: bool = False

    def outcome(self) -> Outcome:
        """Keep what was typed, and say where it leads."""
        go = self.typed.get(GO, "")
        if go == ASK:
            return self._asked_again()
        if go == TAKE_OUT and self.page.fewer:
            return self._on(self.save(without_row(self.draft, self.page)), self.page)
        if not self.page.names:
            adds = go == ADD and self.page.more
            after = self.save(with_row(self.draft, self.page.step)) if adds else self.draft
            return self._to_newest(after) if adds else self._on(after, self.page)
        return self._answered(adds=go == ADD)

    def _answered(self, *, adds: bool) -> Outcome:
        files = SentFiles(self.draft, self.page, self.typed, self.sent, self.keep)
        after = self.save(page_answers(self.draft, self.page, self.typed, files))
        page = find_page(after, self.page.step, self.page.row)
        if page is None:
            return self._on(after, self.page)
        if asks_for_rows(self.typed):
            return Outcome(after, page, page_rows(after, page))
        fresh, wrong = follow_up(self.draft, after, page), {**page_problems(after, page), **files.problems}
        if fresh and {path.partition(".")[0] for path in wrong} <= set(fresh):
            told = _("What you answered leads to one more question on this page.")
            return Outcome(after, page, page_rows(after, page), told=told)
        if wrong:
            return Outcome(after, page, page_rows(after, page, files.problems, judged=True), wrong=True)
        if adds and page.more:
            return self._to_newest(self.save(with_row(after, page.step)))
        return self._on(after, page)

    def _asked_again(self) -> Outcome:
        """Ask once more for what the page waits for."""
        after = self.save({})
        silent = find_page(after, self.page.step, self.page.row) is not None
        told = _("There is no answer yet. What you typed is kept; come back later.") if silent else ""
        return Outcome(after, first_unanswered(after), told=told)

    def _on(self, after: DraftView, page: Page) -> Outcome:
        return Outcome(after, first_unanswered(after) if self.changing else next_page(after, page))

    def _to_newest(self, after: DraftView) -> Outcome:
        return Outcome(after, [one for one in step_pages(after) if one.step == self.page.step][-1])


def was_answered(draft: DraftView, page: Page) -> bool:
    """Whether somebody was on a page before: blank boxes of one that nobody saw are no mistakes."""
    if page.row is None:
        return any(draft.answers.get(name) is not None for name in page.names)
    rows = draft.answers.get(page.step)
    return isinstance(rows, list) and page.row < len(rows) and bool(rows[page.row])


def _carries_files(rows: tuple[Row, ...]) -> bool:
    """Whether a form of these questions can send files."""
    return any(row.kind in ("file", "list") or _carries_files(row.rows) for row in rows)


def page_context(draft: DraftView, page: Page, rows: tuple[Row, ...]) -> dict[str, Any]:
    """What the page of a step shows, whoever types; its addresses and whose it is are its face's own."""
    pages = step_pages(draft)
    return {
        "draft": draft,
        "page": page,
        "rows": rows,
        "errors": problems(rows),
        "number": pages.index(page) + 1,
        "count": len(pages),
        "waits": fact_told(draft.definition, page.waiting, None, waiting=True) if page.waiting else None,
        "carries": _carries_files(rows),
    }
