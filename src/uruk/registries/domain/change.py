"""A change: what somebody wants to be said of a record, and how it is laid upon what is said already."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args
from uuid import UUID

import msgspec

from uruk.definitions.api import Fields, PartsError
from uruk.kernel.api import CodedError

ChangeKind = Literal["create", "change", "correct", "withdraw", "restore", "merge", "unmerge", "forget"]
# To forget is asked for like a change, and is none: it makes no version.
FORGET: ChangeKind = "forget"
KINDS: tuple[ChangeKind, ...] = tuple(kind for kind in get_args(ChangeKind) if kind != FORGET)
# What says nothing new about the world, only whether the record still counts.
WITHOUT_VALUES = frozenset({"withdraw"})
MAX_VALUES = 200
_NONE = type(None)
_UUID, _DAY, _NUMBER = (frozenset({kind, _NONE}) for kind in (UUID, date, int))
EARLIEST, LATEST = date(1800, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a change set.

    `record`: None for a new one; for `merge` the one that goes, and `other` the one that stays. `base`: the version it
    was written on (its newest then). `values`: all of a new record; else the fields that change, None to take one
    away; for `merge` and `unmerge` those of the record that stays. `valid_from`: the first day on which it is true
    (today), `valid_until` the first on which it is not any more. `corrects`: the number of the version that was wrong.
    """

    kind: ChangeKind
    record: UUID | None = None
    base: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    valid_from: date | None = None
    valid_until: date | None = None
    corrects: int | None = None
    other: UUID | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a record before and after a version; None where it had, or has, no value."""

    field: str
    before: Any
    after: Any


def laid_upon(old: Mapping[str, Any], values: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """What the record will say: the old values of fields that there still are, and the new ones over them."""
    kept = {name: value for name, value in old.items() if name in fields}
    return {**kept, **values}


def cleaned_values(fields: Fields, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Some values as they are kept, None for what is taken away; None where one of them cannot be kept."""
    try:
        return {name: None if _is_blank(value) else fields[name].clean(value) for name, value in values.items()}
    except (CodedError, PartsError, KeyError):
        return None


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value in ({}, [])


def differences(before: Mapping[str, Any], after: Mapping[str, Any], names: Sequence[str]) -> Iterator[FieldChange]:
    """The fields that differ, in the order of `names`."""
    for name in names:
        if before.get(name) != after.get(name):
            yield FieldChange(name, before.get(name), after.get(name))


def canonical(values: Mapping[str, Any]) -> str:
    """The one JSON text of a record's values: members sorted, no spaces, UTF-8."""
    return msgspec.json.encode(values, order="deterministic").decode()


def read_content(text: str | None) -> dict[str, Any]:
    """The values of a content; none where it was forgotten."""
    return {} if text is None else msgspec.json.decode(text)


def check_period(start: date, end: date | None) -> None:
    """Refuse a period that is empty or beyond what a calendar holds: ``registries.period``."""
    if not EARLIEST <= start <= LATEST or (end is not None and not start < end <= LATEST):
        raise CodedError("registries.period")


def check_shape(change: Change) -> None:
    """Refuse what no definition could allow: kind, members that belong together, the size of the values."""
    if change.kind not in KINDS:
        raise CodedError("registries.change_kind", kind=str(change.kind)[:30])
    _check_types(change)
    if not isinstance(change.values, Mapping):
        raise CodedError("registries.values_not_an_object")
    if len(change.values) > MAX_VALUES or (change.values and change.kind in WITHOUT_VALUES):
        raise CodedError("registries.too_many_values", maximum=0 if change.kind in WITHOUT_VALUES else MAX_VALUES)
    if change.kind != "create" and (change.record is None or change.base is None):
        raise CodedError("registries.base_missing")
    if (change.other is not None) != (change.kind == "merge"):
        raise CodedError("registries.other_record")
    if change.corrects is not None and change.kind != "correct":
        raise CodedError("registries.corrects_nothing")


def _check_types(change: Change) -> None:
    """What programs hand in is looked at like what people type."""
    # Of this very type or none at all: a moment is no day, and true is no number.
    if type(change.record) not in _UUID or type(change.other) not in _UUID:
        raise CodedError("registries.record_unknown")
    if type(change.valid_from) not in _DAY or type(change.valid_until) not in _DAY:
        raise CodedError("registries.period")
    if type(change.base) not in _NUMBER or type(change.corrects) not in _NUMBER:
        raise CodedError("registries.base_missing")
