"""Tables of a service as tables that people read: each column and each cell by its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from uruk.definitions.api import Field, ListNode, Node, ScalarNode, holes
from uruk.desk.owning.owned import Version
from uruk.desk.pages import catalogues, told
from uruk.kernel.api import listed, local_digits
from uruk.publishing.api import country
from uruk.services.api import Table as DecisionTable
from uruk.ui.api import ArticleTold, Table, TableRow, article_told, field_label, reader_language, service_texts, shown

ANY = "any"


@dataclass(frozen=True)
class TableTold:
    """A table with what it is called, the article that says so, and of whose every row it says something."""

    title: str
    table: Table
    article: ArticleTold | None
    each: str


def table_told(version: Version, table: DecisionTable) -> TableTold:
    """A table of a version; where that cannot run, by its own words."""
    texts = version.found.definition.texts
    title = texts.find(f"tables.{table.name}")
    called = told(title) if title else table.name
    fields = _fields(version, table)
    columns = tuple(_label(version, one, name) for one, (name, _place) in zip(fields, table.inputs, strict=True))
    rows = tuple(TableRow(tuple(_cells(version, table, fields, row.cells))) for row in table.rows)
    shown_as = Table(called, (*columns, _label(version, table.out, table.name)), rows)
    article = article_told(country().shared.laws.find(table.law) if table.law else None, table.law or "")
    return TableTold(called, shown_as, article, _each(version, table))


def _fields(version: Version, table: DecisionTable) -> tuple[Field | None, ...]:
    linked = version.found.service.tables.get(table.name) if version.found.service else None
    return tuple(one.field for one in linked.columns) if linked else (None,) * len(table.inputs)


def _label(version: Version, field: Field | None, name: str) -> str:
    texts = version.found.definition.texts
    said = texts.find(f"tables.{name}") or texts.find(f"values.{name}")
    if said is not None:
        return told(said)
    return field_label(field, service_texts(version.found.definition), field.name) if field else name


def _each(version: Version, table: DecisionTable) -> str:
    if table.each is None:
        return ""
    name = table.each.rpartition(".")[2]
    texts = version.found.definition.texts
    found = texts.find(f"steps.{name}.title") or texts.find(f"facts.{name}")
    return open_holes(told(found)) if found else name


def _cells(version: Version, table: DecisionTable, fields: Sequence[Field | None], cells: Sequence[Node]) -> list[str]:
    known = (*fields, table.out)
    return [_cell(version, field, cell) for field, cell in zip(known, cells, strict=True)]


def _cell(version: Version, field: Field | None, cell: Node) -> str:
    if isinstance(cell, ListNode):
        return listed((_cell(version, field, one) for one in cell.items), reader_language())
    if not isinstance(cell, ScalarNode):
        return ""
    if cell.source == ANY:
        return _("Any value")
    low, dots, high = cell.source.partition("..")
    if dots:
        return _span(_point(version, field, low), _point(version, field, high))
    return _point(version, field, cell.source)


def _span(low: str, high: str) -> str:
    if not low:
        return _("Up to %(most)s") % {"most": high}
    if not high:
        return _("From %(least)s on") % {"least": low}
    return _("%(least)s to %(most)s") % {"least": low, "most": high}


def _point(version: Version, field: Field | None, written: str) -> str:
    """One value as the reader writes it."""
    if not written or field is None:
        return written
    value: object = written
    if field.type in {"integer", "money"}:
        value = int(written)
    elif field.type in {"yes_no", "declaration"}:
        value = written == "true"
    return shown(field, value, service_texts(version.found.definition), catalogues())


def open_holes(sentence: str) -> str:
    """A sentence whose values stand for nobody yet."""
    for one in holes(sentence):
        sentence = sentence.replace(f"{{{one}}}", "…")
    return sentence


def digits(number: int) -> str:
    """A number in the reader's digits."""
    return local_digits(str(number), reader_language())
