"""The preview: every row is looked at, some thousands in one job, in flat memory; nothing is written."""

from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from uruk.acts.api import clock
from uruk.kernel.api import CodedError
from uruk.registries.ground import batches
from uruk.registries.importing.chunks import CHUNK, Judged, author_of, columns_told, heading_of, judge, rows_from
from uruk.registries.importing.columns import MAX_COLUMNS, width_of
from uruk.registries.importing.keeping import folder_of, rows_file
from uruk.registries.importing.problems import kept_error, storable
from uruk.registries.importing.reading import Format, Place, Row, find_delimiter, read_cells
from uruk.registries.importing.seen import seen_rows
from uruk.registries.likeness import alike
from uruk.registries.models import Import, ImportLikeness, ImportProblem
from uruk.registries.opening import Opened

SLICE = 10_000
MAX_KEPT = 1_000  # bad rows that are kept with their reasons; all are counted
COMPARED_ROWS = 200  # the first rows are compared with the records there are; the others are once they are written
MAX_LIKENESSES = 20


def check_slice(row: Import, registry: Opened) -> None:
    """Look at the next rows of an import, and remember how far that got; what cannot be read ends it."""
    try:
        if row.heading is None:
            _begin(row, registry)
        else:
            _check(row, registry)
    except CodedError as error:
        if error.code == "files.busy":
            raise
        fail(row, error)


def fail(row: Import, error: CodedError) -> None:
    """End an import whose file cannot be read to its end."""
    Import.objects.filter(pk=row.pk, ended_at=None).update(failure=kept_error(error), ended_at=clock().now())


def _begin(row: Import, registry: Opened) -> None:
    """Have the file at hand as rows, and understand its first line."""
    path = rows_file(row.pk, row.file_format)
    row.heading, start = _first_line(path, row.file_format)
    try:
        if row.file_format != "jsonl":
            row.heading |= columns_told(heading_of(row, registry), row.heading["cells"])
    finally:
        # Kept also where no column is understood: a person may say which is which field's.
        Import.objects.filter(pk=row.pk, heading__isnull=True).update(
            checked_at_byte=start.at, checked_rows=start.row, heading=row.heading, rows_size=path.stat().st_size
        )


def _first_line(path: Path, form: Format) -> tuple[dict[str, Any], Place]:
    """The headings of a table as they stand there, and the place after them; lines of JSON have none."""
    heading: dict[str, Any] = {}
    start = Place()
    if form != "jsonl":
        delimiter = find_delimiter(path) if form == "csv" else ""
        start, cells = next(read_cells(path, form, Place(), delimiter), (Place(), []))
        named = ["" if isinstance(cell, dict) else storable(cell or "") for cell in cells]
        heading = {"cells": named[: min(width_of(named), MAX_COLUMNS + 1)], "delimiter": delimiter}
    return heading | {"at": start.at, "row": start.row}, start


def _check(row: Import, registry: Opened) -> None:
    first = Place(row.heading["at"], row.heading["row"])
    start = Place(row.checked_at_byte, row.checked_rows)
    with seen_rows(folder_of(row.pk), 0 if start == first else start.row) as seen:
        if seen is None:
            _again(row, first)
            return
        actor, found, after, read = author_of(row, registry.institution), _Found(row), start, 0
        for some in batches(islice(rows_from(row, registry, start), SLICE), CHUNK):
            judged = judge(registry, actor, row.way, some, seen)
            found.take(judged)
            found.compare(registry, some)
            after, read = some[-1].after, read + len(some)
            seen.add(judged.keys, after.row, judged.said, judged.ground)
        _remember(row, start, after, found, ended=read < SLICE)


class _Found:
    """What one job found of the rows it looked at."""

    def __init__(self, row: Import) -> None:
        self.row = row
        self.good = self.bad = self.same = 0
        self.problems: list[ImportProblem] = []
        self.likenesses: list[ImportLikeness] = []
        self._room = MAX_KEPT - row.problems.count()
        self._compared = row.good + row.bad + row.same

    def take(self, judged: Judged) -> None:
        """Count, and keep the first problems."""
        self.good, self.bad, self.same = (
            self.good + len(judged.drafts),
            self.bad + judged.bad,
            self.same + judged.same,
        )
        for number, path, error in judged.wrong[: max(0, self._room - len(self.problems))]:
            self.problems.append(problem_row(self.row, number, path, error))

    def compare(self, registry: Opened, rows: list[Row]) -> None:
        """Look whether the first rows of a file are about whom a record is about already."""
        if not registry.model.match or self.row.way != "create":
            return
        for one in rows[: max(0, COMPARED_ROWS - self._compared)]:
            for like in alike(registry, one.values, limit=1):
                facts = {"of": self.row, "row": one.number, "record": like.row.record, "score": like.match.score}
                self.likenesses.append(ImportLikeness(**facts))
        self._compared += len(rows)


def problem_row(row: Import, number: int, path: str, error: CodedError) -> ImportProblem:
    """What is wrong with a row, as it is kept."""
    kept = kept_error(error)
    return ImportProblem(of=row, row=number, field=storable(path[:200]), code=kept["code"], values=kept["values"])


def _remember(row: Import, start: Place, after: Place, found: _Found, *, ended: bool) -> None:
    """Keep what was found, unless another process got there first."""
    facts: dict[str, Any] = {
        "checked_at_byte": after.at,
        "checked_rows": after.row,
        "good": row.good + found.good,
        "bad": row.bad + found.bad,
        "same": row.same + found.same,
    }
    if ended:
        facts["checked_at"] = clock().now()
    if ended and not facts["good"] + facts["bad"] + facts["same"]:
        raise CodedError("registries.import_empty")
    with transaction.atomic():
        mine = Import.objects.filter(pk=row.pk, checked_at_byte=start.at, checked_at=None, ended_at=None)
        if mine.update(**facts):
            ImportProblem.objects.bulk_create(found.problems)
            best = sorted(found.likenesses, key=lambda one: -one.score)
            ImportLikeness.objects.bulk_create(best[:MAX_LIKENESSES])


def _again(row: Import, first: Place) -> None:
    """Look at all rows anew: what was remembered of their keys is lost."""
    with transaction.atomic():
        Import.objects.filter(pk=row.pk, checked_at=None).update(**from_the_beginning(row, first))


def from_the_beginning(row: Import, first: Place) -> dict[str, Any]:
    """Forget what was found of the rows so far; what an import then says of itself."""
    row.problems.all().delete()
    row.likenesses.all().delete()
    return {"checked_at_byte": first.at, "checked_rows": first.row, "good": 0, "bad": 0, "same": 0}
