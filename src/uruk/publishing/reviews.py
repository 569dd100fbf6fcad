"""What the rooms say of a change of a definition of their kind before two persons decide it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from uruk.definitions.api import Definition
from uruk.kernel.api import Text
from uruk.publishing.decisions import Line

Facts = Mapping[str, int]
_ADDED = Text("ملف جديد", "فایلی نوێ", "New file")
_REMOVED = Text("ملف أزيل", "فایلی لابراو", "File taken out")
_CHANGED = Text("ملف تغيّر", "فایلی گۆڕاو", "File changed")
MAX_LINES = 100


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


def changed_files(now: Definition, then: Definition, facts: Facts) -> Told:
    """The files that differ, by their names."""
    return Told(tuple(_files(now.files, then.files))[:MAX_LINES])


@dataclass(frozen=True)
class Review:
    """How a kind's definitions change.

    `check(now, then)` raises the coded error that says why `then` cannot take the place of `now`; it is asked often.
    `trial(now, then, since)` tries on a copy what was written under `now` (and changed since a moment, where one is
    given), and gives numbers for the proposal: names and whole numbers; it raises where something does not fit.
    `tell(now, then, facts)` says what changes. `archivable`: whether the room knows what an archived one is.
    """

    check: Callable[[Definition, Definition], None] = nothing_wrong
    trial: Callable[[Definition, Definition, datetime | None], Facts] = no_records
    tell: Callable[[Definition, Definition, Facts], Told] = changed_files
    archivable: bool = False


_REVIEWS: dict[str, Review] = {}


def contribute_review(kind: str, review: Review) -> None:
    """Have a room say what a change of its definitions means; contribute in ``AppConfig.ready``."""
    _REVIEWS[kind] = review


def review_of(kind: str) -> Review:
    """What is asked of a change of this kind."""
    return _REVIEWS.get(kind, Review())


def _files(now: Mapping[str, bytes], then: Mapping[str, bytes]) -> Iterator[Line]:
    for name in sorted({*now, *then}):
        if now.get(name) != then.get(name):
            label = _ADDED if name not in now else _REMOVED if name not in then else _CHANGED
            yield Line(label, Text(name, name, name))
