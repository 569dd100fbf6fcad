"""What the acts of a case say. They are appended and never changed; where a case stands is folded from them."""

from collections.abc import Mapping
from typing import Any

import msgspec


class Told(msgspec.Struct, frozen=True):
    """What a holder said: a record, a list of records, or None where it has none; and what proves it.

    `source`: "registry" (`reference` is record and version of each) or "exchange" (the id of the request).
    """

    value: Any
    source: str
    reference: str


class Reasons(msgspec.Struct, frozen=True):
    """Why a case moved: what followed from answers and facts at that moment.

    `failed`: conditions that did not hold; `laws` the article of each; `facts` what each rests on. `values`: those that
    were known. `rows`: of each table the rows that matched.
    """

    rule: int | None = None
    failed: tuple[str, ...] = ()
    laws: Mapping[str, str] = {}
    facts: Mapping[str, tuple[str, ...]] = {}
    values: Mapping[str, Any] = {}
    rows: Mapping[str, tuple[int | None, ...]] = {}


class Submitted(msgspec.Struct, frozen=True, tag="submitted"):
    """Somebody asked for something. `facts`: what had been told while they answered. `due`: of the first state.

    `consent`: the act by which they agreed that an officer asks for them. `asker`: the address of another institution
    that asks for a review of a case of theirs. `mandate`: the register and the record (or message) by which whoever
    consented speaks for the applicant, where that is another.
    """

    applicant: Mapping[str, Any]
    answers: Mapping[str, Any]
    state: str
    facts: Mapping[str, Told] = {}
    due: str | None = None
    consent: str = ""
    asker: str = ""
    mandate: str = ""


class FactTold(msgspec.Struct, frozen=True, tag="fact"):
    """A holder answered."""

    fact: str
    told: Told


class Disputed(msgspec.Struct, frozen=True, tag="disputed"):
    """The applicant says that a fact is wrong."""

    fact: str
    reason: str


class Moved(msgspec.Struct, frozen=True, tag="moved"):
    """A case left a state for another. `by`: `next.0`, an action, an outcome, `late`, `appeal`.

    `said`: what was said with an action; `marks`: answers to be mended, by path, with what is wrong. `answers`: given
    anew. `task`: the role whose task the state is this time, where it is another than defined. `note`: why somebody
    appeals, or the number of the receipt for a fee. `round`: the id of the round that decided it. `outdated`: facts
    that were found by answers which are others now: they are asked for anew.
    """

    by: str
    start: str
    to: str
    due: str | None = None
    task: str | None = None
    said: Mapping[str, Any] = {}
    marks: Mapping[str, str] = {}
    answers: Mapping[str, Any] | None = None
    note: str = ""
    reasons: Reasons | None = None
    round: str = ""
    outdated: tuple[str, ...] = ()


class HandedOn(msgspec.Struct, frozen=True, tag="handed-on"):
    """A deadline passed and the state is another role's task from now on."""

    task: str
    due: str | None


class Proposed(msgspec.Struct, frozen=True, tag="proposed"):
    """An officer proposes an action that needs another person's signature."""

    action: str
    second: str
    said: Mapping[str, Any] = {}
    marks: Mapping[str, str] = {}


class Declined(msgspec.Struct, frozen=True, tag="declined"):
    """The second person does not sign, and says why: the task is the first role's again."""

    reason: str


class Reassigned(msgspec.Struct, frozen=True, tag="reassigned"):
    """A supervisor gives a case to another officer, and says why."""

    officer: str
    reason: str


class Reviewed(msgspec.Struct, frozen=True, tag="reviewed"):
    """One of several who are asked says what they think. `by`: a role or an institution.

    Of another institution: `reference` is what it was asked under, `receipt` the receipt (JSON) of its decision.
    """

    by: str
    agrees: bool
    note: str
    reference: str = ""
    receipt: str = ""


class Effected(msgspec.Struct, frozen=True, tag="effect"):
    """What came of an effect: of which entry of a state, at which position, for which row.

    `outcome`: done, short (not enough was left), waiting (for persons; another act says what came of it), or failed
    with the code of an error. `result`: what can be found by.
    """

    entry: int
    position: int
    row: int
    outcome: str
    result: Mapping[str, Any] = {}
    error: str = ""


class Retried(msgspec.Struct, frozen=True, tag="retried"):
    """Somebody has mended what an effect failed on: all that failed in this state is tried again."""

    reason: str


class Questioned(msgspec.Struct, frozen=True, tag="questioned"):
    """An officer asks the applicant something: the case waits for them, at most as long as its state may last."""

    question: str


class Replied(msgspec.Struct, frozen=True, tag="replied"):
    """The applicant answers what an officer asked: the task is the officers' again."""

    reply: str


class Kept(msgspec.Struct, frozen=True, tag="kept"):
    """The case may not be forgotten for the time being: somebody needs it as evidence."""

    reason: str


class LetGo(msgspec.Struct, frozen=True, tag="let-go"):
    """Nobody needs the case any longer than its service keeps it."""

    reason: str


Content = (
    Submitted
    | FactTold
    | Disputed
    | Moved
    | HandedOn
    | Proposed
    | Declined
    | Reassigned
    | Reviewed
    | Effected
    | Retried
    | Kept
    | LetGo
    | Questioned
    | Replied
)


def canonical(content: Content) -> str:
    """The one JSON text of a content: members sorted, UTF-8."""
    return msgspec.json.encode(content, order="deterministic").decode()


def read_content(text: str) -> Content:
    """The content again."""
    found: Content = msgspec.json.decode(text, type=Content)
    return found
