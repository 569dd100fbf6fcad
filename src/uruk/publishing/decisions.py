"""What two persons may decide: each kind of proposal is contributed by the room that carries it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uruk.kernel.api import CodedError, Text
from uruk.trust.api import Approval, Receipt

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One line of what is signed: what it is called and what it says."""

    label: Text
    value: Text


@dataclass(frozen=True)
class Summary:
    """A proposal as people read it before they sign; `warning` is what must not be overlooked."""

    title: Text
    lines: tuple[Line, ...] = ()
    warning: Text | None = None


@dataclass(frozen=True)
class Decided:
    """A proposal that two persons approved: exactly what they signed, and their approvals."""

    id: UUID
    kind: str
    institution: str
    body: Body
    attachment: bytes
    proposal: bytes
    approvals: tuple[Approval, ...]


def _nothing(decided: Decided, receipt: Receipt) -> None:
    """Nothing follows."""


@dataclass(frozen=True)
class Decision:
    """A kind of proposal: who may decide it, which act it becomes, and how it is read.

    `right` is what an office must bring (`approve-agreements`); `act` and `role` are type and role of the statement,
    whose body is the proposal's. `check(institution, body, attachment)` raises the coded error that says why it cannot
    be done, now or any more; `summary(institution, body, attachment)` is what people read. `rows(act_id, decided)`
    writes what the act brings, inside its transaction. `after(decided, receipt)` is called once the receipt is there,
    and must bear being called again; what it does must also be done by the node's rounds, in case it was interrupted.
    """

    kind: str
    right: str
    act: str
    role: str
    check: Callable[[str, Body, bytes], None]
    summary: Callable[[str, Body, bytes], Summary]
    rows: Callable[[UUID, Decided], None]
    after: Callable[[Decided, Receipt], None] = _nothing


_DECISIONS: dict[str, Decision] = {}


def contribute_decision(decision: Decision) -> None:
    """Have proposals of a kind carried out by the room that knows them; contribute in ``AppConfig.ready``."""
    _DECISIONS[decision.kind] = decision


def decision_of(kind: str) -> Decision:
    """The decision of that kind; one that nobody contributed: ``publishing.decision_unknown``."""
    if kind not in _DECISIONS:
        raise CodedError("publishing.decision_unknown", kind=kind[:40])
    return _DECISIONS[kind]


def decisions() -> tuple[Decision, ...]:
    """All kinds of decision, by name."""
    return tuple(_DECISIONS[kind] for kind in sorted(_DECISIONS))
