"""Folds the acts of a case into where it stands. Nothing of this is stored but to be found by it."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, singledispatch
from uuid import UUID

from uruk.kernel.api import day_of
from uruk.services.domain.cases.contents import (
    Content,
    Declined,
    Disputed,
    Effected,
    FactTold,
    HandedOn,
    Kept,
    LetGo,
    Moved,
    Proposed,
    Questioned,
    Reasons,
    Reassigned,
    Replied,
    Retried,
    Reviewed,
    Submitted,
    Told,
)
from uruk.services.domain.ground import NOTHING, Ground
from uruk.services.domain.judging.reckoning import Reckoning
from uruk.services.domain.linked import Service

FAILED = "failed"


@dataclass(frozen=True)
class Done:
    """An act of a case: its place among them (from 1), who did it (`program`: by which of the institution's systems),
    when, and what it says.
    """

    seq: int
    at: datetime.datetime
    content: Content
    person: UUID | None = None
    role: str = ""
    program: UUID | None = None


@dataclass(frozen=True)
class Entry:
    """A stay in a state: begun by which act, how, until when at most. `task`: whose it is, where not as defined."""

    seq: int
    state: str
    at: datetime.datetime
    by: str
    due: datetime.date | None
    task: str | None = None


@dataclass(frozen=True)
class Unfolded:
    """A case as its acts say.

    `facts`: what holders told, by name. `entries`: every stay in a state, the last is where it is. `effects`: what came
    of each, by entry, position and row. `proposed`: what waits for a second person, with the act that proposed it.
    `question`: the act that asks the applicant something, until they answer or the case moves.
    `officers`: who decided something of it, each with the number of the act. `assigned`: whom a supervisor gave it to.
    `askers`: who did something of it on the applicant's side, in no office: applied, mended, signed as well.
    `consent`: under which an officer submitted it. `kept`: why it may not be forgotten, while it may not.
    """

    seq: int = 0
    submitted_at: datetime.datetime | None = None
    submitted_by: UUID | None = None
    applicant: Mapping[str, object] = field(default_factory=dict)
    answers: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, Told] = field(default_factory=dict)
    disputes: Mapping[str, str] = field(default_factory=dict)
    decided: Mapping[str, object] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    reasons: Reasons | None = None
    effects: Mapping[tuple[int, int, int], Effected] = field(default_factory=dict)
    reviews: Mapping[str, Reviewed] = field(default_factory=dict)
    proposed: Done | None = None
    question: Done | None = None
    assigned: UUID | None = None
    kept: str = ""
    officers: tuple[tuple[int, UUID], ...] = ()
    askers: frozenset[UUID] = frozenset()
    consent: str = ""
    _reckonings: dict[tuple[int, datetime.date], Reckoning] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @property
    def entry(self) -> Entry:
        """Where the case is now."""
        return self.entries[-1]

    @cached_property
    def entered(self) -> Mapping[int, str]:
        """The state that each stay was in, by the act that began it."""
        return {one.seq: one.state for one in self.entries}

    def ground(self, today: datetime.date) -> Ground:
        """What it is judged on, on a day."""
        facts = {name: NOTHING if one.value is None else one.value for name, one in self.facts.items()}
        applied = None if self.submitted_at is None else day_of(self.submitted_at)
        return Ground(today, self.answers, facts, self.applicant, self.decided, applied)

    def reckoning(self, service: Service, today: datetime.date) -> Reckoning:
        """What follows from it on a day, reckoned once for all who ask."""
        key = (id(service), today)
        if key not in self._reckonings:
            self._reckonings[key] = Reckoning(service, self.ground(today))
        return self._reckonings[key]


def fold(acts: Iterable[Done], start: Unfolded | None = None) -> Unfolded:
    """Where a case stands after these acts, in their order; `start`: after those before them."""
    found = start or Unfolded()
    for act in acts:
        if act.seq != found.seq + 1:
            raise ValueError(f"act {act.seq} follows {found.seq}")
        asker = frozenset[UUID]() if act.person is None or act.role else frozenset({act.person})
        found = replace(_after(act.content, act, found), seq=act.seq, askers=found.askers | asker)
    return found


@singledispatch
def _after(content: Content, act: Done, before: Unfolded) -> Unfolded:
    raise TypeError(f"no act says {content!r}")


@_after.register
def _(content: Submitted, act: Done, before: Unfolded) -> Unfolded:
    entry = Entry(act.seq, content.state, act.at, "submitted", _day(content.due))
    return replace(
        before,
        submitted_at=act.at,
        submitted_by=act.person,
        applicant=content.applicant,
        answers=content.answers,
        facts=content.facts,
        consent=content.consent,
        entries=(entry,),
    )


@_after.register
def _(content: FactTold, act: Done, before: Unfolded) -> Unfolded:
    return replace(before, facts={**before.facts, content.fact: content.told})


@_after.register
def _(content: Disputed, act: Done, before: Unfolded) -> Unfolded:
    return replace(before, disputes={**before.disputes, content.fact: content.reason})


@_after.register
def _(content: Moved, act: Done, before: Unfolded) -> Unfolded:
    entry = Entry(act.seq, content.to, act.at, content.by, _day(content.due), content.task)
    proposer = None if before.proposed is None else before.proposed.person
    persons = (proposer, act.person if act.role else None)
    decided_by = tuple((act.seq, one) for one in persons if one is not None)
    return replace(
        before,
        entries=(*before.entries, entry),
        answers=before.answers if content.answers is None else content.answers,
        facts={name: one for name, one in before.facts.items() if name not in content.outdated},
        decided={**before.decided, **content.said},
        marks=content.marks,
        reasons=content.reasons or before.reasons,
        reviews={},
        proposed=None,
        question=None,
        assigned=None,
        officers=before.officers + decided_by,
    )


@_after.register
def _(content: HandedOn, act: Done, before: Unfolded) -> Unfolded:
    last = replace(before.entry, task=content.task, due=_day(content.due))
    return replace(before, entries=(*before.entries[:-1], last), proposed=None, question=None, assigned=None)


@_after.register
def _(content: Proposed, act: Done, before: Unfolded) -> Unfolded:
    return replace(before, proposed=act, assigned=None)


@_after.register
def _(content: Declined, act: Done, before: Unfolded) -> Unfolded:
    return replace(before, proposed=None, assigned=None)


@_after.register
def _(content: Reassigned, act: Done, before: Unfolded) -> Unfolded:
    return replace(before, assigned=UUID(content.officer))


@_after.register
def _(content: Reviewed, act: Done, before: Unfolded) -> Unfolded:
    return replace(before, reviews={**before.reviews, content.by: content})


@_after.register
def _(content: Effected, act: Done, before: Unfolded) -> Unfolded:
    key = (content.entry, content.position, content.row)
    return replace(before, effects={**before.effects, key: content})


@_after.register
def _(content: Retried, act: Done, before: Unfolded) -> Unfolded:
    kept = {key: one for key, one in before.effects.items() if key[0] != before.entry.seq or one.outcome != FAILED}
    return replace(before, effects=kept)


@_after.register
def _(content: Questioned, act: Done, before: Unfolded) -> Unfolded:
    return replace(before, question=act)


@_after.register
def _(content: Replied, act: Done, before: Unfolded) -> Unfolded:
    return replace(before, question=None)


@_after.register
def _(content: Kept, act: Done, before: Unfolded) -> Unfolded:
    return replace(before, kept=content.reason)


@_after.register
def _(content: LetGo, act: Done, before: Unfolded) -> Unfolded:
    return replace(before, kept="")


def _day(written: str | None) -> datetime.date | None:
    return None if written is None else datetime.date.fromisoformat(written)
