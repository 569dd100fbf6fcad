"""Any definition's fields as facts to read: label and value in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from uruk.definitions.api import Field, Fields, Texts
from uruk.kernel.api import Dinars, format_date, listed, local_digits
from uruk.ui.fields import Catalogues, choice_label, field_label
from uruk.ui.language import reader_language
from uruk.ui.places import shown_place
from uruk.ui.units import field_amount, kept_amount, with_unit


@dataclass(frozen=True)
class Fact:
    """One line of `ui/facts.html`; its value leads to `url` where there is one."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True)
class TableRow:
    """One line of `ui/table.html`; its first cell leads to `url` where there is one."""

    cells: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True)
class Table:
    """What `ui/table.html` shows."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]

    @property
    def labelled(self) -> tuple[dict[str, Any], ...]:
        """The rows with each cell beside the name of its column: a narrow screen shows both in one line."""
        return tuple({"url": row.url, "cells": tuple(zip(self.columns, row.cells, strict=True))} for row in self.rows)


def facts(fields: Fields, texts: Texts, catalogues: Catalogues, values: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The fields that have a value, in the definition's order, as the reader writes them."""
    given = [(field, values[field.name]) for field in fields if values.get(field.name) is not None]
    return tuple(
        Fact(field_label(field, texts, field.name), shown(field, value, texts, catalogues)) for field, value in given
    )


def shown(field: Field, value: Any, texts: Texts, catalogues: Catalogues) -> str:
    """One stored value as the reader writes it."""
    if field.type == "choice":
        return choice_label(field, str(value), texts, catalogues)
    if field.type == "list" and isinstance(value, list):
        return "\n".join(_row(field, row, texts, catalogues) for row in value)
    if field.is_parts and isinstance(value, Mapping):
        return _row(field, value, texts, catalogues)
    return _SHOWN.get(field.type, _plain)(field, value, reader_language())


def _row(field: Field, value: Any, texts: Texts, catalogues: Catalogues) -> str:
    """The parts of a group, or of one row of a list, in one line."""
    if not isinstance(value, Mapping):
        return str(value)
    given = [part for part in field.members if value.get(part.name) not in (None, "", {}, [])]
    said = [shown(part, value[part.name], texts, catalogues) for part in given]
    return " ".join(said) if field.type == "person" else listed(said, reader_language())


def _plain(_field: Field, value: Any, _language: str) -> str:
    return str(value)


def _day(_field: Field, value: Any, language: str) -> str:
    try:
        return format_date(date.fromisoformat(str(value)), language)
    except ValueError:
        # A draft keeps what was typed, even where it is no date yet.
        return str(value)


def _number(field: Field, value: Any, language: str) -> str:
    amount = kept_amount(value) if field.unit else None
    if amount is not None:
        return field_amount(field, amount)
    # Without a unit it may be a year, or a number that names something: its digits stay together.
    return with_unit(local_digits(str(value), language), field.unit)


def _money(_field: Field, value: Any, language: str) -> str:
    return Dinars(value).format(language) if isinstance(value, int) else str(value)


def _answer(_field: Field, value: Any, _language: str) -> str:
    return _("Yes") if value else _("No")


def _place(_field: Field, value: Any, _language: str) -> str:
    return shown_place(value)


def _file(_field: Field, value: Any, _language: str) -> str:
    return _("File %(digest)s…") % {"digest": str(value)[:8]}


_SHOWN: Mapping[str, Callable[[Field, Any, str], str]] = {
    "date": _day,
    "time": _number,
    "integer": _number,
    "national_number": _number,
    "money": _money,
    "yes_no": _answer,
    "declaration": _answer,
    "location": _place,
    "file": _file,
}
