"""Invented persons, what offices write down of them, and the slips that people make. Deterministic by seed.

Odd and even seeds draw their rarer names from different halves of the list.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from uruk.registries.domain.matching.known import known
from uruk.registries.domain.matching.spelling import words

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


Made = tuple[Record, Record, Person]
