"""A case as evidence: kept beyond its time until it is let go, each for a reason that whoever looks it over reads."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.audit import replaying
from uruk.desk.audit.purposes import audit_page
from uruk.desk.audit.replaying import REASON, keep_rows
from uruk.desk.offices import Acting
from uruk.desk.pages import go
from uruk.kernel.api import Actor, CodedError
from uruk.services.api import keep_case, let_case_go
from uruk.ui.api import Problem, Row, blame

_AT: Mapping[str, str] = {"services.reason_missing": REASON}


@audit_page
def keep(request: HttpRequest, office: Acting, auditor: Actor, case_id: UUID) -> HttpResponse:
    """Have the case kept, because it is evidence of something."""
    return _done(request, office, auditor, case_id, keep_case, _("It is kept until somebody lets it go."))


@audit_page
def let_go(request: HttpRequest, office: Acting, auditor: Actor, case_id: UUID) -> HttpResponse:
    """Have the case forgotten again when its time is over."""
    done = _("It is kept no longer than its service says.")
    return _done(request, office, auditor, case_id, let_case_go, done)


def _done(
    request: HttpRequest,
    office: Acting,
    auditor: Actor,
    case: UUID,
    deed: Callable[[Actor, UUID, str], object],
    said: str,
) -> HttpResponse:
    back = office.url("audit-case", case)
    if request.method != "POST":
        return go(request, back)
    try:
        deed(auditor, case, request.POST.get(REASON, ""))
    except CodedError as error:
        if error.code not in _AT:
            return go(request, back, error=error)
        wrong: tuple[tuple[Row, ...], tuple[Problem, ...]] = blame(keep_rows(request.POST), error, _AT)
        return replaying.show_case(request, office, auditor, case, *wrong)
    return go(request, back, done=said)
