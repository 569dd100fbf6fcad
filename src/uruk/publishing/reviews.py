"""What the rooms say of a change of a definition of their kind before two persons decide it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from uruk.definitions.api import Definition, Words, tell_differences
from uruk.kernel.api import Text
from uruk.publishing.countries import institutions
from uruk.publishing.decisions import Line

Facts = Mapping[str, int]
_PLAIN = Words()
_WRITES_END = Text(
    "بعد الأرشفة يُقرأ ما كُتب، ولا يُكتب شيء جديد، ولا تُجاب المؤسسات الأخرى.",
    "دوای ئەرشیفکردن ئەوەی نووسراوە دەخوێنرێتەوە، شتی نوێ نانووسرێت، و دامەزراوەکانی تر وەڵام نادرێنەوە.",
    "Once archived, what was written is read, nothing new is written, and no other institution is answered.",
)


@dataclass(frozen=True)
class Told:
    """What is said of a change to those who sign it."""

    lines: tuple[Line, ...]
    warning: Text | None = None


def no_records(now: Definition, then: Definition, since: datetime | None) -> Facts:
    """Nothing was written under the definition that must fit the new one."""
    return {}


def nothing_wrong(now: Definition, then: Definition) -> None:
    """Whatever `uruk check` lets pass may follow."""


def all_differences(now: Definition, then: Definition, facts: Facts) -> Told:
    """Everything that differs, part by part, in words."""
    return Told(difference_lines(now, then))


def difference_lines(now: Definition, then: Definition, words: Words = _PLAIN) -> tuple[Line, ...]:
    """What differs, with `words` of the kind's own; roles and institutions are called as they are today."""
    told = tell_differences(now, then, words, _names(then.institution))
    return tuple(Line(one.label, one.value) for one in told)


@dataclass(frozen=True)
class Review:
    """How a kind's definitions change.

    `check(now, then)` raises the coded error that says why `then` cannot take the place of `now`; it is asked often.
    `trial(now, then, since)` tries on a copy what was written under `now` (and changed since a moment, where one is
    given), and gives numbers for the proposal: names and whole numbers; it raises where something does not fit.
    `tell(now, then, facts)` says what changes. `archivable`: whether the room knows what an archived one is; `ends`:
    what is no longer, then.
    """

    check: Callable[[Definition, Definition], None] = nothing_wrong
    trial: Callable[[Definition, Definition, datetime | None], Facts] = no_records
    tell: Callable[[Definition, Definition, Facts], Told] = all_differences
    archivable: bool = False
    ends: Text = _WRITES_END


_REVIEWS: dict[str, Review] = {}


def contribute_review(kind: str, review: Review) -> None:
    """Have a room say what a change of its definitions means; contribute in ``AppConfig.ready``."""
    _REVIEWS[kind] = review


def review_of(kind: str) -> Review:
    """What is asked of a change of this kind."""
    return _REVIEWS.get(kind, Review())


def told_change(now: Definition, then: Definition) -> Told:
    """What changes from one version of a definition to another, as two persons would read it; nothing is tried."""
    return review_of(then.kind).tell(now, then, {})


def _names(own: str) -> dict[str, Text]:
    """What institutions are called, and the roles of one."""
    known = institutions()
    roles = known[own].roles.values() if own in known else ()
    return {one.code: one.names for one in known.values()} | {role.code: role.name for role in roles}
