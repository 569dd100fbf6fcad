"""What storage takes and gives: rows without rights and without rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from uruk.kernel.api import CodedError

# `dormant`: no version is in force today, because all begin later or have ended. `forgotten` is final.
Status = Literal["live", "withdrawn", "merged", "dormant", "forgotten"]
Operator = Literal["eq", "prefix", "from", "to"]
MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be written with the intent of its act. ``content`` is canonical JSON: an object of values.

    ``status`` is what the record is while this version is in force; ``other`` is the second record of a merge: for
    the one that goes (status merged) the one that stays. ``valid_until`` is the first day it is not true any more.
    """

    rid: int
    number: int
    record: UUID
    kind: str
    status: Status
    content: str
    format: int
    valid_from: date
    valid_until: date | None
    recorded_at: datetime
    act_id: UUID
    position: int
    salt: bytes
    leaf: bytes
    author: str
    role: str
    channel: str
    reason: str
    evidence: tuple[str, ...] = ()
    request: UUID | None = None
    other: UUID | None = None
    values: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    """What ``content`` says, where it is in hand: then it need not be read again."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as it was written; content, salt and reason are None once the record is forgotten."""

    rid: int
    number: int
    record: UUID
    kind: str
    status: Status
    content: str | None
    format: int
    valid_from: date
    valid_until: date | None
    recorded_at: datetime
    act_id: UUID
    position: int
    salt: bytes | None
    leaf: bytes
    author: str
    role: str
    channel: str
    reason: str | None
    evidence: tuple[str, ...]
    request: UUID | None
    other: UUID | None


@dataclass(frozen=True, slots=True)
class CurrentRow:
    """A record as it is today. ``latest`` is its newest version with a receipt, ``number`` the one in force (0: none).

    ``merged_into`` is set while status is merged. ``taken`` of ``cap`` is reserved or confirmed; cap None: no bound.
    """

    rid: int
    record: UUID
    latest: int
    number: int
    status: Status
    merged_into: UUID | None
    content: str | None
    format: int
    valid_from: date | None
    valid_until: date | None
    changed_at: datetime
    act_id: UUID
    taken: int
    cap: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on an indexed field: ``eq``, ``prefix`` (text), ``from`` and ``to`` (both inclusive)."""

    field: str
    op: Operator
    value: str | int | date


@dataclass(frozen=True, slots=True)
class PageQuery:
    """What a page shows. Without ``order`` records come as they were made; ``after``: the token of the page before.

    ``skip``: so many records are passed over first, which takes as long as to read them.
    """

    filters: tuple[Filter, ...] = ()
    words: str = ""
    order: str | None = None
    descending: bool = False
    after: str = ""
    limit: int = 50
    skip: int = 0
    statuses: tuple[Status, ...] = ("live",)


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows of a page; ``next`` is the token for the page after it, empty at the end."""

    rows: tuple[CurrentRow, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day on which another version of a record comes into force, or none any more: then ``refresh`` it."""

    rid: int
    day: date


@dataclass(frozen=True, slots=True)
class Held:
    """How much of a capacity is taken after it was changed."""

    taken: int
    cap: int


@dataclass(frozen=True, slots=True)
class Group:
    """How many records have a value; None: those without one."""

    value: str | int | None
    count: int


class VersionTakenError(CodedError):
    """Somebody else wrote this version of the record first."""

    def __init__(self, rid: int, number: int) -> None:
        super().__init__("registries.version_moved")
        self.rid = rid
        self.number = number


class KeyTakenError(CodedError):
    """Another live record, or one on its way, has this key, which the record ``rid`` was to have.

    ``key`` is the key's place in the definition, from 0.
    """

    def __init__(self, rid: int, key: int, fields: Sequence[str], value: str) -> None:
        super().__init__("registries.key_taken", field=", ".join(fields), value=value[:60])
        self.rid = rid
        self.key = key
        self.fields = tuple(fields)
        self.value = value
