"""Labelled pairs of records: one person written differently, and different persons that look alike. All invented.

Deterministic by seed. Each pair has a kind, so that precision and recall can be read by kind of difference; the rules
that make each kind are the functions below, and benchmarks/README.md says them in words. No pair of one person shares
its number: the main key finds those. Odd and even seeds draw their rarer names from different halves of the list.
"""

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from uruk.registries.domain.matching.known import known
from uruk.registries.domain.matching.spelling import words

TUNE, REPORT = 20, 21
SCRIPTS = ("arabic", "kurdish", "latin")
PARTS = ("given", "father", "grandfather", "surname")


@dataclass(frozen=True)
class Name:
    """One name in three scripts; Latin has several spellings."""

    arabic: str
    kurdish: str
    latin: tuple[str, ...]
    common: bool


@dataclass
class Person:
    """Somebody invented; `family` is what brothers and sisters share."""

    names: dict[str, Name | None]
    mother: Name
    born: date
    number: str


@dataclass
class Record:
    """What one office wrote down: parts of the name, the mother's given name, day of birth, number; "" is unknown."""

    script: str
    parts: dict[str, str]
    mother: str
    born: str
    number: str
    as_text: bool = False

    def values(self) -> dict[str, object]:
        """The record as a registry stores it: fields name, mother, born, number."""
        held = {part: text for part, text in self.parts.items() if text}
        name: object = " ".join(held[part] for part in PARTS if part in held) if self.as_text else held
        return {"name": name, "mother": self.mother, "born": self.born, "number": self.number}


@dataclass(frozen=True)
class Pair:
    """Two records, whether they are one person, and what was done to them."""

    left: dict[str, object]
    right: dict[str, object]
    same: bool
    kind: str
    rare: bool = field(default=False)  # the given name is none of those that the matching knows


class Names:
    """The list of names, with the half of the rarer ones that a seed may draw."""

    def __init__(self, seed: int) -> None:
        self.men, self.women, self.surnames = [], [], []
        shelves = {"m": self.men, "f": self.women, "s": self.surnames}
        lines = (Path(__file__).parent / "matching_names.txt").read_text(encoding="utf-8").splitlines()
        for place, line in enumerate(line for line in lines if line and not line.startswith("#")):
            kind, arabic, kurdish, latin = line.split("|")
            common = bool(known(words(arabic)[0]))
            if common or place % 2 == seed % 2:
                shelves[kind].append(Name(arabic, kurdish, tuple(latin.split(",")), common))


class Maker:
    """Makes pairs with one source of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.names = Names(seed)

    # --- persons ---

    def man(self) -> Name:
        """A man's name; the first of the list are common, as in life."""
        men = self.names.men
        return self.chance.choice(men[:20] if self.chance.random() < 0.4 else men)

    def woman(self) -> Name:
        """A woman's name."""
        women = self.names.women
        return self.chance.choice(women[:10] if self.chance.random() < 0.3 else women)

    def person(self) -> Person:
        """A person with all that papers have."""
        given = self.man() if self.chance.random() < 0.55 else self.woman()
        surname = self.chance.choice(self.names.surnames) if self.chance.random() < 0.8 else None
        names = {"given": given, "father": self.man(), "grandfather": self.man(), "surname": surname}
        return Person(names, self.woman(), self.day(), self.number())

    def day(self) -> date:
        """A day of birth; one in eight is the first of July, as where nobody knew it."""
        day = date(1940, 1, 1) + timedelta(days=self.chance.randrange(30_000))
        return day.replace(month=7, day=1) if self.chance.random() < 0.12 else day

    def number(self) -> str:
        """Twelve digits; the first four say year of registration, so they cluster."""
        return f"{self.chance.randrange(1940, 2025)}{self.chance.randrange(10**8):08d}"

    # --- writing ---

    def script(self) -> str:
        """The script of a record: mostly Arabic."""
        return self.chance.choices(SCRIPTS, (60, 20, 20))[0]

    def write(self, person: Person, script: str | None = None) -> Record:
        """One office's record of a person, without mistakes."""
        script = script or self.script()
        parts = {part: self.spell(name, script) for part, name in person.names.items() if name}
        return Record(script, parts, self.spell(person.mother, script), person.born.isoformat(), person.number)

    def spell(self, name: Name, script: str) -> str:
        """A name in a script; in Latin one of the spellings that are about."""
        if script == "latin":
            return self.chance.choice(name.latin)
        return name.arabic if script == "arabic" else name.kurdish

    def with_gaps(self, left: Record, right: Record, *, same: bool) -> None:
        """What real records lack. Two records of one person never share the number: the key would have found them."""
        for record in (left, right):
            record.as_text = self.chance.random() < 0.3
            if self.chance.random() < (0.15 if same else 0.05):
                record.mother = ""
        if same and left.number == right.number:
            self.part_numbers(left, right)
        elif not same and self.chance.random() < 0.3:
            self.chance.choice((left, right)).number = ""

    def part_numbers(self, left: Record, right: Record) -> None:
        """Why one person is there twice: one record has no number, or one of them has it wrong."""
        one = self.chance.choice((left, right))
        why = self.chance.choices(("none", "slip", "other"), (70, 20, 10))[0]
        one.number = {"none": "", "slip": self.slipped_digit(one.number), "other": self.number()}[why]

    # --- slips ---

    def slipped_digit(self, digits: str) -> str:
        """One digit wrong, or two neighbours exchanged."""
        place = self.chance.randrange(len(digits) - 1)
        if self.chance.random() < 0.4 and digits[place] != digits[place + 1]:
            return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        wrong = self.chance.choice([digit for digit in "0123456789" if digit != digits[place]])
        return digits[:place] + wrong + digits[place + 1 :]

    def slipped_letter(self, text: str, script: str) -> str:
        """One letter left out, doubled, changed, or exchanged with its neighbour; never the first."""
        if len(text) < 4:
            return text + text[-1]
        place = self.chance.randrange(1, len(text) - 1)
        letters = {"latin": "aeilmnrst", "arabic": "ابتحدرسلمنوي", "kurdish": "ابتدرسلمنوە"}[script]
        return self.chance.choice((
            text[:place] + text[place + 1 :],
            text[:place] + text[place] + text[place:],
            text[:place] + self.chance.choice(letters) + text[place + 1 :],
            text[:place] + text[place + 1] + text[place] + text[place + 2 :],
        ))  # fmt: skip


