"""Answering anew: a case that was sent back, with what an officer marked beside the answers that they marked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from uruk.kernel.api import CodedError
from uruk.people.api import actor_for
from uruk.portal.cases.doing import SEEN
from uruk.portal.cases.repeating import (
    FEWER,
    MORE,
    ROWS,
    as_many,
    asks_for_pages,
    buttons,
    open_steps,
    with_pages,
)
from uruk.portal.cases.telling import case_page
from uruk.services.api import (
    RESUBMIT,
    CaseView,
    DraftView,
    InvalidAnswersError,
    act,
    get_case,
    keep_case_file,
    mended,
    mended_file,
)
from uruk.ui.api import (
    Page,
    Problem,
    Row,
    SentFiles,
    action_told,
    answer_label,
    asks_for_rows,
    case_number,
    download,
    loose_problems,
    page_answers,
    page_rows,
    problems,
    reader_language,
    step_pages,
)

# Before the name of a question for a file: the one that was kept already, which a form brings until it is right.
KEPT = "kept-"
# What names of boxes may begin with, and buttons whose value is a name.
_LEADS, _BUTTONS = ("", "remove-", "pick-"), ("row-add", "row-remove", "link-find")


@dataclass(frozen=True)
class Part:
    """One page of the form among the others. `open`: something on it was marked (`said` of all of it), or is wrong.

    `step`: named by the first page of a step; `more`, `fewer`: what its buttons send, where it has them.
    """

    step: str
    title: str
    rows: tuple[Row, ...]
    said: str
    open: bool
    more: str
    fewer: str


@case_page
def mend(request: HttpRequest, case: UUID, action: str) -> HttpResponse:
    """The answers as one form; what was marked stands open, with what was said of it."""
    actor = actor_for(request)
    found = get_case(actor, case)
    if found.task != "applicant" or action != RESUBMIT or action not in {one.name for one in found.actions}:
        return redirect("portal:case", case)
    draft = mended(actor, case, {})
    if request.method != "POST":
        return _page(request, found, action, draft, judged=False)
    draft, refused = _typed(request, found, draft)
    if asks_for_pages(request.POST):
        draft = mended(actor, case, {**draft.answers, **with_pages(found, draft, request.POST)})
        return _page(request, found, action, draft, judged=False, refused=refused)
    if asks_for_rows(request.POST) or refused or draft.problems:
        return _page(request, found, action, draft, judged=not asks_for_rows(request.POST), refused=refused)
    return _sent(request, found, action, draft)


@case_page
def file(request: HttpRequest, case: UUID, action: str, sha256: str) -> HttpResponse:
    """A file that one of these answers is."""
    return download(mended_file(actor_for(request), case, sha256))


def _sent(request: HttpRequest, found: CaseView, action: str, draft: DraftView) -> HttpResponse:
    typed = request.POST.get(SEEN, "")
    seq = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
    try:
        act(actor_for(request), found.id, seq, action, answers=draft.answers)
    except InvalidAnswersError as error:
        return _page(request, found, action, replace(draft, problems=error.problems), judged=True)
    except CodedError as error:
        sentence = error.sentence(reader_language())
        return _page(request, found, action, draft, judged=True, loose=(sentence,))
    messages.success(request, _("Your answers were sent again. The case goes on."))
    return redirect("portal:case", found.id)


# -- what was typed ----------------------------------------------------------------------------------------------------


def _typed(request: HttpRequest, found: CaseView, draft: DraftView) -> tuple[DraftView, dict[str, CodedError]]:
    """What was typed on every page, laid over the answers; and the files that were not taken, by path."""
    actor, refused = actor_for(request), dict[str, CodedError]()

    def keep(question: str, data: bytes) -> str:
        return keep_case_file(actor, draft.id, question, data)

    draft = mended(actor, draft.id, {**draft.answers, **as_many(found, draft, request.POST)})
    for page in step_pages(draft):
        draft = mended(actor, draft.id, {**draft.answers, **_carried(request, draft, page)})
        own = _own(request.POST, page)
        files = SentFiles(draft, page, own, _own(request.FILES, page), keep)
        draft = mended(actor, draft.id, {**draft.answers, **page_answers(draft, page, own, files)})
        refused |= {f"{page.path}{path}": error for path, error in files.problems.items()}
    return draft, refused


def _own(sent: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """Of all that was sent what belongs to one page, by names within it."""
    found = {}
    for key in sent:
        for lead in _LEADS:
            if key.startswith(lead + page.path):
                found[lead + key[len(lead + page.path) :]] = sent[key]
        if key in _BUTTONS and sent[key].startswith(page.path):
            found[key] = sent[key][len(page.path) :]
    return found


def _carried(request: HttpRequest, draft: DraftView, page: Page) -> dict[str, Any]:
    """The files of a page that were kept when the form was sent before; one that is not of this case is none."""
    given = {name: request.POST.get(f"{KEPT}{page.path}{name}", "") for name in page.names}
    kept = {name: one for name, one in given.items() if one and _is_kept(request, draft, one)}
    if page.row is None:
        return kept
    rows = list(draft.answers.get(page.step) or ())
    if not kept or page.row >= len(rows):
        return {}
    return {page.step: [*rows[: page.row], {**rows[page.row], **kept}, *rows[page.row + 1 :]]}


def _is_kept(request: HttpRequest, draft: DraftView, sha256: str) -> bool:
    try:
        mended_file(actor_for(request), draft.id, sha256)
    except CodedError:
        return False
    return True


# -- as a form ---------------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    found: CaseView,
    action: str,
    draft: DraftView,
    *,
    judged: bool,
    refused: Mapping[str, CodedError] | None = None,
    loose: tuple[str, ...] = (),
) -> HttpResponse:
    parts = tuple(_part(found, draft, page, judged=judged, refused=refused or {}) for page in step_pages(draft))
    sentences = (*loose, *(loose_problems(draft) if judged else ()))
    errors = (*problems(tuple(row for part in parts for row in part.rows)), *(Problem(one) for one in sentences))
    context = {
        "found": found,
        "title": found.definition.title.get(reader_language()),
        "number": case_number(found.id),
        "button": action_told(found.definition, action),
        "parts": parts,
        "marks": tuple((answer_label(found.definition, path), path, said) for path, said in found.marks.items()),
        "errors": errors,
        "kept_name": KEPT,
        "counted": tuple((f"{ROWS}{one}", len(draft.answers.get(one) or ())) for one in sorted(open_steps(found))),
        "more_name": MORE,
        "fewer_name": FEWER,
        "seen_name": SEEN,
    }
    return render(request, "portal/cases/again.html", context, status=422 if errors else 200)


def _part(found: CaseView, draft: DraftView, page: Page, *, judged: bool, refused: Mapping[str, CodedError]) -> Part:
    """One page with its questions under their whole paths, what was marked beside them."""
    inner = {path[len(page.path) :]: error for path, error in refused.items() if path.startswith(page.path)}
    rows = tuple(_under(page.path, row) for row in page_rows(draft, page, inner, judged=judged))
    marked = tuple(_marked(found.marks, row) for row in rows)
    # Of a repeated step the first page says what was said of all of them.
    step = page.step if not page.row else ""
    said = found.marks.get(step, "")
    is_open = bool(said) or marked != rows or bool(problems(marked))
    return Part(step, page.title, marked, said, is_open, *buttons(found, page))


def _under(path: str, row: Row) -> Row:
    return replace(row, name=f"{path}{row.name}", rows=tuple(_under(path, one) for one in row.rows))


def _marked(marks: Mapping[str, str], row: Row) -> Row:
    """A question with what an officer said of its answer, or of a part of it."""
    said = [words for path, words in marks.items() if path == row.name or path.startswith(f"{row.name}.")]
    if not said:
        return row
    told = _("An officer said: %(said)s") % {"said": " ".join(said)}
    return replace(row, hint=f"{told} {row.hint}".strip())
