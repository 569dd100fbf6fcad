"""The files that a record's values name, also within groups and lists."""

from collections.abc import Iterator, Mapping
from typing import Any

from uruk.definitions.api import Fields


def files_in(fields: Fields, values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Each file: the dotted path of its field, with positions from 0 in lists, and its SHA-256 (hex)."""
    for one in fields:
        value, path = values.get(one.name), f"{above}{one.name}"
        if one.type == "file" and isinstance(value, str):
            yield path, value
        elif one.type == "list" and isinstance(value, list):
            for at, row in enumerate(value):
                yield from files_in(one.members, row, f"{path}.{at}.")
        elif one.is_parts and isinstance(value, Mapping):
            yield from files_in(one.members, value, f"{path}.")
