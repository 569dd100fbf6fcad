"""JSON as this house writes and takes it: no name twice in an object, no fractions, no NaN."""

import json
from collections.abc import Callable
from typing import Any, NoReturn


def load_whole_json(text: str | bytes, fraction: Callable[[str], Any] | None = None) -> Any:
    """Return what JSON text holds; ValueError for anything else, RecursionError where it is nested too deeply.

    `fraction` reads fractions where somebody may send them; what is kept has none.
    """
    return json.loads(text, object_pairs_hook=_object, parse_float=fraction or _refuse, parse_constant=_refuse)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(number: str) -> NoReturn:
    raise ValueError(f"no whole number: {number}")
