"""What the door shows: registries, records, their versions, requests for change; and what it answers to a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from uruk.definitions.api import Definition
from uruk.kernel.api import CodedError, Text
from uruk.registries.checking import Problem
from uruk.registries.domain.change import ChangeKind, FieldChange
from uruk.registries.domain.definition import RegistryDefinition, Right
from uruk.registries.store import Status
from uruk.trust.api import Receipt

RequestState = Literal["draft", "open", "accepted", "refused", "withdrawn"]


class InvalidChangesError(CodedError):
    """Changes that may not be recorded: ``registries.changes_invalid``; `problems` names each change and field."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        fields = sorted({one.field for one in problems if one.field})
        super().__init__("registries.changes_invalid", count=len(problems), fields=fields[:20] or ["—"])
        self.problems = problems

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.problems,)


@dataclass(frozen=True)
class RegistryView:
    """A registry as an office may use it: `rights` are those of the office."""

    institution: str
    code: str
    title: Text
    definition: Definition
    model: RegistryDefinition
    rights: frozenset[Right]


@dataclass(frozen=True)
class RecordView:
    """A record as one reader sees it.

    `number`: the version shown, `latest` the newest there is (what a change must name as its base). `values`: the
    fields that the reader may see, secrets masked; `withheld` names the others. `title` is empty where the reader may
    not see what names the record. `merged_into`: the record that this one is now part of.
    """

    institution: str
    registry: str
    record: UUID
    number: int
    latest: int
    status: Status
    values: Mapping[str, Any]
    withheld: tuple[str, ...]
    definition: Definition
    title: str
    valid_from: date | None
    valid_until: date | None
    changed_at: datetime
    act: UUID
    merged_into: UUID | None = None
    taken: int | None = None
    left: int | None = None


@dataclass(frozen=True)
class VersionView:
    """A version in a record's timeline: who said what, when, why, on which evidence.

    `changes`: field by field against the version before; of a forgotten record neither they nor `values` are left.
    `reason`, `author` and `approver` (the second person, where there was one) are empty where the reader may not see
    them. `of_another`: to the person who reads, because
    the record was about somebody else then; nothing of it is in the view but number, kind, days and act.
    """

    record: UUID
    number: int
    kind: ChangeKind
    status: Status
    values: Mapping[str, Any]
    changes: tuple[FieldChange, ...]
    withheld: tuple[str, ...]
    definition: Definition
    valid_from: date
    valid_until: date | None
    recorded_at: datetime
    act: UUID
    author: str
    role: str
    channel: str
    reason: str
    evidence: tuple[str, ...]
    request: UUID | None
    other: UUID | None
    forgotten: bool
    of_another: bool = False
    approver: UUID | None = None


@dataclass(frozen=True)
class Page:
    """Records in an order; `next` is the token of the page after it, empty at the end."""

    records: tuple[RecordView, ...]
    next: str
    total: int | None = None


@dataclass(frozen=True)
class RequestedChange:
    """A change that is asked for: the fields it would change, as the record says them now, and as it would."""

    kind: ChangeKind
    record: UUID | None
    base: int | None
    changes: tuple[FieldChange, ...]
    valid_from: date | None
    valid_until: date | None
    other: UUID | None


@dataclass(frozen=True)
class RequestView:
    """A request for a change set.

    `state`: "draft" until its author signed it, "open" while it waits for a decision. `by_citizen`: a person asked for
    the correction of their own record; `by_program`: a program of the institution asked; neither signs. `hindrance`:
    why it cannot be accepted as it stands. `content_gone`: its content was destroyed because a record in it was
    forgotten. `submitter`: who signed it, its author or the officer
    who took a citizen's up; None until then.
    """

    id: UUID
    institution: str
    registry: str
    title: Text
    state: RequestState
    by_citizen: bool
    count: int
    changes: tuple[RequestedChange, ...]
    author: UUID | None
    role: str
    reason: str
    evidence: tuple[str, ...]
    made_at: datetime
    closed_at: datetime | None = None
    closing_reason: str = ""
    act: UUID | None = None
    hindrance: CodedError | None = None
    content_gone: bool = False
    submitter: UUID | None = None
    by_program: bool = False

    @property
    def unsigned(self) -> bool:
        """Whether its author signs nothing: an officer takes it up."""
        return self.by_citizen or self.by_program


@dataclass(frozen=True)
class Done:
    """What a change set recorded: the act with its receipt, and for each change the record and its new version."""

    act: UUID
    receipt: Receipt
    records: tuple[UUID, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Open:
    """The change set waits for a second person: its request."""

    request: RequestView


@dataclass(frozen=True)
class Checked:
    """The change set could be recorded as it stands; nothing was written."""

    count: int
