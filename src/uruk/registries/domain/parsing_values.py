"""Reads `values:` of a registry: fields that nobody types, because they follow from the others."""

from collections.abc import Mapping

from uruk.definitions.api import Context, Cursor, Expression, Field, Fields
from uruk.registries.domain.conversion import result_type
from uruk.registries.domain.definition import Series
from uruk.registries.domain.usable import CONVERTED_TYPES, usable

RECKONED_TYPES = CONVERTED_TYPES - {"declaration"}


def parse_values(cursor: Cursor, context: Context, fields: Fields, series: Series | None) -> Mapping[str, Expression]:
    """Of each field that the registry reckons the expression, over the fields that somebody says."""
    block = cursor.mapping("values", required=False)
    if block is None:
        return {}
    names = [name for name in block.keys if usable(block, name, (name,), fields, RECKONED_TYPES)]
    said = Fields(tuple(one for one in fields if not one.secret and one.name not in block.keys), fields.unread)
    found = {name: context.expression(block, name, said, result_type(fields[name])) for name in names}
    for name, one in found.items():
        if one is not None:
            _check(block, fields[name], one, said, series)
    return {name: one for name, one in found.items() if one is not None}


def _check(block: Cursor, item: Field, expression: Expression, said: Fields, series: Series | None) -> None:
    """It rests on no day, is no number that is drawn, and shows nothing to whom it is not for."""
    closer = next((one.name for one in said if one.name in expression.names and _is_closer(one, item)), None)
    if "today" in expression.names:
        block.report(item.name, "registries.values_today", field=item.name)
    elif series is not None and series.of == item.name:
        block.report(item.name, "registries.values_drawn", field=item.name)
    elif closer is not None:
        block.report(item.name, "registries.values_closer", field=item.name, source=closer)


def _is_closer(source: Field, item: Field) -> bool:
    """Whether fewer may see what a value is reckoned from than the value."""
    narrowed = bool(source.read) and not (item.read and set(item.read) <= set(source.read))
    return narrowed or (source.personal and not item.personal) or (item.public and not source.public)
