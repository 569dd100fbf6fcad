"""Two records in, a score with its reasons out. Symmetric, in whole numbers; never raises, whatever the values hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from uruk.registries.domain.matching import weights
from uruk.registries.domain.matching.explain import Reason
from uruk.registries.domain.matching.names import (
    AGREE,
    Level,
    Part,
    PersonName,
    compare_parts,
    compare_surnames,
    is_common,
    person_name,
    written_in_kurdish,
)
from uruk.registries.domain.matching.values import (
    compare_days,
    compare_numbers,
    compare_texts,
    digits_of,
    phone_of,
    read_day,
    stands_for_unknown,
    text_of,
)


@dataclass(frozen=True)
class Traits:
    """What of a record is compared: make it with `traits`. Names are read when they are asked for, which few are."""

    names: tuple[object, object]
    born: date | None
    number: str
    phone: str
    text: str

    @cached_property
    def name(self) -> PersonName:
        """The person's own name."""
        return person_name(self.names[0], kurdish=self._kurdish)

    @cached_property
    def mother(self) -> PersonName:
        """The mother's."""
        return person_name(self.names[1], kurdish=self._kurdish)

    @cached_property
    def _kurdish(self) -> bool:
        return any(map(written_in_kurdish, self.names))


@dataclass(frozen=True, slots=True)
class Match:
    """How likely two records are one person: `score` 0 to 1000, and the reasons with their points, weightiest first."""

    score: int
    reasons: tuple[Reason, ...]

    @property
    def proposed(self) -> bool:
        """Whether a person should be asked."""
        return self.score >= weights.PROPOSE

    @property
    def certain(self) -> bool:
        """Whether it may be shown as nearly sure. A person decides all the same."""
        return self.score >= weights.CERTAIN


def traits(match: Mapping[str, str], values: Mapping[str, object]) -> Traits:
    """Return what is compared of a record. `match`: role (name, mother, born, number, phone, text) → its field."""
    held = {role: values.get(field) for role, field in match.items()}
    return Traits(
        names=(held.get("name"), held.get("mother")),
        born=read_day(held.get("born")),
        number=digits_of(held.get("number")),
        phone=phone_of(held.get("phone")),
        text=text_of(held.get("text")),
    )


def is_worth_comparing(left: Traits, right: Traits) -> bool:
    """Return whether `compare` may propose the pair: cheap, and True for every pair that it does propose.

    Most records that share an index key have another number and another day; then names alone cannot make up for it.
    """
    if weights.BASE + weights.NAMES_MOST + _points(_beside_names(left, right)) < weights.PROPOSE:
        return False
    if left.number and left.number == right.number:
        return True
    given = compare_parts(left.name.given, right.name.given)
    return given != "different" or compare_parts(left.name.given, right.name.father) in AGREE


def compare(left: Traits, right: Traits) -> Match:
    """Return how likely two records are about one person (or one thing, where they have a `text`)."""
    straight = _names(left.name, right.name)
    swapped = _swapped(left.name, right.name)
    own = max(straight, swapped, key=_points) if swapped else straight
    family = [*own[1:], *_mother(left.mother, right.mother)]
    reasons = [*own[:1], *_capped(family), *_beside_names(left, right)]
    score = min(weights.BASE + _points(reasons), *_ceilings(reasons))
    shown = sorted(reasons, key=lambda reason: (-abs(reason.points), reason.code))
    return Match(max(0, min(weights.SCALE, score)), tuple(shown))


def _beside_names(left: Traits, right: Traits) -> list[Reason]:
    return [*_born(left, right), *_number(left, right), *_phone(left, right), *_text(left, right)]


def _points(reasons: list[Reason]) -> int:
    return sum(reason.points for reason in reasons)


def _names(left: PersonName, right: PersonName) -> list[Reason]:
    reasons = [
        _name("given", left.given, right.given),
        _name("father", left.father, right.father),
        *_tail(left, right),
    ]
    return [reason for reason in reasons if reason]


