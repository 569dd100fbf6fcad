"""A service in numbers about nobody: where cases stand, how long they took, why they were refused; also as a file."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from uruk.desk.owning.owned import Owned, owner_page, party_names, show_owned
from uruk.desk.owning.tables import digits
from uruk.kernel.api import CodedError, local_digits
from uruk.registries.api import BOM, Counted, csv_line
from uruk.services.api import Lasted, Period, ServiceNumbers, Why, reason_told, service_numbers, tell_flow, this_year
from uruk.ui.api import Choice, Fact, Problem, Row, Table, TableRow, download, reader_language

MONTHS, HOURS_OF_A_DAY, HOURS_OF_TWO_DAYS = 12, 24, 48
FIRST, LAST = "since", "until"
_YEARS = 6


@owner_page
def numbers(request: HttpRequest, owned: Owned) -> HttpResponse:
    """The numbers of some months: of this year, unless others are asked for."""
    problems: tuple[Problem, ...] = ()
    try:
        period = _asked(request)
    except CodedError as error:
        period, problems = this_year(), (Problem(error.sentence(reader_language()), f"field-{FIRST}"),)
    found = service_numbers(owned.office.actor, owned.office.institution, owned.code, period)
    return show_owned(
        request,
        owned,
        "numbers",
        title=_("Numbers: %(service)s") % {"service": owned.title},
        status=422 if problems else 200,
        errors=problems,
        rows=_form(period),
        tables=_tables(owned, found),
        lasted=_lasted(found.lasted),
        few=any(one.total is None for one in (found.states, found.arrived, found.ended, found.reasons)),
        file_url=f"{owned.url('numbers-file')}?{FIRST}={_written(period.first)}&{LAST}={_written(period.last)}",
    )


@owner_page
def numbers_file(request: HttpRequest, owned: Owned) -> HttpResponse:
    """The same as a file of comma-separated values."""
    found = service_numbers(owned.office.actor, owned.office.institution, owned.code, _asked(request))
    data = BOM.encode() + b"".join(_lines(owned, found))
    return download(data, "text/csv; charset=utf-8", f"{owned.code}-numbers.csv")


def _lines(owned: Owned, found: ServiceNumbers) -> Iterator[bytes]:
    yield csv_line((_("Numbers"), _("What"), _("Cases")))
    for caption, named, counted in _parts(owned, found):
        for name, count in named:
            yield csv_line((caption, name, count))
        if counted.others:
            yield csv_line((caption, _others(), counted.others))
    if found.lasted:
        yield csv_line((_("How long cases took, in hours"), _("Half of them at most"), found.lasted.median_h))
        yield csv_line((_("How long cases took, in hours"), _("Nine of ten at most"), found.lasted.ninth_decile_h))


# -- the period --------------------------------------------------------------------------------------------------------


def _asked(request: HttpRequest) -> Period:
    """The months that the address names. Errors: ``services.period_wrong``."""
    usual = this_year()
    first, last = (
        _month(request.GET.get(name, ""), otherwise) for name, otherwise in ((FIRST, usual.first), (LAST, usual.last))
    )
    return Period.of(first, last)


def _month(written: str, otherwise: int) -> date:
    """`2026-11`; where nothing is written, or no month, the usual one."""
    try:
        return date.fromisoformat(f"{written}-01")
    except ValueError:
        return date(otherwise // MONTHS, otherwise % MONTHS + 1, 1)


def _written(month: int) -> str:
    return f"{month // MONTHS:04}-{month % MONTHS + 1:02}"


def _form(period: Period) -> tuple[Row, ...]:
    """From which month to which: what is chosen from reaches some years back."""
    last = max(this_year().last, period.last)
    months = range(min(period.first, last - _YEARS * MONTHS), last + 1)
    choices = tuple(Choice(_written(one), month_told(one)) for one in reversed(months))
    return (
        Row(FIRST, _("From the month"), "select", value=_written(period.first), choices=choices),
        Row(LAST, _("To the month"), "select", value=_written(period.last), choices=choices),
    )


def month_told(month: int) -> str:
    """A month as the reader writes it."""
    return local_digits(f"{month % MONTHS + 1}/{month // MONTHS}", reader_language())


# -- what is told ------------------------------------------------------------------------------------------------------

Named = list[tuple[str, int]]


def _parts(owned: Owned, found: ServiceNumbers) -> tuple[tuple[str, Named, Counted], ...]:
    lang = reader_language()
    states = {
        one.name: one.title
        for one in tell_flow(_model(found), found.definition.texts, party_names(owned.office.institution), lang)
    }
    return (
        (_("Submitted in these months, by where they stand now"), _named(found.states, states.get), found.states),
        (_("Submitted, by month"), _by_month(found.arrived), found.arrived),
        (_("Ended, by month"), _by_month(found.ended), found.ended),
        (
            _("Why cases that ended in these months were refused"),
            _named(found.reasons, lambda key: reason_told(found.definition, Why.of(key)).get(lang)),
            found.reasons,
        ),
    )


def _model(found: ServiceNumbers) -> Any:
    return found.definition.model


def _named(counted: Counted, call: Any) -> Named:
    return [(call(str(one.value)) or str(one.value), one.count) for one in counted.groups]


def _by_month(counted: Counted) -> Named:
    ordered = sorted((int(one.value or 0), one.count) for one in counted.groups)
    return [(month_told(month), count) for month, count in ordered]


def _tables(owned: Owned, found: ServiceNumbers) -> list[Table]:
    return [_table(*part) for part in _parts(owned, found)]


def _table(caption: str, named: Named, counted: Counted) -> Table:
    rows = [_line(name, count, counted.total) for name, count in named]
    if counted.others:
        rows.append(_line(_others(), counted.others, counted.total))
    return Table(caption, (_("What"), _("Cases"), _("Share")), tuple(rows))


def _line(name: str, count: int, total: int | None) -> TableRow:
    share = digits(round(count * 100 / total)) if total else "—"
    mark = "٪" if reader_language() != "en" else "%"
    return TableRow((name, digits(count), f"{share}{mark}" if total else share))


def _others() -> str:
    return _("Others: too few to be told apart")


def _lasted(found: Lasted | None) -> tuple[Fact, ...]:
    if found is None:
        return ()
    return (
        Fact(_("Half of them at most"), _length(found.median_h)),
        Fact(_("Nine of ten at most"), _length(found.ninth_decile_h)),
    )


def _length(hours: int) -> str:
    """Whole hours, and from two days on whole days, as people say it."""
    if hours < 1:
        return _("less than an hour")
    if hours < HOURS_OF_TWO_DAYS:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": digits(hours)}
    days = hours // HOURS_OF_A_DAY
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": digits(days)}