def pairs(seed: int, each: int = 600) -> Iterator[Pair]:
    """Return `each` pairs of every kind: the first kinds are one person, the others are two."""
    maker = Maker(seed)
    for same, kinds in ((True, ONE_PERSON), (False, TWO_PERSONS)):
        for kind, make in kinds.items():
            for _ in range(each):
                left, right, person = make(maker)
                if maker.chance.random() < 0.5:
                    left, right = right, left
                yield Pair(left.values(), right.values(), same, kind, not person.names["given"].common)  # type: ignore[union-attr]


Made = tuple[Record, Record, Person]


def _changed(change: Callable[[Maker, Record], None], script: str | None = None) -> Callable[[Maker], Made]:
    """A pair of one person: the second record in the same script, changed by the rule."""

    def make(maker: Maker) -> Made:
        person = maker.person()
        left = maker.write(person, script)
        right = maker.write(person, left.script)
        change(maker, right)
        maker.with_gaps(left, right, same=True)
        return left, right, person

    return make


def _across(one: str, other: str) -> Callable[[Maker], Made]:
    """A pair of one person in two scripts (or in Latin twice, where spellings differ)."""

    def make(maker: Maker) -> Made:
        person = maker.person()
        left, right = maker.write(person, one), maker.write(person, other)
        maker.with_gaps(left, right, same=True)
        return left, right, person

    return make


def _marks(maker: Maker, record: Record) -> None:
    """محمد → محمّد, احمد → أحمد: marks, hamza and tatweel come and go."""
    for part, text in record.parts.items():
        place = maker.chance.randrange(1, len(text))
        mark = maker.chance.choice("\u0651\u064e\u0650\u064f\u0640")
        plain = text.translate(str.maketrans("أإآ", "ااا")) if maker.chance.random() < 0.5 else text
        record.parts[part] = plain[:place] + mark + plain[place:]


def _keyboard(maker: Maker, record: Record) -> None:
    """ة and ه, ى and ي, ك and ک, ئ and ي, ظ and ض: what keyboards and habits mix."""
    habits = {"ة": "ه", "ي": "ى", "ك": "ک", "ئ": "ي", "ؤ": "و", "ء": "", "ظ": "ض"}
    for part, text in record.parts.items():
        record.parts[part] = "".join(habits.get(each, each) if maker.chance.random() < 0.6 else each for each in text)


def _old_kurdish(maker: Maker, record: Record) -> None:
    """Sorani typed on an Arabic keyboard: ه (joined or not) for ە, ر for ڕ, ل for ڵ, و for ۆ, ي for ێ, ك for ک."""
    joined = "ه\u200c" if maker.chance.random() < 0.5 else "ه"
    table = str.maketrans({"ە": joined, "ڕ": "ر", "ڵ": "ل", "ۆ": "و", "ێ": "ي", "ی": "ي", "ک": "ك"})
    record.parts = {part: text.translate(table) for part, text in record.parts.items()}
    record.mother = record.mother.translate(table)


def _spaces(maker: Maker, record: Record) -> None:
    """عبد الرحمن → عبدالرحمن, صلاح الدين → صلاحالدين; بن between names."""
    for part, text in record.parts.items():
        record.parts[part] = text.replace(" ", "")
    if maker.chance.random() < 0.3:
        record.parts["father"] = ("bin " if record.script == "latin" else "بن ") + record.parts["father"]


def _without(part: str) -> Callable[[Maker, Record], None]:
    def change(maker: Maker, record: Record) -> None:
        record.parts.pop(part, None)

    return change


