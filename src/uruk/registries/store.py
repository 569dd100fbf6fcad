"""The records of one registry: rows in, rows out; no rights, no rules."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from uruk.acts.api import which_acknowledged
from uruk.registries import amounts, current, lookup, querying, rebuilding, writing
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.ground import AS_WRITTEN, Ground, Reader
from uruk.registries.rebuilding import Facts
from uruk.registries.rows import (
    Ahead,
    CurrentRow,
    Filter,
    Group,
    Held,
    KeyTakenError,
    NewVersion,
    PageQuery,
    PageRows,
    Status,
    VersionRow,
    VersionTakenError,
)

__all__ = [
    "Ahead",
    "CurrentRow",
    "Filter",
    "Group",
    "Held",
    "KeyTakenError",
    "NewVersion",
    "PageQuery",
    "PageRows",
    "Status",
    "Store",
    "VersionRow",
    "VersionTakenError",
]

_ABOUT: tuple[Status, ...] = ("live", "withdrawn", "merged", "dormant")


class Store:
    """The records of the registry with this number, as its newest definition lays them out.

    Writing happens in the caller's transaction: versions with the intent of an act, ``project`` with its receipt.
    """

    def __init__(self, number: int, definition: RegistryDefinition, reader: Reader = AS_WRITTEN) -> None:
        self.number = number
        self.definition = definition
        self.reader = reader
        self._ground = Ground(number, definition, reader)

    # --- writing -------------------------------------------------------------------------------------------------

    def next_rids(self, count: int) -> list[int]:
        """That many fresh numbers for records, ascending; a number is never given twice."""
        return writing.next_rids(self._ground, count)

    def write_versions(self, rows: Sequence[NewVersion]) -> None:
        """Write versions with their act's intent and reserve their keys. Errors: VersionTakenError, KeyTakenError."""
        writing.write_versions(self._ground, rows)

    def project(self, act_id: UUID, day: date, written: Sequence[NewVersion] = ()) -> tuple[Ahead, ...]:
        """In the receipt's transaction: show what the act wrote, as it is on ``day``; again: nothing changes.

        ``written``: all that it wrote, where that is in hand. Returns the days on which something else comes into
        force; the caller sets deadlines for them.
        """
        return current.project(self._ground, act_id, day, written)

    def refresh(self, rid: int, day: date) -> None:
        """Bring a record to the version in force on ``day``."""
        current.refresh(self._ground, rid, day)

    def rebuild(self, day: date, facts: Facts = which_acknowledged) -> int:
        """Make current rows, keys, words and match keys anew from the versions; return how many records there are.

        In transactions of its own; ``facts`` tells which acts have their receipt.
        """
        return rebuilding.rebuild(self._ground, day, facts)

    def lay_out(self, day: date) -> bool:
        """Have all rows follow the newest definition, in transactions of its own; False: they did."""
        return rebuilding.lay_out(self._ground, day)

    def forget(self, rid: int) -> None:
        """Destroy content, salt, reason and evidence of all versions of a record, its keys and its words, for good.

        In the caller's transaction; ``purge`` afterwards.
        """
        current.forget(self._ground, [rid])

    def purge(self) -> None:
        """Leave nothing of what was forgotten in the index of words; takes seconds for a million records."""
        self._ground.db.optimize_words(self._ground.tables.text)

    # --- reading -------------------------------------------------------------------------------------------------

    def find(self, record: UUID) -> CurrentRow | None:
        """The record of that id as it is today; None while its first act has no receipt."""
        return lookup.find(self._ground, record)

    def find_many(self, records: Sequence[UUID]) -> dict[UUID, CurrentRow]:
        """Those of the records that there are; at most 1000 at once."""
        return lookup.find_many(self._ground, records)

    def existing_keys(self, key: int, values: Sequence[Sequence[object]]) -> set[tuple[object, ...]]:
        """Those of the values that a live or merged record has as key number ``key``; at most 1000 at once."""
        return writing.existing_keys(self._ground, key, values)

    def find_by_key(self, key: int, values: Sequence[object]) -> CurrentRow | None:
        """The record with these values of key number ``key`` (from 0). A merged record is returned as such."""
        return lookup.find_by_key(self._ground, key, values)

    def find_by_keys(self, key: int, values: Sequence[tuple[object, ...]]) -> dict[tuple[object, ...], CurrentRow]:
        """The records with one of many values of key number ``key``, by those values; as ``find_by_key``."""
        return lookup.find_by_keys(self._ground, key, values)

    def as_of(self, record: UUID, day: date, known: datetime) -> VersionRow | None:
        """What was true on ``day``, as far as it was known at ``known``."""
        return lookup.as_of(self._ground, record, day, known)

    def versions(self, rid: int) -> tuple[VersionRow, ...]:
        """All versions of a record that are facts, oldest first; at most 10,000."""
        return lookup.versions(self._ground, rid)

    def of_act(self, act_id: UUID) -> Iterator[VersionRow]:
        """The versions that an act wrote, by position; also while it is pending."""
        return lookup.of_act(self._ground, act_id)

    def page(self, query: PageQuery) -> PageRows:
        """One page of records, stable while others write.

        Errors: ``registries.page_token``, ``registries.not_indexed``.
        """
        return querying.page(self._ground, query)

    def count(self, filters: Sequence[Filter] = (), words: str = "", statuses: Sequence[Status] = ("live",)) -> int:
        """How many records there are."""
        return querying.count(self._ground, filters, words, statuses)

    def group(self, by: str, filters: Sequence[Filter] = (), limit: int = 1000) -> tuple[Group, ...]:
        """Live records counted by the values of a field, most first."""
        return querying.group(self._ground, by, filters, limit)

    def periods(self, by: str, filters: Sequence[Filter] = ()) -> tuple[Group, ...]:
        """Live records counted by the month (``2026-03``) of a date field, or of ``changed_at``; oldest first."""
        return querying.periods(self._ground, by, filters)

    def by_subject(self, number: str, limit: int = 200) -> tuple[CurrentRow, ...]:
        """Records about a person, withdrawn and merged ones too, as they were made."""
        found = {
            row.rid: row
            for name in self.definition.subjects
            for row in querying.with_value(self._ground, name, number, limit, _ABOUT)
        }
        return tuple(found[rid] for rid in sorted(found)[:limit])

    def linked(self, field: str, value: str, limit: int = 200) -> tuple[CurrentRow, ...]:
        """Live records whose link ``field`` names the key ``value``."""
        return querying.with_value(self._ground, field, value, limit, ("live",))

    def matching(self, keys: Sequence[int], limit: int = 50) -> tuple[CurrentRow, ...]:
        """Live records that share match keys, those that share most first."""
        return lookup.matching(self._ground, keys, limit)

    def stream(
        self,
        after: int = 0,
        statuses: Sequence[Status] = ("live",),
        filters: Sequence[Filter] = (),
        words: str = "",
    ) -> Iterator[CurrentRow]:
        """Records as they were made, after the one numbered ``after``, in flat memory; filters as of a page."""
        return querying.stream(self._ground, after, statuses, filters, words)

    # --- capacity ------------------------------------------------------------------------------------------------

    def take(self, rid: int, amount: int) -> Held | None:
        """Take from a live record's capacity if that much is left, in one statement; None: it is not."""
        return amounts.take(self._ground, rid, amount)

    def give(self, rid: int, amount: int) -> Held | None:
        """Give back what was taken; None: so much was not taken."""
        return amounts.give(self._ground, rid, amount)

    def set_cap(self, rid: int, cap: int) -> Held | None:
        """Change the bound unless more is taken already; None: it is."""
        return amounts.set_cap(self._ground, rid, cap)
