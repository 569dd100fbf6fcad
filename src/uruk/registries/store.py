"""The records of one registry: rows in, rows out; no rights, no rules."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

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
    StoredDefinition,
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
    "StoredDefinition",
    "VersionRow",
    "VersionTakenError",
]


class Store:
    """The records of the registry with this number, as its newest definition lays them out.

    Writing happens in the caller's transaction: versions with the intent of an act, ``project`` with its receipt.
    """

    def __init__(self, number: int, definition: StoredDefinition) -> None:
        self.number = number
        self.definition = definition

    # --- writing -------------------------------------------------------------------------------------------------

    def next_rids(self, count: int) -> list[int]:
        """That many fresh numbers for records, ascending; a number is never given twice."""
        raise NotImplementedError

    def write_versions(self, rows: Sequence[NewVersion]) -> None:
        """Write versions with their act's intent and reserve their keys. Errors: VersionTakenError, KeyTakenError."""
        raise NotImplementedError

    def project(self, act_id: UUID, day: date) -> tuple[Ahead, ...]:
        """In the receipt's transaction: show what the act wrote, as it is on ``day``; again: nothing changes.

        Returns the days on which something else comes into force; the caller sets deadlines for them.
        """
        raise NotImplementedError

    def refresh(self, rid: int, day: date) -> None:
        """Bring a record to the version in force on ``day``."""
        raise NotImplementedError

    def rebuild(self, day: date) -> int:
        """Make current rows, keys, words and match keys anew from the versions; return how many records there are."""
        raise NotImplementedError

    def forget(self, rid: int) -> None:
        """Destroy content, salt, reason and evidence of all versions of a record, its keys and its words, for good."""
        raise NotImplementedError

    # --- reading -------------------------------------------------------------------------------------------------

    def find(self, record: UUID) -> CurrentRow | None:
        """The record of that id as it is today; None while its first act has no receipt."""
        raise NotImplementedError

    def find_many(self, records: Sequence[UUID]) -> dict[UUID, CurrentRow]:
        """Those of the records that there are; at most 1000 at once."""
        raise NotImplementedError

    def find_by_key(self, key: int, values: Sequence[object]) -> CurrentRow | None:
        """The record with these values of key number ``key`` (from 0). A merged record is returned as such."""
        raise NotImplementedError

    def as_of(self, rid: int, day: date, known: datetime) -> VersionRow | None:
        """What was true on ``day``, as far as it was known at ``known``."""
        raise NotImplementedError

    def versions(self, rid: int) -> tuple[VersionRow, ...]:
        """All versions of a record that are facts, oldest first; at most 10,000."""
        raise NotImplementedError

    def of_act(self, act_id: UUID) -> Iterator[VersionRow]:
        """The versions that an act wrote, by position; also while it is pending."""
        raise NotImplementedError

    def page(self, query: PageQuery) -> PageRows:
        """One page of records. Stable while others write. Errors: ``registries.page_token``, ``registries.not_indexed``."""
        raise NotImplementedError

    def count(self, filters: Sequence[Filter] = (), words: str = "", statuses: Sequence[Status] = ("live",)) -> int:
        """How many records there are."""
        raise NotImplementedError

    def group(self, by: str, filters: Sequence[Filter] = (), limit: int = 1000) -> tuple[Group, ...]:
        """Live records counted by the values of a field, most first."""
        raise NotImplementedError

    def periods(self, by: str, filters: Sequence[Filter] = ()) -> tuple[Group, ...]:
        """Live records counted by the month (``2026-03``) of a date field, or of ``changed_at``; oldest first."""
        raise NotImplementedError

    def by_subject(self, number: str, limit: int = 200) -> tuple[CurrentRow, ...]:
        """Records about a person."""
        raise NotImplementedError

    def linked(self, field: str, value: str, limit: int = 200) -> tuple[CurrentRow, ...]:
        """Live records whose link ``field`` names the key ``value``."""
        raise NotImplementedError

    def matching(self, keys: Sequence[int], limit: int = 50) -> tuple[CurrentRow, ...]:
        """Live records that share match keys, those that share most first."""
        raise NotImplementedError

    def stream(self, after: int = 0, statuses: Sequence[Status] = ("live",)) -> Iterator[CurrentRow]:
        """Records as they were made, after the one numbered ``after``, in flat memory."""
        raise NotImplementedError

    # --- capacity ------------------------------------------------------------------------------------------------

    def take(self, rid: int, amount: int) -> Held | None:
        """Take from a live record's capacity if that much is left, in one statement; None: it is not."""
        raise NotImplementedError

    def give(self, rid: int, amount: int) -> Held | None:
        """Give back what was taken; None: so much was not taken."""
        raise NotImplementedError

    def set_cap(self, rid: int, cap: int) -> Held | None:
        """Change the bound unless more is taken already; None: it is."""
        raise NotImplementedError
