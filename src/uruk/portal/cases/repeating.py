"""Rows of a step that is asked as often as the applicant wants: more and fewer, where an officer marked the step."""

from collections.abc import Iterator, Mapping
from typing import Any

from uruk.services.api import CaseView, DraftView, Step
from uruk.ui.api import Page, find_page, service_model, with_row, without_row

# The buttons, whose values are a step and the path of a row; and before a step's name how many rows its form had.
MORE, FEWER, ROWS = "page-more", "page-fewer", "rows-"


def open_steps(found: CaseView) -> frozenset[str]:
    """The steps whose rows may be more or fewer when the answers are given anew."""
    return frozenset(one.name for one in _free(found) if one.name in found.marks)


def as_many(found: CaseView, draft: DraftView, typed: Mapping[str, str]) -> dict[str, Any]:
    """The rows of the open steps, as many as the form had that was sent."""
    return dict(_counted(found, draft, typed))


def asks_for_pages(typed: Mapping[str, str]) -> bool:
    """Whether a row is to be added or taken out, and nothing sent yet."""
    return MORE in typed or FEWER in typed


def with_pages(found: CaseView, draft: DraftView, typed: Mapping[str, str]) -> dict[str, Any]:
    """The answers with the row more, or fewer, that a button asked for."""
    step, _, row = typed.get(FEWER, "").partition(".")
    page = find_page(draft, step, int(row)) if row.isascii() and row.isdigit() and len(row) < 4 else None
    if page is not None and page.fewer and step in open_steps(found):
        return without_row(draft, page)
    step = typed.get(MORE, "")
    return with_row(draft, step) if step in open_steps(found) else {}


def buttons(found: CaseView, page: Page) -> tuple[str, str]:
    """The values of a page's two buttons, for one row more and for this one taken out; empty where it has none."""
    if page.step not in open_steps(found):
        return "", ""
    return page.step if page.more else "", f"{page.step}.{page.row}" if page.fewer else ""


def _counted(found: CaseView, draft: DraftView, typed: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for step in _free(found):
        said = typed.get(f"{ROWS}{step.name}", "")
        if step.name in found.marks and said.isascii() and said.isdigit() and len(said) < 4:
            assert step.repeat is not None, "only such steps are free"
            count, rows = min(int(said), step.repeat.maximum), list(draft.answers.get(step.name) or ())
            yield step.name, [*rows, *({} for _ in range(count - len(rows)))][:count]


def _free(found: CaseView) -> Iterator[Step]:
    steps = service_model(found.definition).steps
    return (one for one in steps if one.repeat is not None and one.repeat.over is None)
