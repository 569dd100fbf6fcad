"""What a schema lets happen by itself: numbers that are drawn, values put together, fields that lead elsewhere."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from uruk.kernel.api import CodedError
from uruk.registries.api import RegistryDefinition
from uruk.rest.govstack.naming import Named

Schema = Mapping[str, Any]
# The place of a number that is drawn, and of what the registry is called.
NUMBER, CODE = "{indexNoByCode}", "{code}"
_HOLE = re.compile(r"\{([^{}]{1,80})\}")
_STEM = re.compile(r"[A-Z0-9-]{0,20}")
# Letters of what is drawn are capitals anyway.
_HARMLESS = "upper-case"


def set_value(one: Schema, at: str) -> str | None:
    """What a field is set to where nobody says anything; None where it has no trigger.

    Others than that are not carried out, and so refused: ``rest.schema_unsupported``.
    """
    triggers = one.get("triggers") or []
    if not triggers:
        return None
    found = [text for trigger in _mappings(triggers, at) for text in _values(trigger, one, at)]
    if len(found) != 1:
        raise _unsupported(at)
    return found[0]


def drawn_form(value: str, name: str) -> str | None:
    """The form of numbers that are drawn, as `MCTS{number}`; None where the value draws none."""
    stem, hole, rest = value.replace(CODE, name).partition(NUMBER)
    if not hole:
        return None
    stem = stem.upper()
    return f"{stem}{{number}}" if _STEM.fullmatch(stem) and not rest else None


def put_together(value: str, fields: Mapping[str, str]) -> str | None:
    """The expression that puts texts and fields together: `{First} {Last}`; None where it names what is no field."""
    pieces = _HOLE.split(value)
    texts, names = pieces[::2], pieces[1::2]
    if not value or "{" in "".join(texts) or not all(name in fields for name in names):
        return None
    parts = (fields[one] if at % 2 else json.dumps(one, ensure_ascii=False) for at, one in enumerate(pieces) if one)
    return " + ".join(parts)


def linked(one: Schema, at: str, databases: Sequence[tuple[Named, RegistryDefinition]]) -> str | None:
    """The registry whose records a field leads to by their main key; None where it leads nowhere.

    What leads to anything else is refused: ``rest.schema_unsupported``.
    """
    keys = one.get("foreignKeys") or []
    if not keys:
        return None
    if not isinstance(keys, list) or len(keys) != 1 or not isinstance(keys[0], Mapping):
        raise _unsupported(at)
    wanted = str(keys[0].get("databaseKey"))
    for named, model in databases:
        if wanted in (str(named.number), named.name) and len(model.main_key) == 1:
            return named.code
    raise _unsupported(at)


def _values(trigger: Schema, one: Schema, at: str) -> Iterator[str]:
    """What a trigger sets its own field to: always where nobody writes it, else where nothing is said."""
    conditions = _mappings(trigger.get("conditions") or [], at)
    if any((each.get("logic"), each.get("value")) != ("==", "") for each in conditions):
        raise _unsupported(at)
    own = one.get("$id", one.get("id"))
    for action in _mappings(trigger.get("actions") or [], at):
        if action.get("field_id", own) != own or not isinstance(action.get("value", ""), str):
            raise _unsupported(at)
        if action.get("type") == "set-value":
            value = str(action.get("value", ""))
            # A value to begin with, which somebody may change, follows from nothing.
            if conditions and NUMBER not in value and one.get("readOnly") is not True:
                raise _unsupported(at)
            yield value
        elif action.get("type") != _HARMLESS:
            raise _unsupported(at)


def _mappings(value: object, at: str) -> list[Schema]:
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise _unsupported(at)
    return value


def _unsupported(at: str) -> CodedError:
    return CodedError("rest.schema_unsupported", at=at[:120])
