"""A registry for tests of storage, and versions of its records, without acts: which ones are facts is said here."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from uruk.definitions.api import Field, Fields
from uruk.kernel.api import new_id
from uruk.registries.domain.definition import Capacity, RegistryDefinition
from uruk.registries.store import NewVersion, Status, Store
from uruk.registries.tables import make_tables, registry_number

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
FIELDS = Fields((
    Field("number", "text"), Field("name", "person", find=True), Field("town", "text", find=True),
    Field("born", "date", find=True), Field("holder", "national_number", required=False),
    Field("card", "link", required=False), Field("seats", "integer", required=False),
    Field("kind", "choice", required=False), Field("note", "text", required=False),
))  # fmt: skip
DEFINITION = RegistryDefinition(
    fields=FIELDS, keys=(("number",), ("town", "note")), subjects=("holder",), title=("name",),
    capacity=Capacity("seats", hold=None, left="left"), match={"name": "name", "born": "born"},  # type: ignore[arg-type]
)  # fmt: skip


@dataclass
class Shelf:
    """A registry with a store, an act at a time."""

    store: Store
    clock: datetime = NOW
    facts: set[UUID] = field(default_factory=set)

    def write(self, *rows: NewVersion, receipt: bool = True, day: date = TODAY) -> UUID:
        """Write versions under one act, and bring it to its receipt."""
        act = new_id()
        self.clock += timedelta(seconds=1)
        self.store.write_versions(
            [replace(row, act_id=act, position=place, recorded_at=self.clock) for place, row in enumerate(rows)]
        )
        if receipt:
            self.acknowledge(act, day)
        return act

    def acknowledge(self, act: UUID, day: date = TODAY) -> Any:
        """The act has its receipt now."""
        self.facts.add(act)
        return self.store.project(act, day)

    def create(self, *contents: dict[str, object], **more: Any) -> list[NewVersion]:
        """Create records with these values."""
        rows = [self.first(values, **more) for values in contents]
        self.write(*rows)
        return rows

    def first(self, values: dict[str, object], **more: Any) -> NewVersion:
        """The first version of a new record."""
        return version(self.store.next_rids(1)[0], 1, new_id(), values, kind="create", **more)

    def known(self, acts: Sequence[UUID]) -> set[UUID]:
        """Which of the acts have their receipt."""
        return self.facts & set(acts)


def version(
    rid: int,
    number: int,
    record: UUID,
    values: dict[str, object],
    kind: str = "change",
    status: Status = "live",
    valid_from: date = TODAY,
    **more: Any,
) -> NewVersion:
    """A version; act, position and moment come when it is written."""
    return NewVersion(
        rid=rid, number=number, record=record, kind=kind, status=status, content=canonical(values),
        valid_from=valid_from, author="officer", role="clerk", channel="desk", reason="because",
        **{"format": 1, "valid_until": None, "recorded_at": NOW, "act_id": record, "position": 0, "salt": b"s" * 32,
           "leaf": b"l" * 32, **more},
    )  # fmt: skip


def following(before: NewVersion, values: dict[str, object] | None = None, **more: Any) -> NewVersion:
    """The version after another, with some values changed."""
    merged = {**json.loads(before.content), **(values or {})}
    facts = {"kind": "change", "number": before.number + 1, **more}
    return replace(before, content=canonical(merged), **facts)


def canonical(values: dict[str, object]) -> str:
    """Values as JSON."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def person(number: str, given: str = "علي", town: str = "Basra", born: str = "1980-01-01", **more: object) -> Any:
    """The values of a record."""
    return {
        "number": number, "name": {"given": given, "father": "حسن", "grandfather": "كريم"}, "town": town, "born": born,
        **more,
    }  # fmt: skip


def shelf(definition: RegistryDefinition = DEFINITION, code: str = "people") -> Shelf:
    """An empty registry of that definition."""
    number = registry_number("ministry", code)
    make_tables(number, definition)
    return Shelf(Store(number, definition))


def numbers(rows: Iterable[Any]) -> list[str]:
    """The main keys of rows, in their order."""
    return [json.loads(row.content)["number"] for row in rows]
