"""Rows of storage to and from what the driver takes and gives; the order of columns is that of `tables.py`."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from uruk.registries.dialect import Database
from uruk.registries.rows import CurrentRow, NewVersion, VersionRow
from uruk.registries.tables import VERSION_COLUMNS

VERSION_NAMES = ", ".join(name for name, _, _ in VERSION_COLUMNS)
CURRENT_NAMES = (
    "c.rid, c.record, c.latest, c.number, c.status, c.merged_into, c.content, c.format, c.valid_from, c.valid_until, "
    "c.changed_us, c.act_id, c.taken, c.cap"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=16)
def microseconds(moment: datetime) -> int:
    """A moment as whole microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(value: int) -> datetime:
    """The moment, in UTC, of whole microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=value)


@lru_cache(maxsize=1024)
def day_text(day: date) -> str:
    """A day as ISO text; the same one for thousands of versions."""
    return day.isoformat()


def day_of(value: str | None) -> date | None:
    """A day from ISO text."""
    return None if value is None else date.fromisoformat(value)


def version_values(db: Database, row: NewVersion) -> tuple[object, ...]:
    """A version in the order of its columns."""
    return (
        row.rid, row.number, db.uuid(row.record), row.kind, row.status, row.content, row.format,
        day_text(row.valid_from), None if row.valid_until is None else day_text(row.valid_until),
        microseconds(row.recorded_at), db.uuid(row.act_id), row.position, row.salt, row.leaf, row.author, row.role,
        row.channel, row.reason, json.dumps(row.evidence) if row.evidence else None, db.uuid(row.request),
        db.uuid(row.other),
    )  # fmt: skip


def version_row(db: Database, row: tuple[Any, ...]) -> VersionRow:
    """A version from its columns."""
    return VersionRow(
        rid=row[0], number=row[1], record=db.uuid_of(row[2]), kind=row[3], status=row[4], content=row[5],
        format=row[6], valid_from=date.fromisoformat(row[7]), valid_until=day_of(row[8]),
        recorded_at=moment_of(row[9]), act_id=db.uuid_of(row[10]), position=row[11],
        salt=None if row[12] is None else bytes(row[12]), leaf=bytes(row[13]), author=row[14], role=row[15],
        channel=row[16], reason=row[17], evidence=tuple(json.loads(row[18])) if row[18] else (),
        request=db.find_uuid(row[19]), other=db.find_uuid(row[20]),
    )  # fmt: skip


def current_row(db: Database, row: tuple[Any, ...]) -> CurrentRow:
    """A current record from its columns (``CURRENT_NAMES``)."""
    return CurrentRow(
        row[0], db.uuid_of(row[1]), row[2], row[3], row[4], db.find_uuid(row[5]), row[6], row[7],
        day_of(row[8]), day_of(row[9]), moment_of(row[10]), db.uuid_of(row[11]), row[12], row[13],
    )  # fmt: skip
