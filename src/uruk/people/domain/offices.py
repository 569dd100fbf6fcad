"""Offices: a role in an institution for a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Office:
    """A role that a person holds in an institution from ``since`` until ``until`` (exclusive; None: no end yet)."""

    act_id: UUID
    person: UUID
    institution: str
    role: str
    since: datetime
    until: datetime | None

    def held_at(self, at: datetime) -> bool:
        """Whether the office is held at that moment."""
        return self.since <= at and (self.until is None or at < self.until)


def holds(offices: Iterable[Office], institution: str, roles: Iterable[str], at: datetime) -> bool:
    """Whether one of the roles is held in the institution at that moment."""
    wanted = set(roles)
    return any(each.institution == institution and each.role in wanted and each.held_at(at) for each in offices)