def _article(maker: Maker, record: Record) -> None:
    """الجبوري → جبوري, Al-Jubouri → Jubouri."""
    surname = record.parts.get("surname", "")
    for article in ("Al-", "Al ", "ال"):
        surname = surname.removeprefix(article)
    if surname:
        record.parts["surname"] = surname


def _slip(maker: Maker, record: Record) -> None:
    part = maker.chance.choice([part for part in PARTS if part in record.parts])
    record.parts[part] = maker.slipped_letter(record.parts[part], record.script)


def _exchanged(maker: Maker, record: Record) -> None:
    record.parts["given"], record.parts["father"] = record.parts["father"], record.parts["given"]


def _other_surname(maker: Maker, record: Record) -> None:
    """The tribe in one record, the town in the other."""
    record.parts["surname"] = maker.spell(maker.chance.choice(maker.names.surnames), record.script)


def _surname_for_grandfather(maker: Maker, record: Record) -> None:
    """A form with three boxes: the surname stands where the grandfather belongs."""
    if "surname" in record.parts:
        record.parts["grandfather"] = record.parts.pop("surname")


def _swapped_day(maker: Maker, record: Record) -> None:
    day = date.fromisoformat(record.born)
    if day.day <= 12:
        record.born = day.replace(month=day.day, day=day.month).isoformat()


def _early_day(maker: Maker) -> Made:
    """Born on a day that can be read as a month, and read so by one office."""
    person = maker.person()
    person.born = person.born.replace(
        day=maker.chance.choice([day for day in range(1, 13) if day != person.born.month])
    )
    left = maker.write(person)
    right = maker.write(person, left.script)
    _swapped_day(maker, right)
    maker.with_gaps(left, right, same=True)
    return left, right, person


def _other_day(maker: Maker, record: Record) -> None:
    """The month is right, the day is not."""
    day = date.fromisoformat(record.born)
    record.born = day.replace(day=maker.chance.choice([each for each in range(1, 28) if each != day.day])).isoformat()


def _day_slip(maker: Maker, record: Record) -> None:
    while True:
        slipped = maker.slipped_digit(record.born.replace("-", ""))
        try:
            day = date(int(slipped[:4]), int(slipped[4:6]), int(slipped[6:]))
        except ValueError:
            continue
        if 1900 <= day.year <= 2026:
            record.born = day.isoformat()
            return


def _unknown_day(maker: Maker, record: Record) -> None:
    record.born = f"{record.born[:4]}-07-01"


def _no_day(maker: Maker, record: Record) -> None:
    record.born = ""


def _number_slip(maker: Maker, record: Record) -> None:
    record.number = maker.slipped_digit(record.number)


def _other_mother(maker: Maker, record: Record) -> None:
    record.mother = maker.slipped_letter(record.mother, record.script)


def _half_a_name(maker: Maker) -> Made:
    """محمد رضا in one record, محمد in the other."""
    person = maker.person()
    left = maker.write(person)
    right = maker.write(person, left.script)
    left.parts["given"] = f"{left.parts['given']} {maker.spell(maker.man(), left.script)}"
    maker.with_gaps(left, right, same=True)
    left.as_text = right.as_text = False
    return left, right, person


def _several(maker: Maker) -> Made:
    """Another script for some, and two of the other differences."""
    person = maker.person()
    left, right = maker.write(person), maker.write(person)
    mistakes = (
        _slip,
        _without("surname"),
        _without("grandfather"),
        _article,
        _swapped_day,
        _day_slip,
        _other_mother,
        _spaces,
    )
    for change in maker.chance.sample(mistakes, 2):
        change(maker, right)
    maker.with_gaps(left, right, same=True)
    return left, right, person


ONE_PERSON: dict[str, Callable[[Maker], Made]] = {
    "marks, hamza, tatweel": _changed(_marks, "arabic"),
    "keyboards (ة ه, ى ي, ء)": _changed(_keyboard, "arabic"),
    "Sorani on an Arabic keyboard": _changed(_old_kurdish, "kurdish"),
    "particles and spaces": _changed(_spaces),
    "Arabic and Sorani": _across("arabic", "kurdish"),
    "Arabic and Latin": _across("arabic", "latin"),
    "Sorani and Latin": _across("kurdish", "latin"),
    "two Latin spellings": _across("latin", "latin"),
    "no surname": _changed(_without("surname")),
    "no grandfather": _changed(_without("grandfather")),
    "article of the surname": _changed(_article),
    "another surname": _changed(_other_surname),
    "surname for grandfather": _changed(_surname_for_grandfather),
    "a letter": _changed(_slip),
    "a letter of the mother's": _changed(_other_mother),
    "given and father exchanged": _changed(_exchanged),
    "half a compound name": _half_a_name,
    "day and month swapped": _early_day,
    "another day of the month": _changed(_other_day),
    "a digit of the day": _changed(_day_slip),
    "first of July": _changed(_unknown_day),
    "no day of birth": _changed(_no_day),
    "a digit of the number": _changed(_number_slip),
    "several": _several,
}


# --- two persons that look alike ---


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
