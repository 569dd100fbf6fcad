"""Why an auditor looks at a case: asked before anything of it is shown, and told to whom it is about."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.offices import Acting
from uruk.desk.pages import DeskView, desk_page, show
from uruk.kernel.api import CodedError
from uruk.people.api import require_right
from uruk.ui.api import Row, case_number, problems, reader_language, with_error

RIGHT = "read-cases"
PURPOSE = "purpose"
MAX_PURPOSE = 200
_KEPT = "audit-purposes"
# So many cases that somebody has open keep their purposes; of older ones it is asked again.
MAX_KEPT = 50
_Page = Callable[..., HttpResponse]


def purpose_rows(typed: str = "") -> tuple[Row, ...]:
    """The question why."""
    hint = _("Such as a complaint's number or an audit plan. The person whom the case is about reads this.")
    attributes = (("dir", "auto"), ("maxlength", str(MAX_PURPOSE)), ("autocomplete", "off"))
    return (Row(PURPOSE, _("Why do you look at it?"), value=typed, hint=hint, attributes=attributes),)


def check_purpose(typed: str) -> str:
    """A purpose as it is kept: ``desk.reason_missing``, ``desk.reason_too_long``."""
    said = typed.strip()
    if not said:
        raise CodedError("desk.reason_missing")
    if len(said) > MAX_PURPOSE:
        raise CodedError("desk.reason_too_long", max=MAX_PURPOSE)
    return said


def remember(request: HttpRequest, case: UUID, purpose: str) -> None:
    """Keep why a case is looked at, for its pages and files in this session."""
    kept = {**request.session.get(_KEPT, {})}
    kept.pop(str(case), None)
    kept[str(case)] = purpose
    request.session[_KEPT] = dict(list(kept.items())[-MAX_KEPT:])


def audit_page(view: _Page) -> DeskView:
    """Make a view of one case's page: it is given the auditor with their purpose, which is asked for first."""

    @wraps(view)
    def page(request: HttpRequest, office: Acting, case_id: UUID, **named: Any) -> HttpResponse:
        require_right(office.actor, RIGHT)
        if request.method == "POST" and PURPOSE in request.POST:
            asked = _asked(request, office, case_id)
            if asked is not None:
                return asked
        purpose = request.session.get(_KEPT, {}).get(str(case_id))
        if purpose is None:
            return _ask(request, office, case_id, purpose_rows())
        return view(request, office, replace(office.actor, purpose=purpose), case_id, **named)

    return desk_page(page)


def _asked(request: HttpRequest, office: Acting, case: UUID) -> HttpResponse | None:
    typed = request.POST[PURPOSE]
    try:
        remember(request, case, check_purpose(typed))
    except CodedError as error:
        return _ask(request, office, case, with_error(purpose_rows(typed), PURPOSE, error.sentence(reader_language())))
    return None


def _ask(request: HttpRequest, office: Acting, case: UUID, rows: tuple[Row, ...]) -> HttpResponse:
    title = _("Case %(number)s") % {"number": case_number(case)}
    return show(request, office, "audit/purpose", title=title, rows=rows, errors=problems(rows))
