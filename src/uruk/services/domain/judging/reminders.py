"""When somebody is reminded of a day: on a working day that no shutdown freezes, and never after the day itself."""

import datetime

from uruk.definitions.api import Duration
from uruk.services.domain.judging.deadlines import Days, last_day

_AT_ONCE = Duration(0, "day")


def reminder_day(day: datetime.date, before: Duration, today: datetime.date, days: Days) -> datetime.date:
    """The day of a reminder that comes so long before another; today where that is over, `day` itself at the latest.

    As with a deadline it is the next working day that is not frozen. Errors: as `deadlines.last_day`.
    """
    wanted = max(before.before(day, days.holidays), today)
    return min(last_day(wanted, _AT_ONCE, days), day)
