"""Synthetic people as records of the register that the country's names are for, as many as are asked for."""

from collections.abc import Callable, Iterator, Mapping
from random import Random

from uruk.cli.demo.population.person import Person
from uruk.cli.demo.population.village import Village
from uruk.definitions.api import PersonName, Population

NUMBER_DIGITS = 12


def people_rows(population: Population, count: int, seed: int) -> Iterator[dict[str, object]]:
    """`count` records, parents before their children: field → value as the country's names say.

    The same seed gives the same people, and the first of many are those of few. Values that somebody has not (a date
    of death, a surname) are left out. `ValueError` where the numbers do not suffice for so many.
    """
    if count > 10 ** (NUMBER_DIGITS - len(population.prefix)):
        raise ValueError(f"numbers that begin with {population.prefix} do not suffice for {count} people")
    made = _Record(population, count)
    serial = 0
    while serial < count:
        # A village has a random source of its own: none depends on how many people the others have.
        village = Village(population, Random(f"{seed}/{serial}"), serial)  # noqa: S311 — nothing secret is drawn
        for person in village.people():
            if person.serial >= count:
                return
            yield made.of(person)
            serial = person.serial + 1


class _Record:
    """Writes a person as the fields of the register."""

    def __init__(self, population: Population, count: int) -> None:
        self._population, self._count = population, count
        self._width = NUMBER_DIGITS - len(population.prefix)
        self._fields = tuple((name, self._maker(made)) for name, made in population.fields.items())

    def of(self, person: Person) -> dict[str, object]:
        """One record."""
        values = ((name, make(person)) for name, make in self._fields)
        return {name: value for name, value in values if value is not None}

    def _maker(self, made: str) -> Callable[[Person], object]:
        what, _, writing = made.partition(".")
        if what == "name":
            return lambda person: _full_name(person, _WRITINGS[writing])
        if what == "mother" and writing:
            return lambda person: " ".join(map(_WRITINGS[writing], person.mother_line))
        return _SIMPLE.get(made) or self._numbers()[made]

    def _numbers(self) -> Mapping[str, Callable[[Person], object]]:
        """What depends on the population: numbers, and who is dead by its day."""
        day = self._population.day
        return {
            "number": self._number,
            "father": lambda person: self._number(person.father),
            "mother": lambda person: self._number(person.mother),
            "spouse": lambda person: self._number(person.spouse),
            "deceased": lambda person: person.until <= day,
            "died": lambda person: person.until.isoformat() if person.until <= day else None,
        }

    def _number(self, person: Person | None) -> str | None:
        """A national number that no card has; none for somebody who is not among those asked for."""
        if person is None or person.serial >= self._count:
            return None
        return f"{self._population.prefix}{person.serial:0{self._width}d}"


_WRITINGS: Mapping[str, Callable[[PersonName], str]] = {
    "ar": lambda name: name.ar,
    "ckb": lambda name: name.ckb,
    "latin": lambda name: name.latin,
}
_SIMPLE: Mapping[str, Callable[[Person], object]] = {
    "sex": lambda person: "female" if person.female else "male",
    "born": lambda person: person.born.isoformat(),
    "place": lambda person: person.home.place,
    "district": lambda person: person.home.district,
    "quarter": lambda person: person.home.quarter,
    "mahalla": lambda person: str(person.home.mahalla),
    "zuqaq": lambda person: str(person.home.zuqaq),
    "house": lambda person: str(person.home.house),
}


def _full_name(person: Person, write: Callable[[PersonName], str]) -> dict[str, str]:
    father, grandfather = person.line
    name = {"given": write(person.given), "father": write(father), "grandfather": write(grandfather)}
    return name if person.surname is None else {**name, "surname": write(person.surname)}
