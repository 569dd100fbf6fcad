"""A fee that was paid at the cashier: its receipt's number is recorded, and the case goes on."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.apply.holding import counter_page
from uruk.desk.apply.questions import CASE, NUMBER, RECEIPT, number_rows, receipt_rows
from uruk.desk.offices import Acting
from uruk.desk.pages import go, show, told
from uruk.kernel.api import CodedError, Dinars
from uruk.services.api import FeeDue, fees_due, record_payment
from uruk.ui.api import NO_PROBLEMS, Problem, Row, blame, case_number, reader_language

_AT = {
    "services.case_unknown": NUMBER,
    "services.not_waiting": NUMBER,
    "services.reason_missing": RECEIPT,
}


@dataclass(frozen=True)
class DueTold:
    """A case that waits for its fee, as the clerk sees it."""

    case: str
    number: str
    service: str
    fee: str


@counter_page
def payment(request: HttpRequest, office: Acting) -> HttpResponse:
    """Find the case by its number; then its fee is shown, and the number of the receipt is asked for."""
    typed, rows, errors = request.POST, number_rows(request.POST), NO_PROBLEMS
    if request.method != "POST":
        return _page(request, office, rows, errors)
    try:
        found = fees_due(office.actor, typed.get(NUMBER, ""))
    except CodedError as error:
        rows, errors = blame(rows, error, _AT)
        return _page(request, office, rows, errors)
    chosen = next((one for one in found if str(one.case) == typed.get(CASE)), None)
    if chosen is None or RECEIPT not in typed:
        return _page(request, office, rows, errors, found, receipt_rows(typed))
    try:
        return _record(request, office, chosen)
    except CodedError as error:
        asked, errors = blame(receipt_rows(typed), error, _AT)
        return _page(request, office, rows, errors, found, asked)


def _record(request: HttpRequest, office: Acting, chosen: FeeDue) -> HttpResponse:
    record_payment(office.actor, chosen.case, request.POST[RECEIPT])
    said = _("The payment is recorded with its receipt. The case %(number)s goes on.")
    return go(request, office.url("apply-payment"), done=said % {"number": case_number(chosen.case)})


def _page(
    request: HttpRequest,
    office: Acting,
    rows: tuple[Row, ...],
    errors: tuple[Problem, ...],
    found: tuple[FeeDue, ...] = (),
    asked: tuple[Row, ...] = (),
) -> HttpResponse:
    return show(
        request,
        office,
        "apply/payment",
        title=_("Record a payment"),
        rows=rows,
        errors=errors,
        due=tuple(_due(one) for one in found),
        asked=asked,
        typed=request.POST.get(NUMBER, "")[:40],
    )


def _due(one: FeeDue) -> DueTold:
    fee = "" if one.fee_iqd is None else Dinars(one.fee_iqd).format(reader_language())
    return DueTold(str(one.case), case_number(one.case), told(one.title), fee)
