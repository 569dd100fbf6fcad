"""How long a case stays in a state: until a day that is counted from when it began, or from a day that is known."""

import datetime

from uruk.services.domain.definition import State
from uruk.services.domain.judging.deadlines import Days, last_day
from uruk.services.domain.judging.reckoning import Reckoning


def due_day(state: State, reckoning: Reckoning, day: datetime.date, days: Days) -> datetime.date | None:
    """The last day of a state that begins on a day; None where it has no deadline.

    Counted from the day that its deadline names, where that is known and later. Errors: as `last_day`.
    """
    if state.deadline is None:
        return None
    typed = reckoning.service.starts.get(state.name)
    named = None if typed is None else reckoning.run(typed)
    start = datetime.date.fromisoformat(named) if isinstance(named, str) else named
    later = isinstance(start, datetime.date) and start > day
    return last_day(start if later else day, state.deadline.within, days)  # type: ignore[arg-type]
