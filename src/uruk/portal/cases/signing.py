"""Signing as well: somebody else's application names me, and I sign it or decline."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from uruk.people.api import actor_for
from uruk.portal.cases.telling import case_page
from uruk.services.api import cosign, get_cosignature
from uruk.ui.api import answers_told, article_told, case_number, institution_name, reader_language

ANSWER = "signs"


@case_page
def signature(request: HttpRequest, case: UUID) -> HttpResponse:
    """What I am asked to sign, and my answer to that."""
    actor = actor_for(request)
    found = get_cosignature(actor, case)
    answer = request.POST.get(ANSWER)
    if request.method == "POST" and answer in {"yes", "no"}:
        cosign(actor, case, signs=answer == "yes")
        messages.success(request, _("You signed.") if answer == "yes" else _("You declined to sign."))
        return redirect("portal:cases")
    context = {
        "found": found,
        "title": found.definition.title.get(reader_language()),
        "number": case_number(found.case),
        "holder": institution_name(found.institution),
        "applicant": found.applicant.get("number", ""),
        "sections": answers_told(found.definition, found.answers),
        "article": article_told(found.article, found.law),
        "answer_name": ANSWER,
    }
    return render(request, "portal/cases/signature.html", context)
