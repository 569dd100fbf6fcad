"""The bodies that are taken, as shapes: unknown members, wrong types and sizes are refused before anything else."""

import re
from datetime import date
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import msgspec
from django.http import HttpRequest
from msgspec import Meta

from uruk.kernel.api import CodedError
from uruk.registries.api import MAX_CHANGES
from uruk.rest.bodies import read_object, require_json

MAX_BODY_BYTES = 1 << 20
MAX_BULK_BYTES = 8 << 20
Operator = Literal["eq", "prefix", "from", "to"]
Status = Literal["live", "withdrawn", "merged", "dormant", "forgotten"]
Kind = Literal["create", "change", "correct", "withdraw", "restore", "merge", "unmerge"]
Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Reason = Annotated[str, Meta(min_length=1, max_length=1_000)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Evidence = Annotated[tuple[Digest, ...], Meta(max_length=20)]
Values = dict[str, Any]
Shape = TypeVar("Shape")
_PLACE = re.compile(r"`\$\.?([^`]*)`\Z")


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Create(_Strict, frozen=True):
    """A new record; `record`: its id, where the program chooses it."""

    values: Values
    reason: Reason
    evidence: Evidence = ()
    valid_from: date | None = None
    valid_until: date | None = None
    record: UUID | None = None


class Amend(_Strict, frozen=True):
    """A change of fields; null takes a value away."""

    values: Values
    reason: Reason
    evidence: Evidence = ()
    valid_from: date | None = None
    valid_until: date | None = None


class Correct(_Strict, frozen=True):
    """A correction of the version `corrects`; of the one in force, where none is named."""

    values: Values
    reason: Reason
    evidence: Evidence = ()
    valid_from: date | None = None
    valid_until: date | None = None
    corrects: Number | None = None


class Withdraw(_Strict, frozen=True):
    """A withdrawal, from a day on."""

    reason: Reason
    evidence: Evidence = ()
    valid_from: date | None = None


class Restore(_Strict, frozen=True):
    """A restoration of what was withdrawn, or the undoing of a merge; `values` change it at once."""

    reason: Reason
    values: Values = {}
    evidence: Evidence = ()
    valid_from: date | None = None


class Merge(_Strict, frozen=True):
    """A merge into `other`, which stays and gets `values`."""

    other: UUID
    reason: Reason
    values: Values = {}
    evidence: Evidence = ()


class OneChange(_Strict, frozen=True):
    """One change of a set."""

    kind: Kind
    record: UUID | None = None
    base: Number | None = None
    values: Values = {}
    valid_from: date | None = None
    valid_until: date | None = None
    corrects: Number | None = None
    other: UUID | None = None


class Changes(_Strict, frozen=True):
    """A change set: all or nothing."""

    changes: Annotated[tuple[OneChange, ...], Meta(min_length=1, max_length=MAX_CHANGES)]
    reason: Reason
    evidence: Evidence = ()


class Condition(_Strict, frozen=True):
    """A condition of a search."""

    field: Annotated[str, Meta(min_length=1, max_length=60)]
    op: Operator
    value: str | int | bool


class Search(_Strict, frozen=True):
    """A page that is asked for in a body."""

    filters: Annotated[tuple[Condition, ...], Meta(max_length=20)] = ()
    words: Annotated[str, Meta(max_length=200)] = ""
    order: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    descending: bool = False
    after: Annotated[str, Meta(max_length=2_000)] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    status: Status = "live"
    total: bool = False


class ByKey(_Strict, frozen=True):
    """A key: its fields with their values."""

    key: Annotated[dict[str, str | int | bool], Meta(min_length=1, max_length=20)]


def read(request: HttpRequest, shape: type[Shape], limit: int = MAX_BODY_BYTES) -> Shape:
    """The body in its shape. Errors: ``rest.json_only``, ``rest.body_shape``, those of `read_object`."""
    require_json(request)
    try:
        return msgspec.convert(read_object(request, limit), shape)
    except msgspec.ValidationError as error:
        # The library says where in English; that is all of it which is told.
        raise CodedError("rest.body_shape", at=_place(str(error))) from None


def _place(said: str) -> str:
    """Which member a message of msgspec is about."""
    named = re.search(r"(?:required|unknown) field `([^`]*)`", said)
    found = _PLACE.search(said)
    path = found[1] if found else ""
    return ".".join(part for part in (path, named[1] if named else "") if part)[:100] or "—"
