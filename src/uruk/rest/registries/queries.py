"""What a list is asked for: in the address only what is nobody's data, everything in a body."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from django.http import QueryDict

from uruk.definitions.api import Field, Fields
from uruk.kernel.api import CodedError
from uruk.registries.api import Filter, PageQuery, RegistryDefinition
from uruk.rest.registries.forms import misfits
from uruk.rest.registries.shapes import Operator, Search, Status

MAX_LIMIT = 200
OPERATORS: tuple[Operator, ...] = get_args(Operator)
STATUSES: tuple[Status, ...] = get_args(Status)
_ORDERED = frozenset({"integer", "money", "date", "time"})
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})", re.ASCII)
_WORDS = Field("words", "text", maximum=200)
_PREFIX = Field("prefix", "text")


def operators_of(item: Field) -> tuple[Operator, ...]:
    """How a field can be filtered by."""
    if item.type in _ORDERED:
        return ("eq", "from", "to")
    return ("eq", "prefix") if item.type in {"text", "link", "national_number"} else ("eq",)


def found_by(model: RegistryDefinition) -> tuple[Field, ...]:
    """The fields by which records are filtered and sorted."""
    return tuple(model.fields[column.name] for column in model.columns)


def in_address(item: Field) -> bool:
    """Whether a field's values may stand in an address, which ends up in logs of servers on the way."""
    return not item.personal and not item.secret


def words_in_address(model: RegistryDefinition) -> bool:
    """Whether words may: none of the fields that they are looked for in is personal."""
    return all(in_address(model.fields[name]) for name in model.searched)


def query_in_address(model: RegistryDefinition, given: QueryDict) -> tuple[PageQuery, bool]:
    """The page that an address asks for, and whether with the total.

    Errors: ``rest.query_unknown``, ``rest.query_value``, ``rest.personal_in_address``, ``registries.not_indexed``.
    """
    asked = plain(given, (*_NAMES, *(name for name in given if "." in name)))
    if asked.get("words") and not words_in_address(model):
        raise CodedError("rest.personal_in_address", field="words")
    order = asked.get("order", "")
    filters = tuple(_filter_in_address(model, name, value) for name, value in asked.items() if "." in name)
    _require_public(model, order.removeprefix("-"))
    query = PageQuery(
        filters=filters,
        words=_clean("words", _WORDS, asked["words"]) if "words" in asked else "",
        order=order.removeprefix("-") or None,
        descending=order.startswith("-"),
        after=asked.get("after", ""),
        limit=limit_of(asked.get("limit", "50")),
        statuses=(_status(asked.get("status", "live")),),
    )
    return query, yes_no("total", asked.get("total", "false"))


@dataclass(frozen=True)
class AskedCount:
    """What is to be counted: by which field, by months of it or by values, under which conditions."""

    by: str
    months: bool
    filters: tuple[Filter, ...]


def count_in_address(model: RegistryDefinition, given: QueryDict) -> AskedCount:
    """What an address asks to have counted; errors as `query_in_address`."""
    asked = plain(given, ("by", "months", *(name for name in given if "." in name)))
    filters = tuple(_filter_in_address(model, name, value) for name, value in asked.items() if "." in name)
    if not asked.get("by"):
        raise CodedError("rest.query_value", name="by")
    return AskedCount(asked["by"], yes_no("months", asked.get("months", "false")), filters)


def query_in_body(model: RegistryDefinition, asked: Search) -> PageQuery:
    """The page that a body asks for; errors as `query_in_address`."""
    return PageQuery(
        filters=tuple(Filter(one.field, one.op, _value(model, one.field, one.op, one.value)) for one in asked.filters),
        words=_clean("words", _WORDS, asked.words) if asked.words else "",
        order=asked.order,
        descending=asked.descending,
        after=asked.after,
        limit=asked.limit,
        statuses=(asked.status,),
    )


_NAMES = ("words", "order", "after", "limit", "status", "total")


def plain(given: QueryDict, names: tuple[str, ...]) -> dict[str, str]:
    """What stands behind the question mark, each name once and known: ``rest.query_unknown``, ``rest.query_value``."""
    for name in given:
        if name not in names:
            raise CodedError("rest.query_unknown", name=name[:60])
        if len(given.getlist(name)) != 1:
            raise CodedError("rest.query_value", name=name[:60])
    return {name: str(given[name]) for name in given}


def yes_no(name: str, value: str) -> bool:
    """``true`` or ``false``."""
    if value not in ("true", "false"):
        raise CodedError("rest.query_value", name=name)
    return value == "true"


def limit_of(value: str) -> int:
    """How many a page has at most: ``rest.query_value``."""
    if not _WHOLE.fullmatch(value) or not 1 <= int(value) <= MAX_LIMIT:
        raise CodedError("rest.query_value", name="limit")
    return int(value)


def _status(value: str) -> Status:
    for one in STATUSES:
        if one == value:
            return one
    raise CodedError("rest.query_value", name="status")


def _filter_in_address(model: RegistryDefinition, name: str, value: str) -> Filter:
    field, _, op = name.rpartition(".")
    _require_public(model, field)
    for one in OPERATORS:
        if one == op:
            return Filter(field, one, _value(model, field, one, _typed(model.fields.find(field), value)))
    raise CodedError("rest.query_unknown", name=name[:60])


def _require_public(model: RegistryDefinition, name: str) -> None:
    item = model.fields.find(name)
    if item is not None and not in_address(item):
        raise CodedError("rest.personal_in_address", field=name)


def _typed(item: Field | None, value: str) -> Any:
    """A text of an address as the JSON value that it stands for; what is none stays a text, and is refused as such."""
    if item is not None and item.type in {"integer", "money"} and _WHOLE.fullmatch(value):
        return int(value)
    words: Mapping[str, bool] = {"true": True, "false": False}
    return words.get(value, value) if item is not None and item.type == "yes_no" else value


def _value(model: RegistryDefinition, name: str, op: Operator, value: Any) -> Any:
    """A value to compare with, of the field's form; its bounds do not matter to a question."""
    item = model.fields.find(name)
    if item is None or op not in operators_of(item) or item not in found_by(model):
        raise CodedError("registries.not_indexed", field=name[:60])
    asked = replace(
        _PREFIX if op == "prefix" else item, name=name, minimum=None, maximum=None, pattern=None, script=None
    )
    if any(misfits(Fields((asked,)), {name: value})):
        raise CodedError("rest.query_value", name=f"{name}.{op}")
    return _clean(f"{name}.{op}", asked, value)


def _clean(name: str, item: Field, value: object) -> Any:
    try:
        return item.clean(value)
    except CodedError:
        raise CodedError("rest.query_value", name=name) from None
