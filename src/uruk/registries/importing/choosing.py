"""What a person chooses before rows are written: which column is which field, which rows are left out."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction

from uruk.definitions.api import Fields
from uruk.kernel.api import Actor, CodedError
from uruk.registries.importing.checking import from_the_beginning
from uruk.registries.importing.chunks import columns_told, heading_of
from uruk.registries.importing.keeping import folder_of, rows_file
from uruk.registries.importing.reading import Place, read_cells
from uruk.registries.importing.showing import import_view, state_of
from uruk.registries.importing.starting import check_open_imports, find_import, visible_import
from uruk.registries.importing.views import ImportColumn, ImportView
from uruk.registries.importing.work import go_on
from uruk.registries.models import Import
from uruk.registries.opening import Opened, require_open
from uruk.registries.rights import require
from uruk.registries.tabular import flat_paths

MAX_LEFT_OUT = 1_000
SAMPLE_ROWS = 3
SAMPLE_LETTERS = 40
# What a person can mend by choosing otherwise: which column is which, or that not every row is left out.
_MENDABLE = frozenset({"registries.import_no_columns", "registries.import_column_twice", "registries.import_empty"})


def column_paths(fields: Fields) -> tuple[str, ...]:
    """The dotted paths that a column of a table may be chosen for; a list is one column (JSON)."""
    return tuple(".".join(path) for path in flat_paths(fields))


def import_columns(actor: Actor, import_id: UUID) -> tuple[ImportColumn, ...]:
    """The columns of an import's table with their first three cells, for who may import; none where it has none.

    Errors: ``registries.import_unknown``, ``people.role_not_held``.
    """
    row, registry = visible_import(actor, import_id)
    require(actor, registry, "import")
    if "cells" not in (row.heading or {}):
        return ()
    sample = _sample(row)
    return tuple(
        ImportColumn(cell.strip()[:80], path, tuple(cells[at] for cells in sample if at < len(cells) and cells[at]))
        for at, (cell, path) in enumerate(zip(row.heading["cells"], _paths(row, registry), strict=False))
    )


def _paths(row: Import, registry: Opened) -> tuple[str, ...]:
    """Which field each column is: as chosen or understood; nothing is said of any where no column is understood."""
    try:
        names = heading_of(row, registry).names
    except CodedError:
        names = ()
    return (*names, *("" for _ in range(len(row.heading["cells"]) - len(names))))


def _sample(row: Import) -> list[list[str]]:
    start = Place(row.heading["at"], row.heading["row"])
    try:
        path = rows_file(row.pk, row.file_format)
        found = [
            cells
            for _, cells in islice(read_cells(path, row.file_format, start, row.heading["delimiter"]), SAMPLE_ROWS)
        ]
    except CodedError:
        return []  # the file is gone, or its rows cannot be read: the import says so itself
    return [["" if isinstance(cell, dict) else (cell or "")[:SAMPLE_LETTERS] for cell in cells] for cells in found]


def check_again(
    actor: Actor, import_id: UUID, columns: Mapping[int, str] | None = None, left_out: Sequence[int] = ()
) -> ImportView:
    """Have all rows checked anew, as a person chose: an import that was checked, or of which nothing was understood.

    `columns`: by position from 0 the dotted path of a field, or "" for a column that is left out; None: as they are.
    `left_out`: numbers of rows that are not to be written. The definition in force now is the one it is checked under.
    Errors: ``registries.import_choice``, ``registries.import_no_columns``, ``registries.import_column_twice``,
    ``registries.import_not_ready``, ``registries.import_file_gone``, ``registries.too_many_imports``,
    ``registries.archived``, ``registries.laying_out``, and those of `get_import`.
    """
    row, registry = visible_import(actor, import_id)
    require(actor, registry, "import")
    require_open(registry)
    _check_choosable(row, registry)
    known = {"ended_at": row.ended_at, "checked_at": row.checked_at, "asked_at": None}
    row.heading = _chosen(row, registry, columns, left_out)
    first = Place(row.heading["at"], row.heading["row"])
    with transaction.atomic():
        facts = from_the_beginning(row, first) | {"checked_at": None, "ended_at": None, "failure": None}
        facts |= {"heading": row.heading, "form": registry.definition.digest.hex()}
        if not Import.objects.filter(pk=row.pk, **known).update(**facts):
            raise CodedError("registries.import_not_ready")
        go_on(row.pk)
    return import_view(find_import(import_id), registry)


def _check_choosable(row: Import, registry: Opened) -> None:
    """Refuse an import of which nothing can be chosen any more."""
    state = state_of(row)
    mended = state == "failed" and (row.failure or {}).get("code") in _MENDABLE
    if row.heading is None or not (state == "checked" or mended):
        raise CodedError("registries.import_not_ready")
    if not (folder_of(row.pk) / "file").is_file():
        raise CodedError("registries.import_file_gone")
    if mended:
        check_open_imports(registry)


def _chosen(
    row: Import, registry: Opened, columns: Mapping[int, str] | None, left_out: Sequence[int]
) -> dict[str, Any]:
    """The heading with the choices in it. Errors: ``registries.import_choice`` and those of `read_heading`."""
    if len(left_out) > MAX_LEFT_OUT or any(number < 1 for number in left_out):
        raise CodedError("registries.import_choice")
    heading = {**row.heading, "left_out": sorted(set(left_out))}
    if "cells" not in heading:
        return heading
    if columns is not None:
        known = {*column_paths(registry.model.fields), ""}
        if set(columns.values()) - known or set(columns) - set(range(len(heading["cells"]))):
            raise CodedError("registries.import_choice")
        heading["chosen"] = {str(at): path for at, path in columns.items()}
    row.heading = heading
    return heading | columns_told(heading_of(row, registry), heading["cells"])


__all__ = ["check_again", "column_paths", "import_columns"]
