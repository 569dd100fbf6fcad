"""Links tables: columns, cells, and what comes out of each row."""

from uruk.definitions.api import Field, Fields, Findings, Node, PartsError, Place, ScalarNode
from uruk.kernel.api import CodedError
from uruk.services.domain.definition import Row, Table
from uruk.services.domain.linked import LinkedTable, find_field
from uruk.services.domain.sources import is_unread
from uruk.services.domain.tables.boxes import Box
from uruk.services.domain.tables.columns import COLUMN_TYPES, CellError, Column, column


class TableLinker:
    """Links the tables of a service over its scope."""

    def __init__(self, scope: Fields, unsure: frozenset[str], findings: Findings) -> None:
        self._scope, self._unsure, self._findings = scope, unsure, findings

    def link(self, table: Table) -> LinkedTable | None:
        """The table, ready to run; None where something is wrong, which is reported."""
        if table.name in self._unsure:
            return None
        found = [self._path(table, name, place) for name, place in table.inputs]
        paths = [one for one in found if one is not None]
        if len(paths) != len(table.inputs) or not table.rows:
            return None
        before = len(self._findings)
        columns = tuple(
            column(table.inputs[position][0], item, [row.cells[position] for row in table.rows])
            for position, (_, item) in enumerate(paths)
        )
        boxes = tuple(self._box(row, columns) for row in table.rows)
        outs = tuple(self._out(row, table) for row in table.rows)
        if len(self._findings) > before:
            return None
        return LinkedTable(table, columns, tuple(path for path, _ in paths), boxes, outs)

    def _path(self, table: Table, name: str, place: Place) -> tuple[tuple[str, ...], Field] | None:
        path = tuple(name.split("."))
        row = find_field(self._row(table), path) if path != (table.name,) else None
        found = row or find_field(self._scope, path)
        if found is None:
            if (
                name not in self._unsure
                and ".".join(path[:2]) not in self._unsure
                and f"answers.{name}" not in self._unsure
            ):
                self._findings.report(place, "services.name_unknown", name=name[:80])
            return None
        if found.type not in COLUMN_TYPES:
            self._findings.report(place, "services.column_type", name=name[:80], type=found.type)
            return None
        if is_unread(found):
            return None
        return ("row", *path) if row is not None else path, found

    def _row(self, table: Table) -> Fields:
        if table.each is None:
            return Fields(())
        found = find_field(self._scope, tuple(table.each.split(".")))
        return Fields(()) if found is None else found.members

    def _box(self, row: Row, columns: tuple[Column, ...]) -> Box:
        return tuple(self._mask(one, cell) for one, cell in zip(columns, row.cells[:-1], strict=True))

    def _mask(self, one: Column, cell: Node) -> int:
        try:
            return one.mask(cell)
        except CellError as error:
            self._findings.report(error.node.place, error.code, **error.values)
            return 0

    def _out(self, row: Row, table: Table) -> object:
        cell = row.cells[-1]
        if isinstance(cell, ScalarNode):
            try:
                return table.out.clean(cell.value if isinstance(cell.value, bool | int) else cell.source)
            except (CodedError, PartsError):
                pass
        self._findings.report(cell.place, "services.cell_out", table=table.name)
        return None
