"""The model of a service as its author wrote it: every name still a word, every expression still a source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from uruk.definitions.api import Duration, Field, Fields, Node, Place, ScalarNode
from uruk.services.domain.judging.deadlines import Days

Applicant = Literal["person", "guardian", "company", "institution", "group", "officer"]
Channel = Literal["web", "counter", "exchange", "case"]
Assurance = Literal["declared", "seen", "strong"]
EffectKind = Literal["record", "reserve", "release", "issue", "notify", "remind", "open", "revoke"]
Hit = Literal["unique", "first"]
StateKind = Literal["next", "task", "waits", "closed"]
Closing = Literal["granted", "refused", "lapsed", "withdrawn"]

# Whose turn it can be beside roles and institutions.
APPLICANT, COSIGNER, FEE, ROUND, REVIEWS = "applicant", "cosigner", "fee", "round", "reviews"
# Applicants for whom somebody acts whom a register names.
_NAMED_BY_REGISTERS = frozenset({"guardian", "company", "institution"})
# The applicant's action by which answers are given anew.
RESUBMIT = "resubmit"
# Names that expressions have for themselves.
RESERVED = frozenset({"applicant", "answers", "applied", "facts", "decided", "failed", "row", "today"})


@dataclass(frozen=True)
class Formula:
    """An expression as written, and the node where it stands."""

    source: str
    node: ScalarNode


@dataclass(frozen=True)
class Question:
    """A field of a step. `when`: asked only if it holds. `minimum`, `maximum`: bounds that are computed.

    `media`: the types of file that are taken, `max_kib` how large each may be.
    """

    field: Field
    place: Place
    when: Formula | None = None
    minimum: Formula | None = None
    maximum: Formula | None = None
    media: tuple[str, ...] = ()
    max_kib: int | None = None


@dataclass(frozen=True)
class Repeat:
    """A step that is asked several times: once for each row of a fact (`over`, called `name` meanwhile), or as often
    as the applicant wants within bounds.
    """

    over: str | None = None
    name: str = ""
    minimum: int = 0
    maximum: int = 100


@dataclass(frozen=True)
class Cosign:
    """Another person signs as well: the one whose number a question asks for. A state `waits: cosigner`."""

    number: str
    law: str | None


@dataclass(frozen=True)
class Step:
    """One page of the form; a repeated one makes a list of rows called like the step."""

    name: str
    questions: tuple[Question, ...]
    place: Place
    when: Formula | None = None
    repeat: Repeat | None = None
    cosign: Cosign | None = None


@dataclass(frozen=True)
class Fact:
    """What a registry says. `ask`: of another institution, over the exchange; else of the institution's own.

    `draws`: not what it knows, but the next number of its series, once for each case.

    `source`: registry, or institution, system and offer. `inputs`: by which values it is found. `newest`: of several
    records the one with the greatest value of that field. `each`: looked for once for every row of a list of answers.
    """

    name: str
    ask: bool
    source: tuple[str, ...]
    inputs: Mapping[str, Formula]
    place: Place
    many: bool = False
    newest: str | None = None
    each: str | None = None
    draws: bool = False

    @property
    def holder(self) -> str | None:
        """The institution that is asked; None for the own."""
        return self.source[0] if self.ask else None


@dataclass(frozen=True)
class Row:
    """A row of a table: a cell for each input, then what comes out. Cells are nodes until the columns are known."""

    cells: tuple[Node, ...]
    place: Place


@dataclass(frozen=True)
class Table:
    """What follows from which values. `each`: computed for every row of a list of answers."""

    name: str
    each: str | None
    hit: Hit
    law: str | None
    inputs: tuple[tuple[str, Place], ...]
    out: Field
    rows: tuple[Row, ...]
    place: Place


@dataclass(frozen=True)
class Value:
    """A named result of an expression. `otherwise`: what it is where there is nothing to reckon it from."""

    field: Field
    formula: Formula
    place: Place
    otherwise: object = None

    @property
    def name(self) -> str:
        """What expressions call it."""
        return self.field.name


@dataclass(frozen=True)
class Condition:
    """What must be true for the applicant to get what they ask for, and the article that says so."""

    name: str
    must: Formula
    law: str | None
    place: Place


@dataclass(frozen=True)
class Rule:
    """Where a case goes by itself; without `when` in any other case."""

    when: Formula | None
    to: str
    place: Place


@dataclass(frozen=True)
class Deadline:
    """How long a state may last, and what is then: another state, or another role's task.

    `start`: the day it is counted from, where that is a later one than the day on which the state began.
    """

    within: Duration
    to: str | None
    task: str | None
    place: Place
    start: Formula | None = None


@dataclass(frozen=True)
class Action:
    """What somebody whose task it is may do. `second`: the role of the other person who must agree.

    `marks`: the name under which faulty answers are marked for the applicant. `files`: those of its fields that are
    files, with what each takes.
    """

    name: str
    to: str
    second: str | None
    fields: Fields
    marks: str | None
    place: Place
    files: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Reviews:
    """Several say what they think at the same time. `by`: roles or institutions; `join`: how many must agree.

    `inputs`: what other institutions are told.
    """

    by: tuple[str, ...]
    join: int
    inputs: Mapping[str, Formula] = field(default_factory=dict)


@dataclass(frozen=True)
class Reminder:
    """When a notice is given that comes at a later day: so long `before` the last day of a document (`of`) that the
    state issues before it, while that holds; or before a `day` of the case. `apply`: the service that it leads to.
    """

    before: Duration
    of: str | None
    day: Formula | None
    apply: str | None


@dataclass(frozen=True)
class Effect:
    """What a state does once. `target`: registry, document, service or text; `each`: once for every row of a list.
    `whose`: for whom a case is opened that is not the applicant's. `reminder`: when it is told, where it is one.
    """

    kind: EffectKind
    target: str
    inputs: Mapping[str, Formula]
    place: Place
    each: str | None = None
    amount: Formula | None = None
    to: str | None = None
    whose: Formula | None = None
    reminder: Reminder | None = None


@dataclass(frozen=True)
class Appeal:
    """A refusal is looked at again, by another role, if the applicant asks within a length of time."""

    to: str
    task: str
    within: Duration
    place: Place


@dataclass(frozen=True)
class State:
    """Where a case stands: it moves by rules, is somebody's task, waits for a party, or is closed."""

    name: str
    kind: StateKind
    place: Place
    rules: tuple[Rule, ...] = ()
    task: str | None = None
    sees: tuple[tuple[str, Place], ...] = ()
    visit: bool = False
    actions: tuple[Action, ...] = ()
    waits: str | None = None
    reviews: Reviews | None = None
    outcomes: Mapping[str, tuple[str, Place]] = field(default_factory=dict)
    do: tuple[Effect, ...] = ()
    deadline: Deadline | None = None
    closed: Closing | None = None
    appeal: Appeal | None = None


