"""What an auditor is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uruk.definitions.api import Definition, Laws
from uruk.kernel.api import CodedError, Text
from uruk.services.domain.cases.rejudging import Difference
from uruk.services.views import ActView, ConsentView, PastAct
from uruk.trust.api import VerifiedReceipt


@dataclass(frozen=True)
class FoundCase:
    """A case as a list names it: nobody's data. `turn`: `task:ROLE`, `wait:PARTY PARTY` or `closed:HOW`."""

    id: UUID
    service: str
    title: Text
    state: str
    state_name: Text | None
    turn: str
    arrived: datetime
    since: datetime
    acts: int


@dataclass(frozen=True)
class CaseQuery:
    """Which cases: of a service, in a state, that arrived from a day on, until a day. `after`: where a page ended."""

    service: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    after: UUID | None = None


@dataclass(frozen=True)
class Proof:
    """An act's receipt (JSON) and what it proves; `problem`: why it proves nothing, or not what the node holds.

    `two_persons`: whether two officers signed what was done, each with a passkey that counted then.
    """

    receipt: str
    verified: VerifiedReceipt | None
    problem: CodedError | None = None
    two_persons: bool = False


@dataclass(frozen=True)
class Source:
    """Where an input came from: what was told, by whom (`registry`, `exchange`), and what proves it there."""

    value: Any
    source: str
    reference: str


@dataclass(frozen=True)
class ReplayedAct:
    """One act, and what the case came to by it.

    `past`: it as its readers are told of it. `inputs`: what it was decided on, by path (`facts.card`, `answers.area`).
    `state`, `due`, `task`, `parties`, `closed`, `values`: after it. `differences`: from what the rules give now; empty
    where they agree, None where no rule gives the act, because somebody said it of their own accord.
    """

    view: ActView
    past: PastAct
    inputs: Mapping[str, Source]
    state: str
    due: date | None
    task: str | None
    parties: tuple[str, ...]
    closed: str | None
    values: Mapping[str, Any]
    differences: tuple[Difference, ...] | None
    proof: Proof

    @property
    def holds(self) -> bool:
        """Whether the receipt proves the act and the rules give it again."""
        return self.proof.problem is None and not self.differences


@dataclass(frozen=True)
class PinnedRules:
    """The rules as they stood: the service with all that it names, its files, and the laws that it cites.

    `digest` is computed anew over the files (hex); `holds`: whether the case names it.
    """

    definition: Definition
    digest: str
    holds: bool
    files: Mapping[str, str]
    laws: Laws


@dataclass(frozen=True)
class Replay:
    """A case from its first act to its last, and the rules that it runs on; `consent`: under which an officer asked.

    `kept`: why it is kept beyond its time; empty where it is not.
    """

    id: UUID
    institution: str
    service: str
    subject: str
    channel: str
    acts: tuple[ReplayedAct, ...]
    rules: PinnedRules
    kept: str = ""
    consent: ConsentView | None = None
    consent_proof: Proof | None = None

    @property
    def holds(self) -> bool:
        """Whether every act is proved and follows from the rules, and these are those that the case names."""
        agreed = self.consent_proof is None or self.consent_proof.problem is None
        return agreed and self.rules.holds and all(one.holds for one in self.acts)
