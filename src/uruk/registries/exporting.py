"""Exports: records as CSV, JSON lines or a spreadsheet, in flat memory; each person in them sees that they were."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, Literal
from uuid import UUID

import msgspec

from uruk.acts.api import Deed, Reading, perform, record_read
from uruk.kernel.api import Actor, CodedError
from uruk.registries.domain.change import read_content
from uruk.registries.domain.showing import Sight
from uruk.registries.ground import batches
from uruk.registries.noting import legible, subjects_of, told
from uruk.registries.opening import Opened, open_registry
from uruk.registries.reading import check_seen
from uruk.registries.rights import require, sight
from uruk.registries.showing import seen_values
from uruk.registries.store import CurrentRow, Filter
from uruk.registries.tabular import BOM, Cell, csv_line, flat_cells, flat_paths

ExportFormat = Literal["csv", "jsonl", "xlsx"]
EXPORTED = "registry.exported"
MAX_SHEET_ROWS = 100_000


def export(
    actor: Actor,
    institution: str,
    code: str,
    file_format: ExportFormat,
    filters: Sequence[Filter] = (),
    words: str = "",
) -> Iterator[bytes]:
    """The live records that match, as the bytes of a file, for a role that may export; secrets never.

    Before the first byte the act ``registry.exported`` says what was asked for and how many records that is; before
    the bytes of a batch each person in it is noted as read. What the role may not read is left out. Errors:
    ``registries.export_format``, ``registries.export_too_many`` (XLSX: 100,000), ``registries.export_cell_too_long``
    (XLSX: 32,767 letters; with the first byte), ``registries.not_indexed``,
    ``registries.registry_unknown``, ``registries.foreign_actor``, ``people.role_not_held``, those of `acts.perform`.
    """
    registry = open_registry(institution, code)
    require(actor, registry, "export")
    if file_format not in _WRITERS:
        raise CodedError("registries.export_format")
    seen = sight(actor, registry)
    check_seen(seen, [one.field for one in filters])
    count = registry.store.count(filters, words)
    if file_format == "xlsx" and count > MAX_SHEET_ROWS:
        raise CodedError("registries.export_too_many", maximum=MAX_SHEET_ROWS)
    _say(actor, registry, file_format, filters, words, count)
    rows = _noted(actor, registry, registry.store.stream(filters=filters, words=words))
    return written(file_format, registry, seen, rows)


def written(file_format: ExportFormat, registry: Opened, seen: Sight, rows: Iterator[CurrentRow]) -> Iterator[bytes]:
    """Records as the bytes of a file, as far as they are seen; who may have it was looked at before."""
    return _WRITERS[file_format](_Columns(registry, seen), rows)


class _Columns:
    """The fields that are exported: those that are seen, without secrets."""

    def __init__(self, registry: Opened, seen: Sight) -> None:
        self.registry, self.seen = registry, seen
        model = registry.model
        self.fields = [one for one in model.fields if one.name in seen.shown and one.name not in model.secrets]
        self.names = frozenset(one.name for one in self.fields)
        self.paths = tuple(flat_paths(self.fields))

    def values(self, row: CurrentRow) -> dict[str, Any]:
        """What a record says, so far as it is exported."""
        values = seen_values(self.registry, row.record, read_content(row.content), self.seen)
        return {name: value for name, value in values.items() if name in self.names}

    def cells(self, row: CurrentRow) -> list[Cell]:
        """The same in columns."""
        return flat_cells(self.paths, self.values(row))

    @property
    def heading(self) -> list[str]:
        """The dotted path of each column: what an import understands."""
        return [".".join(path) for path in self.paths]


def _csv(columns: _Columns, rows: Iterator[CurrentRow]) -> Iterator[bytes]:
    yield BOM.encode() + csv_line(columns.heading)
    for row in rows:
        yield csv_line(columns.cells(row))


def _lines(columns: _Columns, rows: Iterator[CurrentRow]) -> Iterator[bytes]:
    for row in rows:
        yield msgspec.json.encode(columns.values(row)) + b"\n"


def _sheet(columns: _Columns, rows: Iterator[CurrentRow]) -> Iterator[bytes]:
    made: Iterator[bytes] = import_module("uruk.registries.workbook").workbook(
        columns.registry.code, columns.heading, map(columns.cells, rows)
    )
    return made


_WRITERS = {"csv": _csv, "jsonl": _lines, "xlsx": _sheet}


def _noted(actor: Actor, registry: Opened, rows: Iterator[CurrentRow]) -> Iterator[CurrentRow]:
    """Records, each noted before it is given: a thousand persons in one act."""
    if not registry.model.personal or actor.institution is None:
        yield from rows
        return
    sentence = told(actor, EXPORTED, registry.definition.title)
    for some in batches(rows):
        subjects = sorted({number for row in some for number in subjects_of(registry, read_content(row.content))})
        for persons in batches(subjects):
            names = [str(row.record) for row in some]
            fields = legible(actor, registry)
            record_read(actor, Reading(EXPORTED, sentence, persons, names, of=registry.code, fields=fields))
        yield from some


def _say(actor: Actor, registry: Opened, file_format: str, filters: Sequence[Filter], words: str, count: int) -> None:
    """The act of the export: what was asked for by its digest, because it may name a person."""
    asked = json.dumps([[one.field, one.op, str(one.value)] for one in filters] + [words], ensure_ascii=False)
    body = {
        "registry": registry.code,
        "definition": registry.definition.digest,
        "format": file_format,
        "asked": hashlib.sha256(asked.encode()).digest(),
        "count": count,
    }
    perform(actor, Deed(type=EXPORTED, role="exported", author=registry.institution, body=body, rows=_no_rows))


def _no_rows(_: UUID) -> None:
    """The act is all there is to keep."""