@dataclass(frozen=True)
class Fee:
    """What it costs, in whole dinars; paid at a counter, where the number of the receipt is recorded."""

    amount: Formula
    law: str | None


@dataclass(frozen=True)
class Order:
    """One key by which a round ranks: the most or the least of a value comes first."""

    most: bool
    formula: Formula


@dataclass(frozen=True)
class Quota:
    """Places kept for those of whom something holds."""

    name: str
    when: Formula
    places: Formula


@dataclass(frozen=True)
class Round:
    """Many cases decided at once: those of one `call`, after the day it `ends`.

    Cases rank by `order`, and equal ones by the order they came or by lot. `waiting`: how many wait for a place.
    `task`: the role that has it decided once it has ended, `second` that of the other person who must agree; without
    `task` it is decided by itself.
    """

    call: Formula
    ends: Formula
    places: Formula
    order: tuple[Order, ...]
    ties: Literal["arrival", "lot"]
    quotas: tuple[Quota, ...]
    waiting: int
    law: str | None
    place: Place
    task: str | None = None
    second: str | None = None


@dataclass(frozen=True)
class Hole:
    """A name in braces in a text: the text's path, the name, and where the text stands."""

    path: str
    name: str
    place: Place


@dataclass(frozen=True)
class ServiceDefinition:
    """A service as its room reads it; the first state is where a submitted case begins.

    `event`: the life event under which the directory has it. `fee` None: it costs nothing. `guide`: conditions that
    somebody may try before they apply. `keep` None: for ever.
    `unsure`: parts (`facts.card`) that were written and not understood, so that nobody is told they are unknown.
    `examples`: the bytes of examples.yaml, tried with the calendars `days`. `digest`: of both files.
    """

    institution: str
    code: str
    applicants: tuple[Applicant, ...]
    assurance: Assurance
    channels: tuple[Channel, ...]
    e_signature: bool
    fee: Fee | None
    keep: Duration | None
    queue: Literal["arrival", "lot"]
    facts: Mapping[str, Fact]
    steps: tuple[Step, ...]
    tables: Mapping[str, Table]
    values: Mapping[str, Value]
    conditions: Mapping[str, Condition]
    states: Mapping[str, State]
    guide: tuple[tuple[str, Place], ...]
    round: Round | None
    roles: frozenset[str]
    holes: tuple[Hole, ...]
    unsure: frozenset[str]
    examples: bytes
    days: Days
    digest: bytes
    event: str | None = None

    @property
    def start(self) -> State | None:
        """Where a submitted case begins."""
        return next(iter(self.states.values()), None)

    @property
    def asks_others(self) -> bool:
        """Whether it asks other institutions: for facts, for a part of what they have, for what they think, or for whom
        somebody may act.
        """
        states = self.states.values()
        return (
            any(one.ask for one in self.facts.values())
            or any(done.kind == "reserve" and "/" in done.target for one in states for done in one.do)
            or any(one.reviews.inputs for one in states if one.reviews)
            or any(one in _NAMED_BY_REGISTERS for one in self.applicants)
        )
