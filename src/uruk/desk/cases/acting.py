"""What an officer does with a case: its state's actions with fields and marks, a question, a review, a wait's end."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.cases import case as pages
from uruk.desk.cases.answers import Section, sections
from uruk.desk.cases.overtaking import OVERTAKEN, case_page, overtaken, seq_of, tell_since
from uruk.desk.cases.seconding import look_over, propose
from uruk.desk.offices import Acting
from uruk.desk.pages import desk_page, go, show
from uruk.desk.questions import plain_rows
from uruk.kernel.api import CodedError
from uruk.services.api import (
    ActionView,
    CaseView,
    InvalidAnswersError,
    act,
    ask_applicant,
    get_case,
    keep_action_file,
    review,
    settle_wait,
)
from uruk.ui.api import (
    Problem,
    Row,
    Said,
    action_told,
    asks_for_rows,
    problems,
    reader_language,
    said_rows,
    said_with,
    section_title,
    service_model,
    with_error,
)

MARK = "mark-"
QUESTION = "question"


@desk_page
def action(request: HttpRequest, office: Acting, case_id: UUID, action: str) -> HttpResponse:
    """The page of an action: its fields, its marks, and where two decide the passkey; a press does what needs none."""
    try:
        found = get_case(office.actor, case_id)
        chosen = _find(found, action)
        if request.method != "POST":
            return _form(request, office, found, chosen, Said())
        return _sent(request, office, found, chosen)
    except CodedError as error:
        if error.code not in OVERTAKEN:
            raise
        # The same press twice is one deed: the door knows it again, whatever the case says now.
        return _again(request, office, case_id, action, error)


def _again(request: HttpRequest, office: Acting, case_id: UUID, name: str, error: CodedError) -> HttpResponse:
    seq = seq_of(request)
    if request.method == "POST" and seq:
        try:
            done = act(office.actor, case_id, seq, name)
        except CodedError:
            return overtaken(request, office, case_id, seq, error)
        return _done(request, office, done, name)
    return overtaken(request, office, case_id, seq, error)


def _find(found: CaseView, name: str) -> ActionView:
    chosen = next((one for one in found.actions if one.name == name), None)
    if chosen is None:
        raise CodedError("desk.action_unknown")
    if not found.given:
        raise CodedError("desk.case_not_given")
    return chosen


def _sent(request: HttpRequest, office: Acting, found: CaseView, chosen: ActionView) -> HttpResponse:
    said, marks = _said(request, office, found, chosen), _marks(request)
    if asks_for_rows(request.POST) or said.problems:
        return _form(request, office, found, chosen, said, marks)
    try:
        return _do(request, office, found, chosen, said, marks)
    except InvalidAnswersError as error:
        return _form(request, office, found, chosen, said, marks, dict(error.problems))
    except CodedError as error:
        if error.code == "services.case_moved":
            return _anew(request, office, found, chosen, said, marks, error)
        if error.code in OVERTAKEN or error.code.partition(".")[0] != "services":
            raise
        return _form(request, office, found, chosen, said, marks, {"": error})


def _do(
    request: HttpRequest, office: Acting, found: CaseView, chosen: ActionView, said: Said, marks: Mapping[str, str]
) -> HttpResponse:
    """Do it at once, or where two decide look it over first and propose it then."""
    if chosen.second is None:
        done = act(office.actor, found.id, seq_of(request), chosen.name, said.values, marks=marks)
        return _done(request, office, done, chosen.name)
    if "passkey" in request.POST:
        return propose(request, office, found, chosen, said, marks)
    return look_over(request, office, found, chosen, said, marks)


def _anew(
    request: HttpRequest,
    office: Acting,
    found: CaseView,
    chosen: ActionView,
    said: Said,
    marks: Mapping[str, str],
    error: CodedError,
) -> HttpResponse:
    """The case moved while something was typed: where that may be done still, it stands there again with what came."""
    now = get_case(office.actor, found.id)
    still = next((one for one in now.actions if one.name == chosen.name), None)
    if still is None or not now.given or not (said.values or marks):
        raise error
    tell_since(request, office, found.id, seq_of(request))
    return _form(request, office, now, still, said, marks, {"": error}, now.seq)


def _said(request: HttpRequest, office: Acting, found: CaseView, chosen: ActionView) -> Said:
    """What was typed, and the files that came with it, which the form carries until it is right."""

    def keep(field: str, data: bytes) -> str:
        return keep_action_file(office.actor, found.id, chosen.name, field, data)

    return said_with(request, chosen, keep, f"{found.id}:{chosen.name}:{office.actor.person}")


def _done(request: HttpRequest, office: Acting, done: CaseView, name: str) -> HttpResponse:
    told = _("Done: %(action)s. The receipt stands with the case.")
    return go(request, office.url("cases"), done=told % {"action": action_told(done.definition, name)})


def _form(
    request: HttpRequest,
    office: Acting,
    found: CaseView,
    chosen: ActionView,
    said: Said,
    marks: Mapping[str, str] | None = None,
    wrong: Mapping[str, CodedError] | None = None,
    seq: int = 0,
) -> HttpResponse:
    rows = said_rows(found.definition, chosen, said, wrong or {})
    whole = tuple(Problem(one.sentence(reader_language())) for path, one in (wrong or {}).items() if not path)
    return show(
        request,
        office,
        "cases/action",
        **pages.heading(office, found),
        doing=action_told(found.definition, chosen.name),
        rows=rows,
        carried=said.carried,
        marking=_marking(found, marks or {}) if chosen.marks else (),
        faults=_text(found, f"fields.{chosen.marks}") if chosen.marks else "",
        second=chosen.second,
        seq=seq or seq_of(request) or found.seq,
        errors=(*problems(rows), *whole),
    )


def _text(found: CaseView, path: str) -> str:
    told = found.definition.texts.find(path)
    return "" if told is None else told.get(reader_language())


def _marking(found: CaseView, marks: Mapping[str, str]) -> tuple[tuple[Section, tuple[Row, ...]], ...]:
    """Every answer with a box for what is wrong with it; what is left blank is right."""
    answered = tuple((section, tuple(_mark(line, marks) for line in section.lines)) for section in sections(found))
    return (*answered, *_marking_pages(found, marks))


def _marking_pages(found: CaseView, marks: Mapping[str, str]) -> Iterator[tuple[Section, tuple[Row, ...]]]:
    """A box for each step that is asked as often as the applicant wants: one is missing, or one is too many."""
    hint = _("Where one is missing or too many: the applicant may then add some and take some out.")
    for step in service_model(found.definition).steps:
        if step.repeat is not None and step.repeat.over is None and step.name in found.answers:
            title = section_title(found.definition, step)
            label = _("All of them: %(title)s") % {"title": title}
            dir_auto = (("dir", "auto"),)
            row = Row(f"{MARK}{step.name}", label, value=marks.get(step.name, ""), hint=hint, attributes=dir_auto)
            yield Section(title, ()), (row,)


def _mark(line: Any, marks: Mapping[str, str]) -> Row:
    hint = _("Answered: %(value)s") % {"value": line.value}
    dir_auto = (("dir", "auto"),)
    return Row(f"{MARK}{line.path}", line.label, value=marks.get(line.path, ""), hint=hint, attributes=dir_auto)


def _marks(request: HttpRequest) -> dict[str, str]:
    found = {name.removeprefix(MARK): one.strip() for name, one in request.POST.items() if name.startswith(MARK)}
    return {path: said for path, said in found.items() if said}


# -- questions, reviews, waits -----------------------------------------------------------------------------------------


@case_page
def ask(request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """Ask the applicant something: until they answer nobody has the case."""
    found = get_case(office.actor, case_id)
    if not found.given:
        raise CodedError("desk.case_not_given")
    if request.method != "POST":
        return _asking(request, office, found, "")
    typed = request.POST.get(QUESTION, "")
    try:
        ask_applicant(office.actor, case_id, seq_of(request), typed)
    except CodedError as error:
        if error.code != "services.reason_missing":
            raise
        return _asking(request, office, found, typed, error)
    return go(request, office.url("cases"), done=_("Asked. The case waits for the applicant's answer."))


def _asking(
    request: HttpRequest, office: Acting, found: CaseView, typed: str, error: CodedError | None = None
) -> HttpResponse:
    hint = _(
        "The applicant reads this and answers in words of their own. What must be mended in the form is sent back."
    )
    rows = plain_rows(QUESTION, _("What do you ask?"), typed, hint)
    if error is not None:
        rows = with_error(rows, QUESTION, error.sentence(reader_language()))
    heading = pages.heading(office, found)
    told = {"doing": _("Ask the applicant"), "rows": rows, "errors": problems(rows)}
    return show(request, office, "cases/action", **heading, **told, seq=seq_of(request) or found.seq)


@case_page
def give_review(request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """Say what one's office thinks of a case."""
    if request.method != "POST":
        return go(request, office.url("case", case_id))
    rows = pages.review_rows(request.POST)
    try:
        if request.POST.get(pages.AGREES) not in {"yes", "no"}:
            raise CodedError("desk.choice_missing")
        review(office.actor, case_id, request.POST[pages.AGREES] == "yes", request.POST.get(pages.REASON, ""))
    except CodedError as error:
        return _refused(request, office, case_id, error, "review", rows, pages.AGREES)
    return go(request, office.url("cases"), done=_("Said. The receipt stands with the case."))


@case_page
def settle(request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """Decide what becomes of a wait that nobody answered in time."""
    if request.method != "POST":
        return go(request, office.url("case", case_id))
    rows = pages.settle_rows(get_case(office.actor, case_id), request.POST)
    try:
        if not request.POST.get(pages.OUTCOME):
            raise CodedError("desk.choice_missing")
        settle_wait(office.actor, case_id, request.POST[pages.OUTCOME], request.POST.get(pages.REASON, ""))
    except CodedError as error:
        return _refused(request, office, case_id, error, "settle", rows, pages.OUTCOME)
    return go(request, office.url("cases"), done=_("Decided. The receipt stands with the case."))


def _refused(
    request: HttpRequest,
    office: Acting,
    case_id: UUID,
    error: CodedError,
    form: str,
    rows: tuple[Row, ...],
    choice: str,
) -> HttpResponse:
    """A form of the case's page with its error at the question."""
    places = {"desk.choice_missing": choice, "services.reason_missing": pages.REASON}
    if error.code not in places:
        raise error
    rows = with_error(rows, places[error.code], error.sentence(reader_language()))
    return pages.show_case(request, office, get_case(office.actor, case_id), {form: rows}, problems(rows))
