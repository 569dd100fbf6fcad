"""The pages of a draft: one for each step that is asked; of a repeated step one for each row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from uruk.kernel.api import CodedError
from uruk.services.api import DraftView, Step
from uruk.ui.applying.words import filled, model_of, step_title


@dataclass(frozen=True)
class Page:
    """One page of a form. `row`: of a repeated step which one it is about, from 0; None of a step without rows (yet).

    `names`: the questions that it asks. `waiting`: the fact that it is repeated over and that nobody has told. `more`,
    `fewer`: whether the applicant may add a row, and take this one out. Its words are put together by who reads them:
    many pages are looked at to find the one that is shown.
    """

    step: str
    row: int | None
    names: tuple[str, ...]
    draft: DraftView = field(repr=False, compare=False)
    waiting: str = ""
    more: bool = False
    fewer: bool = False

    @property
    def title(self) -> str:
        """What it is called, of a repeated step with what tells its rows apart."""
        return step_title(self.draft, _step(self.draft, self.step), self.row)

    @property
    def help(self) -> str:
        """What is said below its title."""
        told = self.draft.definition.texts.find(f"steps.{self.step}.help")
        return filled(self.draft, told) if told else ""

    @property
    def path(self) -> str:
        """What stands before its questions in the paths of a draft."""
        return "" if self.row is None else f"{self.step}.{self.row}."

    @property
    def address(self) -> tuple[object, ...]:
        """What its address ends in: the step, and of a repeated one the row."""
        return (self.step,) if self.row is None else (self.step, self.row)


def step_pages(draft: DraftView) -> tuple[Page, ...]:
    """The pages that are asked, in order. A step that has nothing to ask as things stand has none."""
    steps = (step for step in model_of(draft.definition).steps if step.name in draft.asked)
    return tuple(page for step in steps for page in _pages(draft, step))


def find_page(draft: DraftView, step: str, row: int | None = None) -> Page | None:
    """The page of this address; None where it is not asked, or not any more."""
    return next((one for one in step_pages(draft) if (one.step, one.row) == (step, row)), None)


def next_page(draft: DraftView, page: Page) -> Page | None:
    """The page after one, also after one that is not asked any more; None after the last."""
    order = [step.name for step in model_of(draft.definition).steps]
    here = _place(order, page)
    return next((one for one in step_pages(draft) if _place(order, one) > here), None)


def _place(order: Sequence[str], page: Page) -> tuple[int, int]:
    return order.index(page.step), -1 if page.row is None else page.row


def previous_page(draft: DraftView, page: Page) -> Page | None:
    """The page before one; None before the first."""
    pages = step_pages(draft)
    at = pages.index(page) if page in pages else 0
    return pages[at - 1] if at else None


def first_unanswered(draft: DraftView) -> Page | None:
    """The first page where something is wrong or missing, or waited for; None where all is answered."""
    return next((one for one in step_pages(draft) if one.waiting or page_problems(draft, one)), None)


def page_problems(draft: DraftView, page: Page) -> dict[str, CodedError]:
    """What is wrong with the answers of a page, by the path within it."""
    found: dict[str, CodedError] = {}
    for path, error in draft.problems:
        inner = path.removeprefix(page.path)
        if inner.partition(".")[0] in page.names and path.startswith(page.path):
            found.setdefault(inner, error)
    return found


def with_row(draft: DraftView, step: str) -> dict[str, Any]:
    """The answers to keep so that a repeated step has one row more."""
    return {step: [*rows_of(draft, step), {}]}


def without_row(draft: DraftView, page: Page) -> dict[str, Any]:
    """The answers to keep so that the row of a page is gone."""
    return {page.step: [row for at, row in enumerate(rows_of(draft, page.step)) if at != page.row]}


def rows_of(draft: DraftView, step: str) -> list[dict[str, Any]]:
    """The rows of a repeated step as typed, blank ones where nothing was typed yet; no more than there can be."""
    written = draft.answers.get(step)
    rows = [dict(one) if isinstance(one, Mapping) else {} for one in written] if isinstance(written, list) else []
    asked = draft.cleaned.get(step)
    count = len(asked) if isinstance(asked, list) else len(rows)
    return (rows + [{} for _ in range(count - len(rows))])[:count]


def _pages(draft: DraftView, step: Step) -> Iterator[Page]:
    if step.repeat is None:
        names = _asked(draft, step, "")
        if names:
            yield Page(step.name, None, names, draft)
    elif step.repeat.over is None:
        yield from _free(draft, step)
    elif step.name not in draft.about:
        yield Page(step.name, None, (), draft, waiting=step.repeat.over)
    else:
        for at in range(len(draft.about[step.name])):
            names = _asked(draft, step, f"{step.name}.{at}.")
            if names:
                yield Page(step.name, at, names, draft)


def _free(draft: DraftView, step: Step) -> Iterator[Page]:
    """The rows of a step that is asked as often as the applicant wants; a page to begin with where there is none."""
    assert step.repeat is not None, "asked before"
    count = len(rows_of(draft, step.name))
    more = count < step.repeat.maximum
    if not count:
        yield Page(step.name, None, (), draft, more=more)
    for at in range(count):
        names = _asked(draft, step, f"{step.name}.{at}.")
        yield Page(step.name, at, names, draft, more=more and at == count - 1, fewer=count > step.repeat.minimum)


def _asked(draft: DraftView, step: Step, path: str) -> tuple[str, ...]:
    return tuple([one.field.name for one in step.questions if path + one.field.name in draft.questions])


def _step(draft: DraftView, name: str) -> Step:
    return next(step for step in model_of(draft.definition).steps if step.name == name)


def page_of(draft: DraftView, path: str) -> Page | None:
    """The page of the question that a path names."""
    parts = path.split(".")
    if len(parts) > 1 and parts[1].isdigit():
        return find_page(draft, parts[0], int(parts[1]))
    return next((one for one in step_pages(draft) if parts[0] in (*one.names, one.step)), None)
