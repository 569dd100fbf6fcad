"""One act of my case with its proof: the receipt is checked just now, and is mine to take along."""

import json
from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from uruk.kernel.api import local_digits
from uruk.people.api import actor_for
from uruk.portal.cases.telling import case_page
from uruk.portal.readings import grade_told
from uruk.services.api import OpenedAct, case_proof, get_case
from uruk.ui.api import Fact, case_number, download, moment, past_told, reader_language


@case_page
def act(request: HttpRequest, case: UUID, seq: int) -> HttpResponse:
    """What the receipt of one act proves."""
    actor = actor_for(request)
    found, opened = get_case(actor, case), case_proof(actor, case, seq)
    done = next(one for one in found.past.acts if one.seq == seq)
    problem = opened.proof.problem
    context = {
        "found": found,
        "title": found.definition.title.get(reader_language()),
        "number": case_number(found.id),
        "what": past_told(found, done, own=True),
        "seq": seq,
        "facts": _facts(opened),
        "problem": problem.sentence(reader_language()) if problem else "",
        "content": json.dumps(json.loads(opened.content), ensure_ascii=False, indent=1),
    }
    return render(request, "portal/cases/act.html", context)


@case_page
def receipt_file(request: HttpRequest, case: UUID, seq: int) -> HttpResponse:
    """The receipt of an act, as a file that `uruk verify` reads."""
    opened = case_proof(actor_for(request), case, seq)
    return download(opened.proof.receipt.encode(), "application/json", f"{case}-{seq}.receipt.json")


@case_page
def content_file(request: HttpRequest, case: UUID, seq: int) -> HttpResponse:
    """What an act says, with the salt that leads from it to the digest in the receipt."""
    opened = case_proof(actor_for(request), case, seq)
    said = json.dumps({"salt": opened.salt, "content": opened.content}, ensure_ascii=False)
    return download(said.encode(), "application/json", f"{case}-{seq}.content.json")


def _facts(opened: OpenedAct) -> tuple[Fact, ...]:
    proves = opened.proof.verified
    if proves is None:
        return ()
    return (
        Fact(_("When"), moment(datetime.fromtimestamp(proves.statement.time, UTC))),
        Fact(_("Log"), proves.origin),
        Fact(_("Number in the log"), local_digits(str(proves.index), reader_language())),
        Fact(_("Proof"), grade_told(proves.grade)),
        Fact(_("Signed by"), _("Two officers") if proves.two_persons else _("The institution's node")),
    )
