"""What I may do with my case: an action of its state, an appeal, a dispute, the answer to a question."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from uruk.kernel.api import CodedError
from uruk.people.api import actor_for
from uruk.portal.cases.telling import case_page
from uruk.services.api import (
    ActionView,
    CaseView,
    InvalidAnswersError,
    act,
    answer_question,
    appeal,
    dispute_fact,
    get_case,
    keep_action_file,
)
from uruk.ui.api import (
    NO_PROBLEMS,
    Problem,
    Row,
    Said,
    action_told,
    blame,
    case_number,
    day,
    fact_title,
    fact_told,
    problems,
    reader_language,
    require_answers,
    said_rows,
    said_with,
    service_model,
)

REASON, SEEN = "reason", "seen"
_PLACES = {"services.reason_missing": REASON}


@case_page
def answer(request: HttpRequest, case: UUID) -> HttpResponse:
    """Answer what an officer asked me."""
    found = get_case(actor_for(request), case)
    asked = next((one for one in found.past.questions if one.open), None)
    if asked is None:
        return redirect("portal:case", case)

    def deed(said: str) -> None:
        answer_question(actor_for(request), case, said)

    words = {
        "heading": _("Answer the question"),
        "quoted": asked.question,
        "label": _("Your answer"),
        "button": _("Send the answer"),
        "done": _("Your answer was sent. The case goes on."),
    }
    return _say(request, found, words, deed)


@case_page
def object_to(request: HttpRequest, case: UUID) -> HttpResponse:
    """Appeal against a refusal, as long as there is time."""
    found = get_case(actor_for(request), case)
    last = found.decision.appeal_until if found.decision else None
    if last is None and request.method != "POST":
        return redirect("portal:case", case)

    def deed(said: str) -> None:
        appeal(actor_for(request), case, said)

    until = _("Another officer looks at it again. You may appeal until %(day)s.")
    words = {
        "heading": _("Appeal"),
        "lead": until % {"day": day(last)} if last else "",
        "label": _("Why is the decision wrong?"),
        "button": _("Hand in the appeal"),
        "done": _("Your appeal was handed in."),
    }
    return _say(request, found, words, deed)


@case_page
def dispute(request: HttpRequest, case: UUID, fact: str) -> HttpResponse:
    """Say that something that the state knows is wrong."""
    found = get_case(actor_for(request), case)
    if fact not in found.facts:
        return redirect("portal:case", case)

    def deed(said: str) -> None:
        dispute_fact(actor_for(request), case, fact, said)

    words = {
        "heading": _("Say that this is wrong"),
        "lead": fact_title(found.definition, fact),
        "label": _("What is wrong with it?"),
        "value": found.disputes.get(fact, ""),
        "button": _("Send it"),
        "done": _("Whoever decides sees beside it what you said. To have the record itself corrected, open it."),
    }
    return _say(request, found, words, deed, told=fact_told(found.definition, fact, found.facts[fact]))


@case_page
def do(request: HttpRequest, case: UUID, action: str) -> HttpResponse:
    """Do an action of the state that the case is in, such as withdrawing it."""
    found = get_case(actor_for(request), case)
    chosen = next((one for one in found.actions if one.name == action), None)
    if chosen is None:
        return redirect("portal:case", case)
    said = _said(request, found, chosen)
    rows = said_rows(found.definition, chosen, said)
    errors = problems(rows) if said.problems else NO_PROBLEMS
    if request.method == "POST" and not said.problems:
        try:
            act(actor_for(request), case, _seen(request), action, said.values)
        except InvalidAnswersError as error:
            rows = said_rows(found.definition, chosen, said, dict(error.problems))
            errors = problems(rows)
        except CodedError as error:
            errors = (Problem(error.sentence(reader_language())),)
        else:
            messages.success(request, _("Done."))
            return redirect("portal:case", case)
    words = {
        "heading": action_told(found.definition, action),
        "lead": _("The case ends by this and cannot be taken up again.") if _gives_up(found, chosen) else "",
        "button": action_told(found.definition, action),
    }
    return _form(request, found, words, rows, errors, danger=_gives_up(found, chosen), carried=said.carried)


def _gives_up(found: CaseView, chosen: ActionView) -> bool:
    """Whether the case ends by this without what was asked for; who takes what is granted is not warned."""
    return service_model(found.definition).states[chosen.to].closed not in {None, "granted"}


def _said(request: HttpRequest, found: CaseView, chosen: ActionView) -> Said:
    actor = actor_for(request)

    def keep(field: str, data: bytes) -> str:
        return keep_action_file(actor, found.id, chosen.name, field, data)

    return said_with(request, chosen, keep, f"{found.id}:{chosen.name}:{actor.person}")


def _seen(request: HttpRequest) -> int:
    """How many acts there were when the page was shown."""
    typed = request.POST.get(SEEN, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


# -- one thing to be said ----------------------------------------------------------------------------------------------


def _say(
    request: HttpRequest, found: CaseView, words: dict[str, str], deed: Callable[[str], None], **more: object
) -> HttpResponse:
    """A page with one box; what is sent is done, and the case is shown again."""
    value, attributes = request.POST.get(REASON, words.get("value", "")), (("dir", "auto"),)
    rows: tuple[Row, ...] = (Row(REASON, words["label"], "textarea", value=value, attributes=attributes),)
    errors = NO_PROBLEMS
    if request.method == "POST":
        try:
            require_answers(request.POST, REASON)
            deed(request.POST[REASON])
        except CodedError as error:
            rows, errors = blame(rows, error, _PLACES)
        else:
            messages.success(request, words["done"])
            return redirect("portal:case", found.id)
    return _form(request, found, words, rows, errors, **more)


def _form(
    request: HttpRequest,
    found: CaseView,
    words: dict[str, str],
    rows: tuple[Row, ...],
    errors: tuple[Problem, ...],
    **more: object,
) -> HttpResponse:
    context = {
        "found": found,
        "title": found.definition.title.get(reader_language()),
        "number": case_number(found.id),
        "words": words,
        "rows": rows,
        "errors": errors,
        "seen_name": SEEN,
        **more,
    }
    return render(request, "portal/cases/say.html", context, status=422 if errors else 200)
