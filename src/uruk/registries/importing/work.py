"""An import goes on by itself: one job after the other, each some thousands of rows, with other work between."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from uruk.acts.api import clock, enqueue, job
from uruk.registries.importing.checking import check_slice
from uruk.registries.importing.keeping import destroy, orphans, turn
from uruk.registries.importing.showing import state_of
from uruk.registries.importing.views import AT_WORK
from uruk.registries.importing.writing import write_slice
from uruk.registries.models import Forgetting, Import
from uruk.registries.opening import open_registry

IMPORT = "registries.import"
LOOK_AGAIN = timedelta(minutes=1)
KEPT = timedelta(days=7)  # file and bad rows, after an import ended
ORPHANED = timedelta(days=1)  # handing a file in takes no longer
WAITS = timedelta(days=30)  # an import that nobody runs ends by itself


def go_on(import_id: UUID, after: timedelta = timedelta()) -> None:
    """Have a job take the import further, in the transaction at hand."""
    enqueue(IMPORT, {"import": str(import_id)}, clock().now() + after)


def advance(import_id: UUID) -> bool:
    """Take an import one step further in this process; False where another process is at it."""
    with turn(import_id) as mine:
        row = Import.objects.select_related("registry", "approval", "submission").filter(pk=import_id).first()
        if row is None or not mine:
            return mine
        registry, state = open_registry(row.registry.institution, row.registry.code), state_of(row)
        if state == "checking":
            check_slice(row, registry)
        elif state == "writing":
            write_slice(row, registry)
    return True


def import_further(payload: dict[str, Any]) -> None:
    """The job: one step, and the next job; where somebody else is at it, a look at whether they were killed."""
    import_id = UUID(payload["import"])
    mine = advance(import_id)
    row = Import.objects.select_related("approval", "submission").filter(pk=import_id).first()
    if row is not None and state_of(row) in AT_WORK:
        go_on(import_id, timedelta() if mine else LOOK_AGAIN)


job(IMPORT)(import_further)


def forget_imports(_: dict[str, Any]) -> None:
    """Destroy files and bad rows of imports that ended a week ago; end those that nobody ran for a month."""
    now = clock().now()
    idle = Import.objects.filter(ended_at=None, asked_at=None, approval=None, made_at__lt=now - WAITS)
    idle.update(cancelled=True, ended_at=now)
    old = Q(ended_at__lt=now - KEPT) | Q(cancelled=True)
    for row in Import.objects.filter(old, file_gone=False)[:100]:
        clear(row)
    for import_id in list(orphans(lambda one: Import.objects.filter(pk=one).exists(), now - ORPHANED)):
        destroy(import_id)


def forget_with_record(payload: dict[str, Any]) -> None:
    """A record was forgotten: what a file said of it goes with the file of every import that has ended."""
    found = Forgetting.objects.filter(pk=payload["act"]).first()
    for row in (
        Import.objects.filter(registry=found.registry_id, file_gone=False).exclude(ended_at=None) if found else ()
    ):
        clear(row)


def clear(row: Import) -> None:
    """Destroy the file of an import that has ended, its bad rows and likenesses."""
    destroy(row.pk)
    row.problems.all().delete()
    row.likenesses.all().delete()
    Import.objects.filter(pk=row.pk).update(file_gone=True)
