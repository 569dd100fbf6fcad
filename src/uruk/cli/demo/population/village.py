"""One village: some couples, their children, whom these marry, and so on until the population's day.

Everything is drawn from one random source, so the same seed gives the same village, and a village needs no other.
"""

import datetime
from collections.abc import Iterator, Sequence, Set
from functools import cache
from itertools import accumulate
from random import Random
from typing import TypeVar

from uruk.cli.demo.population.person import Household, Person
from uruk.definitions.api import Community, PersonName, Population

Drawn = TypeVar("Drawn")
COUPLES = 12
GENERATIONS = 4
FOUNDED = 1936  # the year from which the first husbands are born
MARRIED, STAYS, SURNAMED, LOST_EARLY = 0.86, 0.8, 0.6, 0.015
YOUNGEST_BRIDE, YOUNGEST_GROOM, OLDEST_MOTHER = 18.0, 20.0, 44.0
# How many children a couple would have, from none to eight.
CHILDREN = (2, 5, 10, 16, 20, 19, 14, 9, 5)
YEAR = 365.25


class Village:
    """Makes the people of one village. `serial`: the number of its first person."""

    def __init__(self, population: Population, random: Random, serial: int) -> None:
        self._population, self._random, self._serial = population, random, serial
        self._day = population.day
        self._home = self._pick(population.homes, tuple(one.weight for one in population.homes))

    def people(self) -> Iterator[Person]:
        """Everybody, parents before their children."""
        couples = [self._founders() for _ in range(COUPLES)]
        yield from (person for couple in couples for person in couple)
        for _ in range(GENERATIONS - 1):
            children = [child for couple in couples for child in self._children(*couple)]
            couples = list(self._marriages(children))
            yield from children

    # -- couples ---------------------------------------------------------------------------------------------------

    def _founders(self) -> tuple[Person, Person]:
        communities = {one.code: one for one in self._population.communities}
        shares = self._home.communities
        community = communities[self._pick(tuple(shares), tuple(shares.values()))]
        home, born = self._household(), self._date_in(FOUNDED, 28)
        husband = self._person(False, community, born, home)
        wife = self._person(True, community, _later(born, self._random.uniform(-1, 9)), home)
        self._marry(husband, wife, max(_later(husband.born, YOUNGEST_GROOM + 2), _later(wife.born, YOUNGEST_BRIDE + 1)))
        # Nobody who founds a family here died before it.
        for one in (husband, wife):
            one.until = max(one.until, _later(husband.married or born, 12))
        return husband, wife

    def _marriages(self, grown: Sequence[Person]) -> Iterator[tuple[Person, Person]]:
        """Pairs of a generation: no brothers and sisters, of about one age, mostly of one community."""
        brides = [one for one in grown if one.female and self._marriageable(one, YOUNGEST_BRIDE)]
        for groom in (one for one in grown if not one.female and self._marriageable(one, YOUNGEST_GROOM)):
            bride = next((one for one in brides if self._fit(groom, one)), None)
            if bride is None or self._random.random() > MARRIED:
                continue
            brides.remove(bride)
            day = max(_later(groom.born, YOUNGEST_GROOM), _later(bride.born, YOUNGEST_BRIDE))
            day = _later(day, self._random.uniform(0, 5))
            if day <= self._day and groom.alive_at(day) and bride.alive_at(day):
                self._settle(groom, bride)
                self._marry(groom, bride, day)
                yield groom, bride

    def _marriageable(self, one: Person, age: float) -> bool:
        return one.age_at(min(self._day, one.until)) >= age + 1

    def _fit(self, groom: Person, bride: Person) -> bool:
        years = (bride.born - groom.born).days / YEAR
        akin = groom.father is bride.father or groom.community is not bride.community
        return -3 <= years <= 10 and not akin

    def _settle(self, groom: Person, bride: Person) -> None:
        groom.home = bride.home = self._household(groom.home.district if self._random.random() < STAYS else None)

    @staticmethod
    def _marry(husband: Person, wife: Person, day: datetime.date) -> None:
        husband.spouse, wife.spouse, husband.married, wife.married = wife, husband, day, day

    # -- children --------------------------------------------------------------------------------------------------

    def _children(self, father: Person, mother: Person) -> Iterator[Person]:
        day = _later(father.married or self._day, self._random.uniform(0.9, 2.2))
        for _ in range(self._pick(range(len(CHILDREN)), CHILDREN)):
            together = father.alive_at(day) and mother.alive_at(day) and mother.age_at(day) < OLDEST_MOTHER
            if not together or day > self._day:
                return
            child = self._child(father, mother, day)
            father.children.append(child)
            mother.children.append(child)
            yield child
            day = _later(day, self._random.uniform(1.3, 3.9))

    def _child(self, father: Person, mother: Person, born: datetime.date) -> Person:
        female = self._random.random() < 0.49
        used = {one.given.ar for one in father.children} | {father.given.ar}
        child = self._person(female, father.community, born, father.home, used)
        child.father, child.mother = father, mother
        child.line, child.surname = (father.given, father.line[0]), father.surname
        child.mother_line = (mother.given, mother.line[0])
        return child

    def _person(
        self, female: bool, community: Community, born: datetime.date, home: Household, used: Set[str] = frozenset()
    ) -> Person:
        given = self._name(community.female if female else community.male, used)
        line = (self._name(community.male, {given.ar}), self._name(community.male))
        surname = self._random.choice(community.surnames) if self._random.random() < SURNAMED else None
        mother_line = (self._name(community.female, {given.ar}), self._name(community.male))
        self._serial += 1
        until = _later(born, self._years())
        return Person(self._serial - 1, female, community, given, line, surname, mother_line, born, until, home)

    # -- drawing ---------------------------------------------------------------------------------------------------

    def _name(self, names: Sequence[PersonName], used: Set[str] = frozenset()) -> PersonName:
        """A name that the family has not used; the first of a list are the most usual."""
        for _ in range(40):
            name = self._random.choices(names, cum_weights=_usual(len(names)))[0]
            if name.ar not in used:
                return name
        return next(one for one in names if one.ar not in used)

    def _years(self) -> float:
        """How long somebody lives."""
        if self._random.random() < LOST_EARLY:
            return self._random.uniform(0.1, 5)
        return max(6.0, min(103.0, self._random.gauss(77, 12)))

    def _household(self, district: str | None = None) -> Household:
        draw, home = self._random, self._home
        quarter = draw.choice(self._population.quarters)
        numbers = draw.randint(101, 969), draw.randint(1, 80), draw.randint(1, 120)
        return Household(home.code, district or draw.choice(home.districts), quarter, *numbers)

    def _date_in(self, year: int, years: int) -> datetime.date:
        return datetime.date(year, 1, 1) + datetime.timedelta(days=self._random.randrange(int(years * YEAR)))

    def _pick(self, from_: Sequence[Drawn], weights: Sequence[int]) -> Drawn:
        return self._random.choices(from_, weights)[0]


@cache
def _usual(count: int) -> tuple[int, ...]:
    """Cumulative weights of a list of names: the first is several times as usual as the last."""
    return tuple(accumulate(1_000 // (rank + 8) for rank in range(count)))


def _later(day: datetime.date, years: float) -> datetime.date:
    return day + datetime.timedelta(days=int(years * YEAR))
