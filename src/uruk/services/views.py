"""What the door shows of a case: to its applicant, to the officer whose task it is, to who looks at it act by act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uruk.definitions.api import Article, Definition, Field, Fields
from uruk.kernel.api import CodedError, Text
from uruk.services.domain.cases.folding import Entry
from uruk.services.domain.definition import Question
from uruk.services.domain.linked import Service
from uruk.services.rounds.views import PlaceView
from uruk.trust.api import Receipt


@dataclass(frozen=True)
class FailedCondition:
    """A condition that did not hold: what it says, the article, the facts it rests on."""

    name: str
    text: Text
    law: str
    article: Article | None
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """Why a case came where it is, for whoever reads it.

    `by`: what moved it there last (a rule, an action, an outcome, `late`). `said`: what an officer said.
    `appeal_until`: the last day on which the applicant may appeal; None where they may not, or no longer.
    """

    by: str
    failed: tuple[FailedCondition, ...]
    values: Mapping[str, Any]
    said: Mapping[str, Any]
    appeal_until: date | None


@dataclass(frozen=True)
class EffectView:
    """What a state does, and what came of it: `waiting`, done, short or failed (`error`); `waits_for`: whom."""

    kind: str
    target: str
    outcome: str
    waits_for: str = ""
    error: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class WaitView:
    """What was asked for in vain: how often, since when, when next, and why it was not answered."""

    what: str
    tries: int
    since: datetime
    next_at: datetime
    error: str


@dataclass(frozen=True)
class ActionView:
    """What the reader may do now. `second`: the role of the other person who must sign. `files`: its fields that are
    files, with what each takes.
    """

    name: str
    to: str
    fields: Fields
    second: str | None
    marks: str | None
    files: tuple[Question, ...] = ()


@dataclass(frozen=True)
class ProposedAction:
    """An action that waits for a second person: what was proposed, by whom, in which role."""

    action: str
    said: Mapping[str, Any]
    marks: Mapping[str, str]
    by: UUID | None
    role: str
    second: str


@dataclass(frozen=True)
class ConditionView:
    """A condition as it stands now: what it says, the article, whether it holds (None: not known), its facts."""

    name: str
    text: Text
    law: str
    article: Article | None
    holds: bool | None
    facts: tuple[str, ...]


@dataclass(frozen=True)
class PastAct:
    """One act of a case for whoever has it before them.

    `by`: the action, outcome or rule, the fact, what came of an effect, or the address that asked for the case; `to`:
    the state, the role or the officer whose it is then, or the effect (its kind, a space, its target); `note`: the
    reason, question, reply or objection, or the code of an error. `program`: what did it, where no person did.
    """

    seq: int
    act: UUID
    type: str
    at: datetime
    person: UUID | None
    role: str
    by: str
    to: str
    note: str
    program: Text | None = None


@dataclass(frozen=True)
class QuestionView:
    """What an officer asked the applicant, and what they answered: empty while it is `open`, or where time was up."""

    seq: int
    at: datetime
    question: str
    reply: str
    replied_at: datetime | None
    open: bool


@dataclass(frozen=True)
class CasePast:
    """What was before. `before`: the answers that were given anew since (None: never); `mended`: their marks.

    Rows of repeated steps stand at the places of what became of them: None where one is new, those that went last.
    """

    acts: tuple[PastAct, ...]
    questions: tuple[QuestionView, ...]
    before: Mapping[str, Any] | None
    mended: Mapping[str, str]


@dataclass(frozen=True)
class ConsentView:
    """A consent as it was noted: by whom, in which role, when; `receipt`: of the act."""

    id: UUID
    institution: str
    service: str
    title: Text
    number: str
    name: str
    born: date
    way: str
    paper: str
    witness: str
    at: datetime
    person: UUID | None
    role: str
    receipt: Receipt


@dataclass(frozen=True)
class CaseView:
    """A case as one reader sees it.

    `seq`: how many acts there are; what is done names it, so that nobody decides on what has moved. `task`, `parties`,
    `closed`: whose turn it is. `answers`, `facts`, `values`, `decided`: what the reader may see of each.
    `conditions`: for whoever may see values; `given`: the reader has it before them as an officer. `told`: what the
    service says of its state; `fee_iqd`: what it costs, None where that is nothing or not known yet.
    """

    id: UUID
    institution: str
    service: str
    definition: Definition
    seq: int
    submitted_at: datetime
    state: str
    since: datetime
    due: date | None
    task: str | None
    parties: tuple[str, ...]
    closed: str | None
    applicant: Mapping[str, Any]
    answers: Mapping[str, Any]
    facts: Mapping[str, Any]
    values: Mapping[str, Any]
    decided: Mapping[str, Any]
    marks: Mapping[str, str]
    disputes: Mapping[str, str]
    decision: Decision | None
    effects: tuple[EffectView, ...]
    waits: tuple[WaitView, ...]
    actions: tuple[ActionView, ...]
    proposed: ProposedAction | None
    entries: tuple[Entry, ...]
    told: Text
    fee_iqd: int | None
    past: CasePast
    conditions: tuple[ConditionView, ...]
    reviews: Mapping[str, bool]
    given: bool
    consent: ConsentView | None = None
    error: str = ""
    round: PlaceView | None = None


@dataclass(frozen=True)
class QueueView:
    """A queue of a role: how many cases there are in it, and when the longest waiting one came (None: by lot).

    `more`: there are more than `cases`, so many that they are not counted.
    `late`: over their last day; `soon`: due within three days; `first_due`: the first last day of both, None where
    there are none.
    """

    service: str
    title: Text
    cases: int
    oldest: datetime | None
    role: str
    late: int
    soon: int
    first_due: date | None
    more: bool = False


@dataclass(frozen=True)
class HeldView:
    """A case that an officer has before them, and until when it stays theirs."""

    case: UUID
    service: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class MovedSince:
    """What was done in a case since somebody looked at it, in the words of its service; no act's reason."""

    definition: Definition
    acts: tuple[PastAct, ...]


