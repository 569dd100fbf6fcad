"""All answers on one page, what the state knows already, and submitting; then the receipt for that."""

from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from uruk.kernel.api import CodedError
from uruk.people.api import actor_for, signed_in_person
from uruk.portal.services import telling
from uruk.portal.services.addresses import address
from uruk.portal.services.holding import draft_page, held_draft, let_go, token_of
from uruk.services.api import DraftView, discard_draft, get_case, missing_assurance, submit_draft
from uruk.ui.api import (
    Problem,
    answer_label,
    answers_sketch,
    case_number,
    draft_summary,
    facts_told,
    first_unanswered,
    institution_name,
    loose_problems,
    moment,
    reader_language,
)

# The act of a case that is its submission.
_SUBMISSION = 1


@draft_page
def summary(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Everything that is asked and answered; submitting."""
    found = held_draft(request, draft)
    if request.method != "POST":
        return _page(request, found)
    if signed_in_person(request) is None:
        return _to_sign_in(found)
    try:
        done = submit_draft(actor_for(request), draft, token=token_of(request, draft))
    except CodedError as error:
        if error.code == "services.draft_unknown":
            raise
        return _page(request, found, error)
    return let_go(request, redirect("portal:submitted", done.case), draft)


@draft_page
def submitted(request: HttpRequest, draft: UUID) -> HttpResponse:
    """What was submitted, its number, and the receipt."""
    case = get_case(actor_for(request), draft)
    context = {
        "case": case,
        "number": case_number(case.id),
        "service": telling.title(case.definition),
        "holder": institution_name(case.institution),
        "when": moment(case.submitted_at),
        "told": case.told.get(reader_language()),
        "act": _SUBMISSION,
    }
    return render(request, "portal/services/submitted.html", context)


@draft_page
def discard(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Delete a draft, once it was said again that this is meant."""
    found = held_draft(request, draft)
    if request.method != "POST":
        context = {"draft": found, "service": telling.title(found.definition)}
        return render(request, "portal/services/discard.html", context)
    discard_draft(actor_for(request), draft, token_of(request, draft))
    messages.success(request, _("What you had typed is deleted."))
    return let_go(request, redirect("portal:service", found.institution, found.service), draft)


def _to_sign_in(draft: DraftView) -> HttpResponse:
    here = reverse("portal:application", args=[draft.id])
    return redirect(f"{reverse('portal:sign-in')}?{urlencode({'next': here})}")


def _page(request: HttpRequest, draft: DraftView, error: CodedError | None = None) -> HttpResponse:
    actor, language = actor_for(request), reader_language()
    lacking = missing_assurance(actor, draft.institution, draft.service) if actor.person is not None else None
    errors = [Problem(error.sentence(language))] if error is not None else []
    url, unanswered = partial(_file_url, draft.id), first_unanswered(draft)
    context = {
        "draft": draft,
        "service": telling.title(draft.definition),
        "holder": institution_name(draft.institution),
        "sections": tuple((one, address(draft.id, one.page)) for one in draft_summary(draft, url)),
        "sketch": answers_sketch(draft.definition, draft.cleaned),
        "loose": loose_problems(draft),
        "facts": facts_told(draft),
        "unanswered": address(draft.id, unanswered) if unanswered else "",
        "ready": not draft.problems and not draft.waiting,
        "signed_in": actor.person is not None,
        "sign_in": f"{reverse('portal:sign-in')}?{urlencode({'next': request.path})}",
        "lacking": lacking.sentence(language) if lacking else "",
        "came": tuple(answer_label(draft.definition, one) for one in draft.came),
        "went": len(draft.went),
        "errors": errors,
    }
    return render(request, "portal/services/summary.html", context, status=422 if errors else 200)


def _file_url(draft: UUID, sha256: str) -> str:
    return reverse("portal:application-file", args=[draft, sha256])
