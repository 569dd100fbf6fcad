"""How long a case stays in a state: until a day that is counted from when it began, or from a day that is known."""

import datetime

from uruk.services.domain.definition import State
from uruk.services.domain.judging.deadlines import Days, last_day
from uruk.services.domain.judging.reckoning import Reckoning
from uruk.services.domain.linked import as_day


def due_day(state: State, reckoning: Reckoning, day: datetime.date, days: Days) -> datetime.date | None:
    """The last day of a state that begins on a day; None where it has no deadline.

    Counted from the day that its deadline names, where that is known and later. Errors: as `last_day`.
    """
    if state.deadline is None:
        return None
    typed = reckoning.service.starts.get(state.name)
    named = None if typed is None else reckoning.run(typed)
    start = as_day(named)
    return last_day(day if start is None else max(start, day), state.deadline.within, days)