@dataclass(frozen=True)
class OfficerLoad:
    """What an officer of a role has: cases before them, and cases that a supervisor gave them."""

    person: UUID
    role: str
    before: int
    given: int


@dataclass(frozen=True)
class Workload:
    """What waits in an institution: by queue, by officer, and how many there are of each kind of `overseen`."""

    queues: tuple[QueueView, ...]
    officers: tuple[OfficerLoad, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True)
class OverseenView:
    """A case as a supervisor finds it: where it stands, whose turn it is (`turn` as stored), who has it before them."""

    case: UUID
    service: str
    title: Text
    state: str
    turn: str
    since: datetime
    due: date | None
    held_by: UUID | None


@dataclass(frozen=True)
class OverseenPage:
    """Cases that a supervisor looks through; `next`: where the next page begins, empty at the end."""

    cases: tuple[OverseenView, ...]
    next: str


@dataclass(frozen=True)
class SupervisedCase:
    """A case for its supervisor: nothing of what it says. `officers`: who may be given it, each with the role."""

    id: UUID
    institution: str
    service: str
    definition: Definition
    seq: int
    submitted_at: datetime
    state: str
    since: datetime
    due: date | None
    task: str | None
    parties: tuple[str, ...]
    closed: str | None
    error: str
    held_by: UUID | None
    assigned: UUID | None
    officers: tuple[tuple[UUID, str], ...]
    entries: tuple[Entry, ...]
    effects: tuple[EffectView, ...]
    waits: tuple[WaitView, ...]


@dataclass(frozen=True)
class RevocationView:
    """A document that a case waits for somebody to revoke: its type, and since when."""

    case: UUID
    service: str
    type: str
    document: UUID
    since: datetime


@dataclass(frozen=True)
class TroubleView:
    """A case that somebody must see to: effects of its state failed, or it cannot go on (`error`: a code)."""

    case: UUID
    service: str
    state: str
    since: datetime
    failed: int
    error: str


@dataclass(frozen=True)
class ActView:
    """One act of a case as the auditor replays it: what it says, by which person or program, its receipt by its id.

    `mandate`: by which they acted for the applicant (the id of its act).
    """

    act: UUID
    seq: int
    type: str
    at: datetime
    person: UUID | None
    role: str
    channel: str
    content: Mapping[str, Any]
    mandate: UUID | None = None


@dataclass(frozen=True)
class DraftView:
    """A draft as it fits the service in force. `answers`: as typed; `problems`: what is wrong or missing, by path.

    `asked`: the steps that are asked; `questions`: what they ask, by path, with its bounds (`crops.0.area_m2`);
    `about`: of a step that is repeated over a fact the rows of that fact. `cleaned`: the answers that are right, as
    values.
    `facts`: what holders said so far, None where they have nothing; `waiting`: facts that nobody has told. `linked`:
    the service itself. `came`, `went`: questions that it did not have, or has no more, since the draft was last saved.
    `deleted_on`: the day on which it is deleted. `applicant`: number, kind and day of birth of whom it is for, where
    that is another than who began it; empty else.
    """

    id: UUID
    institution: str
    service: str
    definition: Definition
    answers: Mapping[str, Any]
    cleaned: Mapping[str, Any]
    problems: tuple[tuple[str, CodedError], ...]
    asked: tuple[str, ...]
    questions: Mapping[str, Field]
    about: Mapping[str, Sequence[Mapping[str, object]]]
    facts: Mapping[str, Any]
    linked: Service
    waiting: tuple[str, ...]
    saved_at: datetime
    deleted_on: date
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    applicant: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DraftKey:
    """What opens a draft for who is not signed in: shown once. `digits`: to be read out; `token`: for the browser."""

    digits: str
    token: str
