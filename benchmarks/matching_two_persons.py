"""Two persons that look alike: siblings, twins, namesakes, strangers of one number nearly; a rule for each."""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

from matching_people import PARTS, Made, Maker, Name, Person


def _two(change: Callable[[Maker, Person], Person]) -> Callable[[Maker], Made]:
    """A pair of two persons, each written by an office of its own."""

    def make(maker: Maker) -> Made:
        person = maker.person()
        other = change(maker, deepcopy(person))
        left = maker.write(person)
        right = maker.write(other, left.script if maker.chance.random() < 0.6 else None)
        maker.with_gaps(left, right, same=False)
        return left, right, person

    return make


def _differently(maker: Maker, name: Any, draw: Callable[[], Name]) -> Name:
    while True:
        other = draw()
        if other.arabic != name.arabic and not set(other.latin) & set(name.latin):
            return other


def _brother(maker: Maker, person: Person) -> Person:
    draw = maker.woman if maker.chance.random() < 0.5 else maker.man
    person.names["given"] = _differently(maker, person.names["given"], draw)
    person.born += timedelta(days=maker.chance.randrange(300, 5_000))
    person.number = maker.number()
    return person


def _twin(maker: Maker, person: Person) -> Person:
    """Born on one day, registered one after the other."""
    person.names["given"] = _differently(maker, person.names["given"], maker.man)
    person.number = f"{(int(person.number) + 1) % 10**12:012d}"
    return person


def _alike(maker: Maker) -> Made:
    """Twins named Hassan and Hussein, Jamal and Jamil, Samir and Samira: all the same but for a letter."""
    by_arabic = {name.arabic: name for name in (*maker.names.men, *maker.names.women)}
    one, other = maker.chance.choice(_LOOK_ALIKE)
    person = maker.person()
    person.names["given"] = by_arabic[one]
    twin = deepcopy(person)
    twin.names["given"] = by_arabic[other]
    if maker.chance.random() < 0.5:
        twin.born += timedelta(days=maker.chance.randrange(300, 3_000))
    twin.number = f"{(int(person.number) + 1) % 10**12:012d}"
    left = maker.write(person)
    right = maker.write(twin, left.script if maker.chance.random() < 0.6 else None)
    maker.with_gaps(left, right, same=False)
    return left, right, person


_LOOK_ALIKE = (
    ("حسن", "حسين"), ("جمال", "جميل"), ("حميد", "أحمد"), ("سمير", "سميرة"), ("محمد", "محمود"), ("سعد", "سعيد"),
    ("زيد", "زياد"), ("عامر", "عمر"), ("كمال", "كريم"), ("عمار", "عمر"), ("نور", "نبيل"), ("خالد", "خليل"),
)  # fmt: skip


def _son(maker: Maker, person: Person) -> Person:
    """Ali Hussein Kadhim and his son Hussein Ali Hussein."""
    given, father = person.names["given"], person.names["father"]
    person.names |= {"given": father, "father": given, "grandfather": father}
    person.born += timedelta(days=maker.chance.randrange(7_000, 14_000))
    person.mother, person.number = _differently(maker, person.mother, maker.woman), maker.number()
    return person


def _namesake(birthday: str) -> Callable[[Maker], Made]:
    """Muhammad Ali Hussein, and another Muhammad Ali Hussein."""

    def make(maker: Maker) -> Made:
        person = maker.person()
        person.names |= dict(zip(PARTS[:3], maker.chance.sample(maker.names.men[:12], 3), strict=True))
        other = deepcopy(person)
        if birthday != "same":
            other.born = maker.day()
        if maker.chance.random() < 0.5:
            other.names["surname"] = maker.chance.choice(maker.names.surnames)
        other.mother, other.number = _differently(maker, person.mother, maker.woman), maker.number()
        left, right = maker.write(person), maker.write(other)
        if birthday == "unknown":
            left.born = ""
        maker.with_gaps(left, right, same=False)
        return left, right, person

    return make


def _cousin(maker: Maker, person: Person) -> Person:
    """Both named after the grandfather's brother: another father, another mother."""
    person.names["father"] = _differently(maker, person.names["father"], maker.man)
    person.mother = _differently(maker, person.mother, maker.woman)
    person.born += timedelta(days=maker.chance.randrange(1, 3_000))
    person.number = maker.number()
    return person


def _named_after_the_dead(maker: Maker, person: Person) -> Person:
    """A brother with the name of one who died before he was born."""
    person.born += timedelta(days=maker.chance.randrange(400, 4_000))
    person.number = maker.number()
    return person


def _one_digit_apart(maker: Maker, person: Person) -> Person:
    """A stranger whose number is one digit away."""
    number, stranger = maker.slipped_digit(person.number), maker.person()
    return Person(stranger.names, stranger.mother, stranger.born, number)


def _same_day(maker: Maker, person: Person) -> Person:
    """A stranger with the same given name, born on the same day."""
    stranger = maker.person()
    names = {**stranger.names, "given": person.names["given"]}
    return Person(names, stranger.mother, person.born, stranger.number)


def _stranger(maker: Maker, person: Person) -> Person:
    return maker.person()


TWO_PERSONS: dict[str, Callable[[Maker], Made]] = {
    "brothers and sisters": _two(_brother),
    "twins": _two(_twin),
    "siblings with names alike": _alike,
    "father and son": _two(_son),
    "namesakes, one birthday": _namesake("same"),
    "namesakes, no birthday": _namesake("unknown"),
    "namesakes": _namesake("other"),
    "cousins of one name": _two(_cousin),
    "named after a dead brother": _two(_named_after_the_dead),
    "numbers a digit apart": _two(_one_digit_apart),
    "one given name, one day": _two(_same_day),
    "strangers": _two(_stranger),
}
