"""How long a withdrawn record is kept."""

from calendar import monthrange
from datetime import date, timedelta

from uruk.definitions.api import Duration
from uruk.kernel.api import add_working_days


def kept_until(withdrawn: date, keep: Duration) -> date:
    """The last day on which a record is kept that was withdrawn on a day; a year from 29 February ends on the 28th."""
    if keep.unit == "working_day":
        return add_working_days(withdrawn, keep.count)
    days = {"day": 1, "week": 7}.get(keep.unit)
    if days is not None:
        return withdrawn + timedelta(days=days * keep.count)
    months = keep.count * (12 if keep.unit == "year" else 1)
    year, month = divmod(withdrawn.year * 12 + withdrawn.month - 1 + months, 12)
    return date(year, month + 1, min(withdrawn.day, monthrange(year, month + 1)[1]))
