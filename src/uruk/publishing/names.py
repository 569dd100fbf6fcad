"""What other systems call what lies here: definitions, cases, tasks. A name is a way to find something, never a fact.

`system` is who names (`govstack`), `kind` what is named, `target` our own name of it; `details` what belongs to that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from uruk.kernel.api import CodedError
from uruk.publishing.models import ForeignName

MAX_NAME, MAX_TARGET = 120, 200
MAX_LISTED = 10_000


@dataclass(frozen=True)
class NameElsewhere:
    """A name that another system gave: of what `kind`, for which `target` of ours."""

    kind: str
    name: str
    target: str
    details: Mapping[str, Any] = field(default_factory=dict)


def keep_name(system: str, one: NameElsewhere) -> None:
    """Keep a name, or what belongs to it anew. One that is another thing's, or too long: ``publishing.name_taken``."""
    if not 0 < len(one.name) <= MAX_NAME or len(one.target) > MAX_TARGET or "\0" in one.name:
        raise CodedError("publishing.name_taken", name=one.name[:MAX_NAME].replace("\0", ""))
    with transaction.atomic():
        facts = {"target": one.target, "details": dict(one.details)}
        row, made = ForeignName.objects.select_for_update().get_or_create(
            system=system, kind=one.kind, name=one.name, defaults=facts
        )
        if row.target != one.target:
            raise CodedError("publishing.name_taken", name=one.name)
        if not made:
            row.details = dict(one.details)
            row.save(update_fields=("details",))


def find_name(system: str, kind: str, name: str) -> NameElsewhere | None:
    """What a system means by a name; None where it gave none such."""
    if len(name) > MAX_NAME or "\0" in name:
        return None
    return next(_views(system=system, kind=kind, name=name), None)


def name_of(system: str, kind: str, target: str) -> NameElsewhere | None:
    """What a system calls something of ours, by the name that it gave first; None where it gave none."""
    return next(_views(system=system, kind=kind, target=target), None)


def names_of_kind(system: str, kind: str) -> tuple[NameElsewhere, ...]:
    """All names of a kind, in the order in which they were given; at most 10,000."""
    return tuple(_views(system=system, kind=kind))


def _views(**which: str) -> Any:
    rows = ForeignName.objects.filter(**which).order_by("id")[:MAX_LISTED]
    return (NameElsewhere(row.kind, row.name, row.target, row.details) for row in rows)
