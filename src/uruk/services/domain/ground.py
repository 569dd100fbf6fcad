"""What a case is judged on, and what can come of it: known, nothing, or waiting for a fact."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class Absent(Enum):
    """Why there is no value. NOTHING: it is known that there is none. AWAY: the holder has not answered yet."""

    NOTHING = "nothing"
    AWAY = "away"


NOTHING: Final = Absent.NOTHING
AWAY: Final = Absent.AWAY


@dataclass(frozen=True)
class Waiting:
    """A result that is not known before these facts are."""

    facts: frozenset[str]


@dataclass(frozen=True)
class Ground:
    """What a case is judged on.

    `answers`: cleaned; those of repeated steps are lists of rows. `facts`: of each a record, a list of records, NOTHING
    where its holder has none, AWAY (or absent) where it has not answered. `decided`: what officers said with actions.
    `applicant`: number, kind, born. `today`: the day on which it is judged; `applied`: the one on which it was
    submitted, None before that: then it would be today.
    """

    today: datetime.date
    answers: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    applicant: Mapping[str, object] = field(default_factory=dict)
    decided: Mapping[str, object] = field(default_factory=dict)
    applied: datetime.date | None = None

    @property
    def applied_on(self) -> datetime.date:
        """The day of submission, as expressions name it: whatever makes a case wait makes nobody late."""
        return self.applied or self.today
