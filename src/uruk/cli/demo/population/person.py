"""A synthetic person, and where a household lives."""

import datetime
from dataclasses import dataclass, field

from uruk.definitions.api import Community, PersonName


@dataclass(slots=True)
class Household:
    """Where a couple and their unmarried children live."""

    place: str
    district: str
    quarter: str
    mahalla: int
    zuqaq: int
    house: int


@dataclass(slots=True, eq=False)
class Person:
    """Somebody who never lived. `line`: the given names of father and grandfather, from the father's side.

    `until`: the day they die, which may lie after the population's day. `mother_line`: the name of the mother and of
    her father.
    """

    serial: int
    female: bool
    community: Community
    given: PersonName
    line: tuple[PersonName, PersonName]
    surname: PersonName | None
    mother_line: tuple[PersonName, PersonName]
    born: datetime.date
    until: datetime.date
    home: Household
    father: "Person | None" = None
    mother: "Person | None" = None
    spouse: "Person | None" = None
    married: datetime.date | None = None
    children: list["Person"] = field(default_factory=list)

    def age_at(self, day: datetime.date) -> float:
        """Years of age on a day."""
        return (day - self.born).days / 365.25

    def alive_at(self, day: datetime.date) -> bool:
        """Whether they live on a day."""
        return self.born <= day < self.until
