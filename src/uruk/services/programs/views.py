"""What a program is told of cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uruk.definitions.api import Definition
from uruk.kernel.api import CodedError
from uruk.services.domain.linked import Service
from uruk.trust.api import Receipt


@dataclass(frozen=True)
class CaseStatus:
    """Where a case stands: nobody's data. `seq`: how many acts there are, which what is done names.

    `turn`: `task:ROLE`, `wait:PARTY PARTY` or `closed:HOW`; `definition`: the digest (hex) of the service it runs on;
    `since`: in this state; `error`: why it cannot go on.
    """

    case: UUID
    service: str
    definition: str
    seq: int
    state: str
    turn: str
    arrived: datetime
    since: datetime
    due: date | None
    error: str


@dataclass(frozen=True)
class CasePage:
    """Cases in the order in which they arrived; `next`: where the next page begins, empty at the end."""

    cases: tuple[CaseStatus, ...]
    next: str


@dataclass(frozen=True)
class CaseCursor:
    """Which cases: in a state, that arrived from a day on, until a day; `after`: where the page before ended."""

    state: str = ""
    since: date | None = None
    until: date | None = None
    after: str = ""
    limit: int = 50


@dataclass(frozen=True)
class CasePaper:
    """A document of a case: its type, what became of it, whom it waits for, and its id once it is issued."""

    type: str
    outcome: str
    waits_for: str
    document: UUID | None


@dataclass(frozen=True)
class CaseRead:
    """A case as a program may read it, whole: what the applicant said, what holders told, what follows from both."""

    status: CaseStatus
    definition: Definition
    applicant: Mapping[str, Any]
    answers: Mapping[str, Any]
    facts: Mapping[str, Any]
    values: Mapping[str, Any]
    decided: Mapping[str, Any]
    papers: tuple[CasePaper, ...]


@dataclass(frozen=True)
class ActTold:
    """An act of a case without anything that somebody said: nobody's data. `by`, `to`: as `PastAct` has them.

    `log`, `number`: where its entry stands. `program`: whether a program of the institution did it.
    """

    seq: int
    act: UUID
    type: str
    at: datetime
    role: str
    channel: str
    program: bool
    by: str
    to: str
    log: str
    number: int


@dataclass(frozen=True)
class ActPage:
    """Acts of a case in their order; `next`: where the next page begins, empty at the end."""

    acts: tuple[ActTold, ...]
    next: str


@dataclass(frozen=True)
class TriedAnswers:
    """Answers that were tried on a service, of which nothing is kept.

    `problems`: what is wrong or missing, by path; `asked`: the steps that are asked; `waiting`: facts on which more may
    depend, and which are asked for only when somebody applies; `service`: linked, with its fields.
    """

    definition: Definition
    service: Service
    problems: tuple[tuple[str, CodedError], ...]
    asked: tuple[str, ...]
    waiting: tuple[str, ...]


@dataclass(frozen=True)
class ToHandIn:
    """What a program hands in for whoever gave a consent. `case`: its id, under which the same again is harmless."""

    case: UUID
    consent: UUID
    answers: Mapping[str, object]


@dataclass(frozen=True)
class HandedIn:
    """A case that a program handed in, where it stands, and the receipt for that. `number`: by which people name it."""

    status: CaseStatus
    receipt: Receipt
    number: str
