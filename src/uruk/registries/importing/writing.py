"""Writing what was checked: change sets one after the other, each one act with an id of its own that stays the same.

Killed anywhere, the import goes on where it was: a change set whose act is there is not written again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from uruk.acts.api import clock, finish
from uruk.kernel.api import Actor, CodedError
from uruk.registries.changing import MAX_CHANGES
from uruk.registries.ground import batches
from uruk.registries.importing.checking import MAX_KEPT, fail, problem_row
from uruk.registries.importing.chunks import CHUNK, Judged, Wrong, author_of, ground_of, judge, judge_again, rows_from
from uruk.registries.importing.keeping import folder_of, rows_file
from uruk.registries.importing.problems import kept_error
from uruk.registries.importing.reading import Place, Row
from uruk.registries.importing.seen import SaidRow, seen_rows
from uruk.registries.models import Import, ImportedSet
from uruk.registries.opening import Opened
from uruk.registries.recording import ImportedFrom, Origin, perform_set, seal
from uruk.registries.store import VersionTakenError
from uruk.registries.views import InvalidChangesError

SLICE_CHUNKS = 5
TRIES = 3


class HaltError(Exception):
    """A row that was right when it was checked cannot be written now: a person looks at it before it goes on."""

    def __init__(self, row: int, error: CodedError) -> None:
        super().__init__(error.code)
        self.row, self.error = row, error


def chunk_size(row: Import) -> int:
    """How many rows become one act: all of them, where all or none are to be written and one act can hold them."""
    return MAX_CHANGES if row.mode == "all" and row.good <= MAX_CHANGES else CHUNK


def write_slice(row: Import, registry: Opened) -> None:
    """Write the next change sets of an import, remembering after each how far that got."""
    start = Place(row.written_at_byte or row.heading["at"], row.written_rows or row.heading["row"])
    try:
        with rows_to_write(row, registry, start) as rows:
            _write(row, registry, start, rows)
    except HaltError as halt:
        _halt(row, halt)
    except CodedError as error:
        if error.code.partition(".")[0] not in {"registries", "files"}:
            raise  # the log or the disk: tried again
        fail(row, error)


@contextmanager
def rows_to_write(row: Import, registry: Opened, start: Place) -> Iterator[Iterator[Row | SaidRow]]:
    """The rows after a place: as they were found when they were checked, where that still stands, else as they are.

    Both are the same rows in the same order, so that a set that was begun from one is ended from the other.
    """
    rows_file(row.pk, row.file_format)  # without it nothing is written any more
    with seen_rows(folder_of(row.pk), row.checked_rows) as seen:
        stands = seen is not None and seen.stands_on(ground_of(registry))
        yield seen.said(start.row) if seen is not None and stands else rows_from(row, registry, start)


def _write(row: Import, registry: Opened, start: Place, rows: Iterator[Row | SaidRow]) -> None:
    size = chunk_size(row)
    some: list[Row | SaidRow] = []
    for number, some in enumerate(batches(rows, size), 1):
        written = write_chunk(row, registry, start, some)
        after = some[-1].after
        if not _remember(row, start, after, written, ended=len(some) < size):
            return
        start = after
        if number == SLICE_CHUNKS or len(some) < size:
            return
    _remember(row, start, start, 0, ended=True)


def act_of(row: Import, start: Place) -> UUID:
    """The id of the act that writes the rows from a place on."""
    return uuid5(row.pk, str(start.row))


def write_chunk(row: Import, registry: Opened, start: Place, rows: Sequence[Row | SaidRow]) -> int:
    """Write some rows as one act, the same one however often it is tried; return how many versions it made."""
    act = act_of(row, start)
    for _ in range(TRIES):
        known = sum(1 for _ in registry.store.of_act(act))
        if known:
            finish(act)
            return known
        try:
            return _perform(row, registry, act, rows)
        except InvalidChangesError as error:
            rows = _without(row, rows, error)
        except VersionTakenError:
            continue
    raise HaltError(rows[0].number, CodedError("registries.import_moving"))


def _perform(row: Import, registry: Opened, act: UUID, rows: Sequence[Row | SaidRow]) -> int:
    actor = author_of(row, registry.institution)
    judged = _judged(row, registry, actor, rows)
    _mind(row, judged.wrong)
    if not judged.drafts:
        return 0
    person = "" if row.author is None else str(row.author)
    origin = Origin(person, row.author_role, row.channel, row.reason, tuple(row.evidence))
    approval = getattr(row, "approval", None)
    found = seal(judged.drafts, by_import=ImportedFrom(row.pk, row.good, approval.act_id if approval else None))
    perform_set(registry, actor, found, origin, clock().now(), act, judged.preparation)
    return len(judged.drafts)


def _judged(row: Import, registry: Opened, actor: Actor, rows: Sequence[Row | SaidRow]) -> Judged:
    said = [one for one in rows if isinstance(one, SaidRow)]
    if said:
        return judge_again(registry, actor, said)
    return judge(registry, actor, row.way, [one for one in rows if isinstance(one, Row)])


def _mind(row: Import, wrong: Sequence[Wrong]) -> None:
    """Stop at a row that is wrong now, or keep why it is left out."""
    if wrong and row.mode == "all":
        raise HaltError(wrong[0][0], wrong[0][2])
    known = set(row.problems.filter(row__in={number for number, _, _ in wrong}).values_list("row", flat=True))
    room = MAX_KEPT - row.problems.count() if wrong else 0
    for number, path, error in [one for one in wrong if one[0] not in known][: max(0, room)]:
        problem_row(row, number, path, error).save()


def _without(row: Import, rows: Sequence[Row | SaidRow], error: InvalidChangesError) -> list[Row | SaidRow]:
    """The rows without those whose key somebody else took while they were being written."""
    read = [one for one in rows if one.readable]
    taken = {one.position for one in error.problems}
    _mind(row, [(read[one.position].number, one.field, one.error) for one in error.problems])
    return [one for at, one in enumerate(read) if at not in taken]


def _remember(row: Import, start: Place, after: Place, written: int, *, ended: bool) -> bool:
    """Keep how far it got; False where it was cancelled, or another process got there first."""
    facts: dict[str, Any] = {
        "written_at_byte": after.at,
        "written_rows": after.row,
        "written": row.written + written,
    }
    if ended:
        facts["ended_at"] = clock().now()
    known = {"pk": row.pk, "written_at_byte": row.written_at_byte, "ended_at": None}
    with transaction.atomic():
        mine = bool(Import.objects.filter(**known).update(**facts))
        if mine and written:
            ImportedSet.objects.create(of=row, act_id=act_of(row, start), after_row=start.row, written=written)
    row.written_at_byte, row.written_rows, row.written = after.at, after.row, row.written + written
    return mine


def _halt(row: Import, halt: HaltError) -> None:
    kept = kept_error(halt.error) | {"row": halt.row}
    Import.objects.filter(pk=row.pk, ended_at=None).update(failure=kept)
