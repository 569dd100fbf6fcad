"""Rows put into views, as one reader may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uruk.definitions.api import Field
from uruk.registries.domain.change import read_content
from uruk.registries.domain.showing import Sight
from uruk.registries.opening import Opened
from uruk.registries.sealing import open_values
from uruk.registries.store import CurrentRow, Status, VersionRow
from uruk.registries.views import RecordView

_NAME_PARTS = ("given", "father", "grandfather", "surname")


@dataclass(frozen=True)
class Shown:
    """The version of a record that is shown: the one in force today, or on a day, as known at a time."""

    number: int
    status: Status
    content: str | None
    format: int
    valid_from: date | None
    valid_until: date | None
    changed_at: datetime
    act: UUID
    other: UUID | None

    @classmethod
    def current(cls, row: CurrentRow) -> "Shown":
        """The record as it is."""
        return cls(
            row.number,
            row.status,
            row.content,
            row.format,
            row.valid_from,
            row.valid_until,
            row.changed_at,
            row.act_id,
            row.merged_into,
        )

    @classmethod
    def version(cls, row: VersionRow) -> "Shown":
        """The record as a version says it."""
        other = row.other if row.status == "merged" else None
        return cls(
            row.number,
            row.status,
            row.content,
            row.format,
            row.valid_from,
            row.valid_until,
            row.recorded_at,
            row.act_id,
            other,
        )


def record_view(registry: Opened, row: CurrentRow, shown: Shown, seen: Sight) -> RecordView:
    """A record as the door shows it."""
    values = seen_values(registry, row.record, read_content(shown.content), seen)
    return RecordView(
        institution=registry.institution,
        registry=registry.code,
        record=row.record,
        number=shown.number,
        latest=row.latest,
        status=shown.status,
        values=values,
        withheld=seen.withheld,
        definition=registry.definition_of(shown.format),
        title=title_of(registry, values),
        valid_from=shown.valid_from,
        valid_until=shown.valid_until,
        changed_at=shown.changed_at,
        act=shown.act,
        merged_into=shown.other,
        taken=None if row.cap is None else row.taken,
        left=None if row.cap is None else row.cap - row.taken,
    )


def said_now(registry: Opened, content: str | None, form: int) -> Mapping[str, Any]:
    """What a content says under the names that its fields have now: by them one knows whom it is about."""
    return {} if content is None else registry.store.reader.values(content, form)


def seen_values(registry: Opened, record: UUID, stored: Mapping[str, Any], seen: Sight) -> dict[str, Any]:
    """Stored values as a reader sees them: secrets opened only where they are to be seen.

    A field that the definition in force does not have any more is seen by whoever sees everything.
    """
    opened = open_values(registry, record, stored, (registry.model.secrets & seen.shown) - seen.masked)
    values = seen.of(opened)
    if seen.withheld:
        return values
    return values | {name: value for name, value in opened.items() if name not in registry.model.fields}


def title_of(registry: Opened, values: Mapping[str, Any]) -> str:
    """What names a record in lists, of the values that are seen."""
    fields = registry.model.fields
    return " ".join(_plain(fields[name], values[name]) for name in registry.model.title if name in values)


def _plain(field: Field, value: Any) -> str:
    if field.type == "person" and isinstance(value, Mapping):
        return " ".join(str(value[part]) for part in _NAME_PARTS if part in value)
    return " ".join(map(str, value.values())) if isinstance(value, Mapping) else str(value)
