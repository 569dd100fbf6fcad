"""What may be shown: only rows whose act has its receipt."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, QuerySet

from uruk.acts.models import ActReceipt

Row = TypeVar("Row", bound=Model)


def acknowledged(queryset: "QuerySet[Row]", field: str = "act_id") -> "QuerySet[Row]":
    """Only the rows whose act, named by ``field``, has its receipt."""
    return queryset.filter(is_acknowledged(field))


def is_acknowledged(field: str = "act_id") -> Exists:
    """The condition, for queries that combine it, that the act named by ``field`` has its receipt."""
    return Exists(ActReceipt.objects.filter(pk=OuterRef(field)))


def has_receipt(column: str) -> str:
    """The same condition in the words of SQL, for a statement that is put together once."""
    return f"EXISTS (SELECT 1 FROM acts_actreceipt WHERE acts_actreceipt.act_id = {column})"  # noqa: S608


def which_acknowledged(act_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the acts that have their receipt, for rooms whose rows are no Django models; at most 1000 at once."""
    return set(ActReceipt.objects.filter(pk__in=act_ids).values_list("pk", flat=True))


def standing(queryset: "QuerySet[Row]", field: str = "act_id", ended_by: str = "ended_by_act") -> "QuerySet[Row]":
    """Only the acknowledged rows that no acknowledged act has ended: a pending end is no end yet."""
    return acknowledged(queryset, field).filter(~is_acknowledged(ended_by))
