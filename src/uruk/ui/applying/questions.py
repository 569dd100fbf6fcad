"""One page as a form: its questions, what was typed there as answers, what is wrong with them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from uruk.definitions.api import Field, Fields, Texts
from uruk.kernel.api import CodedError, local_digits
from uruk.publishing.api import country
from uruk.services.api import DraftView, Question
from uruk.ui.applying.pages import Page, page_problems, rows_of
from uruk.ui.applying.words import model_of, service_texts
from uruk.ui.fields import Catalogues, form_rows
from uruk.ui.language import reader_language
from uruk.ui.rows import Row
from uruk.ui.shown import shown
from uruk.ui.typed import FileOf, form_values

REMOVE = "remove-"
_NO_TEXTS = Texts({})
_NO_PROBLEMS: Mapping[str, CodedError] = {}
# Keeps a file that was sent for a question; its digest. Errors: what the door says is wrong with it.
KeepFile = Callable[[str, bytes], str]


def page_fields(draft: DraftView, page: Page) -> Fields:
    """The questions of a page as fields, with the bounds that hold for this applicant."""
    return Fields(tuple(draft.questions[page.path + name] for name in page.names))


def page_rows(
    draft: DraftView, page: Page, refused: Mapping[str, CodedError] = _NO_PROBLEMS, *, judged: bool = False
) -> tuple[Row, ...]:
    """The questions of a page as rows of a form, filled with what was typed before.

    `judged`: whether what is wrong with it is told. `refused`: what is wrong beside that, by path within the page (a
    file that was not kept).
    """
    values = rows_of(draft, page.step)[page.row] if page.row is not None else draft.answers
    problems = {**(page_problems(draft, page) if judged else {}), **refused}
    fields, texts = page_fields(draft, page), service_texts(draft.definition)
    rows = form_rows(fields, texts, _catalogues(fields), values, problems, nested_files=True)
    asked = {one.field.name: one for step in model_of(draft.definition).steps for one in step.questions}
    return tuple(_hinted(row, asked[row.name], field) for row, field in zip(rows, fields, strict=True))


def _catalogues(fields: Fields) -> Catalogues:
    """The catalogues that questions may take their choices from; a page of plain boxes asks for no country."""
    return country().shared.catalogues if any(one.options or one.is_parts for one in fields) else {}


def page_answers(
    draft: DraftView, page: Page, typed: Mapping[str, str], file_of: FileOf | None = None
) -> dict[str, Any]:
    """What was typed on a page as the answers that `save_draft` keeps: a blank box takes its answer away.

    `file_of`: of a question for a file the digest, by its path within the page.
    """
    fields = page_fields(draft, page)
    # A box that is not ticked is not sent: of a declaration that says no.
    unsaid = {one.name: "no" for one in fields if one.type == "declaration"}
    found = unsaid | form_values(fields, typed, "", file_of)
    if page.row is None:
        return {name: found.get(name) for name in page.names}
    rows = rows_of(draft, page.step)
    kept = {name: value for name, value in rows[page.row].items() if name not in page.names}
    return {page.step: [*rows[: page.row], kept | found, *rows[page.row + 1 :]]}


class SentFiles:
    """The files that a page sent: each is kept at once, beside what was kept before; what is refused is told."""

    def __init__(
        self, draft: DraftView, page: Page, typed: Mapping[str, str], sent: Mapping[str, Any], keep: KeepFile
    ) -> None:
        self._typed, self._sent, self._keep = typed, sent, keep
        self._before = rows_of(draft, page.step)[page.row] if page.row is not None else draft.answers
        self.problems: dict[str, CodedError] = {}

    def __call__(self, path: str) -> str | None:
        """The digest of the file at a path within the page, as it is from now on."""
        if path in self._sent:
            try:
                return self._keep(path.rpartition(".")[2], self._sent[path].read())
            except CodedError as error:
                self.problems[path] = error
        return None if f"{REMOVE}{path}" in self._typed else _at(self._before, path)


def follow_up(before: DraftView, after: DraftView, page: Page) -> tuple[str, ...]:
    """The questions of a page that what was answered there has led to: nobody could answer them before."""
    steps = model_of(after.definition).steps
    names = (one.field.name for step in steps if step.name == page.step for one in step.questions)
    return tuple(
        name for name in names if page.path + name in after.questions and page.path + name not in before.questions
    )


def _at(values: object, path: str) -> str | None:
    found = values
    for part in path.split("."):
        if isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else None


def _hinted(row: Row, question: Question, field: Field) -> Row:
    """A question with what it takes, so that nobody finds out by being refused."""
    hint = file_hint(row, question) if row.kind == "file" else row.hint
    said = [hint, _bounds(field, reader_language()) if field.type in {"integer", "money"} else ""]
    value = "" if row.kind == "checkbox" and row.value == "no" else row.value
    return replace(row, hint=" ".join(one for one in said if one), value=value)


def file_hint(row: Row, question: Question) -> str:
    """The hint of a question for a file, with what it takes, and whether one is there."""
    types = " / ".join(one.upper() for one in question.media)
    takes = _("%(types)s, at most %(kib)s KiB.") % {"types": types, "kib": question.max_kib}
    kept = _("A file is attached. Another one takes its place.") if row.value else ""
    return " ".join(one for one in (row.hint, takes, kept) if one)


@lru_cache(maxsize=1024)
def _bounds(field: Field, _language: str) -> str:
    """Between what a number must lie; the same for whoever reads one language, and each page says it ten times."""
    least, most = (None if one is None else _bound(field, one) for one in (field.minimum, field.maximum))
    if least is not None and most is not None:
        bare = _bare(field, field.minimum)
        return _("From %(least)s to %(most)s.") % {"least": bare, "most": most}
    if least is not None:
        return _("At least %(least)s.") % {"least": least}
    return "" if most is None else _("At most %(most)s.") % {"most": most}


def _bare(field: Field, bound: int | None) -> str:
    """A bound whose unit stands at the other one."""
    if field.entry is not None and bound is not None:
        return local_digits(field.entry.typed(bound), reader_language())
    return _bound(replace(field, unit=None), bound)


def _bound(field: Field, bound: int | None) -> str:
    return shown(field, bound, _NO_TEXTS, {})
