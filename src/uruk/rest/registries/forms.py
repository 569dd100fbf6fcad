"""Whether values have the form that the description says: a program sends what is kept, and nothing is guessed.

What people type is read kindly (``٤٠`` is a number); what programs send is taken as the fields' JSON Schema has it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from uruk.definitions.api import Field, Fields
from uruk.kernel.api import CodedError
from uruk.registries.api import MASK, Change, InvalidChangesError, Problem

_JSON_TYPES: Mapping[str, tuple[type, str]] = {
    "integer": (int, "integer"), "money": (int, "integer"), "yes_no": (bool, "boolean"),
    "declaration": (bool, "boolean"), "list": (list, "array"), "group": (dict, "object"), "address": (dict, "object"),
    "person": (dict, "object"), "location": (dict, "object"),
}  # fmt: skip
# What is written in one way only, where people may type it in several.
_ONE_WAY = frozenset({"date", "time", "national_number", "choice", "file"})


def check_forms(fields: Fields, changes: Sequence[Change]) -> None:
    """Refuse values of another form: `InvalidChangesError` with ``rest.value_form`` or ``rest.value_masked``."""
    problems = [
        Problem(position, path, error)
        for position, change in enumerate(changes)
        for path, error in misfits(fields, change.values, nothing=True)
    ]
    if problems:
        raise InvalidChangesError(tuple(problems))


def misfits(fields: Fields, values: Mapping[str, Any], *, nothing: bool = False) -> Iterator[tuple[str, CodedError]]:
    """The values of another form, as (dotted path, error); `nothing`: null takes a value away. Unknown names pass."""
    for name, value in values.items():
        item = fields.find(name)
        if item is None or (value is None and nothing):
            continue
        yield from ((f"{name}{path}", error) for path, error in _misfit(item, value))


def _misfit(item: Field, value: object) -> Iterator[tuple[str, CodedError]]:
    kind, named = _JSON_TYPES.get(item.type, (str, "string"))
    if type(value) is not kind or (kind is dict and not value):
        yield "", CodedError("rest.value_form", wanted=named)
    elif isinstance(value, str):
        yield from _misfit_text(item, value)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from ((f".{place}{path}", error) for path, error in _misfit_parts(item, part))
    elif isinstance(value, dict) and item.is_parts:
        yield from _misfit_parts(item, value)


def _misfit_parts(item: Field, value: object) -> Iterator[tuple[str, CodedError]]:
    if not isinstance(value, dict) or not value:
        yield "", CodedError("rest.value_form", wanted="object")
        return
    yield from ((f".{path}", error) for path, error in misfits(item.members, value))


def _misfit_text(item: Field, value: str) -> Iterator[tuple[str, CodedError]]:
    if not value.strip():
        yield "", CodedError("rest.value_form", wanted="string")
    elif item.secret and value == MASK:
        yield "", CodedError("rest.value_masked")
    elif item.type in _ONE_WAY or item.pattern:
        kept = _kept(item, value)
        if kept is not None and kept != value:
            yield "", CodedError("rest.value_form", wanted=str(kept))


def _kept(item: Field, value: str) -> object:
    """The value as it would be kept; None where it cannot be, which its field says better itself."""
    try:
        return item.clean(value)
    except CodedError:
        return None