def _tail(left: PersonName, right: PersonName) -> list[Reason | None]:
    """Grandfather and surname; where each record has only one of the two, the one of the other may be meant."""
    crossed = _crossed(left, right) or _crossed(right, left)
    if crossed:
        return [crossed]
    return [_name("grandfather", left.grandfather, right.grandfather), _name("surname", left.surname, right.surname)]


def _crossed(left: PersonName, right: PersonName) -> Reason | None:
    if (
        left.surname
        or compare_parts(left.grandfather, right.grandfather) in AGREE
        or compare_parts(left.grandfather, right.surname) not in AGREE
    ):
        return None
    return Reason("surname.moved", weights.NAME_POINTS["surname"]["part"])


def _swapped(left: PersonName, right: PersonName) -> list[Reason] | None:
    """The names with given and father exchanged on one side, where that makes both agree."""
    crossings = (compare_parts(left.given, right.father), compare_parts(left.father, right.given))
    if not all(level in AGREE for level in crossings) or compare_parts(left.given, right.given) in AGREE:
        return None
    points = sum(
        _worth(part, level, mine)
        for part, level, mine in zip(("given", "father"), crossings, (left.given, left.father), strict=True)
        if level
    )
    tail = [reason for reason in _tail(left, right) if reason]
    return [Reason("given.swapped", points + weights.NAMES_SWAPPED), *tail]


def _name(role: str, left: Part, right: Part) -> Reason | None:
    level = compare_surnames(left, right) if role == "surname" else compare_parts(left, right)
    if level is None:
        return None
    common = level in AGREE and (is_common(left) or is_common(right))
    return Reason(f"{role}.{level}", weights.NAME_POINTS[role][level] - (weights.COMMON_LESS if common else 0))


def _worth(role: str, level: Level, part: Part) -> int:
    return weights.NAME_POINTS[role][level] - (weights.COMMON_LESS if is_common(part) else 0)


def _mother(left: PersonName, right: PersonName) -> list[Reason]:
    """The mother's own name decides; her father's, where both have it, can only take away."""
    own = _name("mother", left.given, right.given)
    if own is None:
        return []
    if compare_parts(left.father, right.father) == "different":
        return [Reason("mother.different", weights.NAME_POINTS["mother"]["different"])]
    return [own]


def _capped(family: list[Reason]) -> list[Reason]:
    """Takes from what speaks for the pair what is above the family's ceiling, the last first."""
    room = weights.FAMILY_MOST
    kept = []
    for reason in family:
        points = min(reason.points, room) if reason.points > 0 else reason.points
        room -= max(points, 0)
        kept.append(Reason(reason.code, points))
    return kept


def _born(left: Traits, right: Traits) -> list[Reason]:
    if left.born is None or right.born is None:
        return []
    level = compare_days(left.born, right.born)
    unknown = level == "same" and stands_for_unknown(left.born)
    return [Reason(f"born.{level}", weights.BORN_POINTS["same_unknown" if unknown else level])]


def _number(left: Traits, right: Traits) -> list[Reason]:
    if not left.number or not right.number:
        return []
    level = compare_numbers(left.number, right.number)
    return [Reason(f"number.{level}", weights.NUMBER_POINTS[level])]


def _phone(left: Traits, right: Traits) -> list[Reason]:
    if not left.phone or not right.phone:
        return []
    level = compare_numbers(left.phone, right.phone)
    return [Reason(f"phone.{level}", weights.PHONE_POINTS[level])]


def _text(left: Traits, right: Traits) -> list[Reason]:
    if not left.text or not right.text:
        return []
    level = compare_texts(left.text, right.text)
    return [Reason(f"text.{level}", weights.TEXT_POINTS[level])]


def _ceilings(reasons: list[Reason]) -> list[int]:
    """What the score may not pass: another given name makes a brother or sister."""
    codes = {reason.code for reason in reasons}
    ceilings = [weights.SCALE]
    if "given.different" in codes and "number.same" not in codes:
        ceilings.append(weights.ANOTHER_PERSON_MOST)
    return ceilings
