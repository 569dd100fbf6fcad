"""A registry as a caller reaches it under one of its versions, and the records in it that say what is asked for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from uruk.definitions.api import Field
from uruk.kernel.api import Actor, CodedError, rfc3339
from uruk.publishing.api import by_digest
from uruk.registries import api as registries
from uruk.registries.api import PageQuery, RecordView, RegistryDefinition
from uruk.rest.govstack import numbers
from uruk.rest.govstack.callers import on_registry
from uruk.rest.govstack.naming import Named
from uruk.rest.registries.queries import MAX_LIMIT, found_by, operators_of, query_in_body
from uruk.rest.registries.shapes import Condition, Search

MAX_CONDITIONS = 20
# A regular expression that says how a text begins, and nothing else.
_BEGINS = re.compile(r"\^([^\\.^$|?*+()\[\]{}]+)(?:\.\*)?")
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True)
class Wanted:
    """A registry, who acts in it, and the fields that there were in the version they named."""

    actor: Actor
    named: Named
    model: RegistryDefinition
    shown: frozenset[str]

    def own(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values under our names, as they are kept."""
        return numbers.kept(self.model.fields, self.named.own_values(values))

    def get(self, record: UUID | None) -> RecordView:
        """A record that was just written."""
        return registries.get_record(self.actor, *self.named.place, record)

    def told(self, view: RecordView) -> dict[str, Any]:
        """A record with what goes around it."""
        return {"content": self.content(view), "uuid": str(view.record), "modifiedAt": rfc3339(view.changed_at)}

    def content(self, view: RecordView) -> dict[str, Any]:
        """What a record says, of the fields of this version, under the caller's names."""
        shown = {name: value for name, value in view.values.items() if name in self.shown}
        return self.named.told_values(numbers.told(self.model.fields, shown))


def opened(request: HttpRequest, actor: Actor, registry: str, version: str) -> Wanted:
    """The registry under a version; empty: the one in force. Unknown: ``rest.not_found``."""
    acting, named = on_registry(request, actor, registry)
    view = registries.get_registry(acting, *named.place)
    then = by_digest(named.digest(version)).model if version else view.model
    assert isinstance(then, RegistryDefinition)
    shown = frozenset(one.name for one in view.model.fields if one.name in then.fields)
    return Wanted(acting, named, view.model, shown)


def first(wanted: Wanted, content: Mapping[str, Any]) -> RecordView | None:
    """The oldest record that says all of this; None where there is none."""
    return next(iter(every(wanted, content, 1)), None)


def every(wanted: Wanted, content: Mapping[str, Any], most: int) -> Sequence[RecordView]:
    """Records that say all of this, oldest first; each is noted as read.

    Errors: ``rest.content_missing`` for nothing, ``rest.query_value`` for what nothing is found by.
    """
    if not content:
        raise CodedError("rest.content_missing", name="query")
    asked = query(wanted, content, limit=min(most, MAX_LIMIT))
    found: list[RecordView] = []
    while len(found) < most:
        page = registries.list_records(wanted.actor, *wanted.named.place, asked)
        found += page.records
        if not page.next:
            break
        asked = _following(asked, page.next)
    return found[:most]


def query(wanted: Wanted, content: Mapping[str, Any], *, patterns: bool = False, **more: Any) -> PageQuery:
    """The question for records that say all of this; `patterns`: a text like `^Ad` or `^Ad.*` says how they begin."""
    conditions = []
    for name, value in content.items():
        own = wanted.named.own(name)
        item = wanted.model.fields.find(own)
        start = _beginning(item, value) if patterns else None
        conditions.append(Condition(own, "prefix", start) if start else Condition(own, "eq", _typed(item, value)))
    if len(conditions) > min(len(found_by(wanted.model)), MAX_CONDITIONS):
        raise CodedError("rest.query_value", name="query")
    return query_in_body(wanted.model, Search(filters=tuple(conditions), **more))


def _beginning(item: Field | None, value: Any) -> str | None:
    """How texts begin that a pattern finds: what an index answers, however many records there are."""
    found = _BEGINS.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found and item is not None and "prefix" in operators_of(item) else None


def _typed(item: Field | None, value: Any) -> Any:
    """A value as the field has it: what is asked for in an address or a form is text."""
    if item is None or isinstance(value, dict | list) or value is None:
        raise CodedError("rest.query_value", name=item.name if item else "query")
    if item.scale > 1:
        return numbers.kept_number(item, value)
    if item.type in {"integer", "money"} and isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value[:20])
    if item.type == "yes_no" and isinstance(value, str):
        return _TRUTH.get(value.lower(), value)
    return str(value) if item.type == "text" and type(value) is int else value


def _following(asked: PageQuery, token: str) -> PageQuery:
    return replace(asked, after=token)
