"""The kind `subsystem`: an information system of an institution, and what it answers there (X-Road: its services)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast, runtime_checkable

from uruk.definitions.api import (
    PERSONAL_TYPES,
    Context,
    Cursor,
    Field,
    Fields,
    Findings,
    ListNode,
    MapNode,
    Parsed,
    Parsings,
)
from uruk.exchange.domain.fields import pointer_tokens
from uruk.exchange.domain.paths import Glob
from uruk.exchange.snapshot import SubjectRule, Where
from uruk.kernel.api import CodedError, Text
from uruk.trust.api import strict_json

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "*")
RESERVED = "uruk"
MAX_OFFERS, MAX_ENDPOINTS, MAX_SUBJECT_RULES = 64, 64, 16
_WHERES: tuple[Where, ...] = ("path", "query", "request", "answer")


@dataclass(frozen=True)
class EndpointDefinition:
    """What may be called: a method and a path glob; `subjects` says where the persons stand that it is about."""

    name: str
    method: str
    path: str
    idempotent: bool
    subjects: tuple[SubjectRule, ...]


@dataclass(frozen=True)
class OfferDefinition:
    """What is answered under one service code.

    `personal`: it is about persons. `many`: an answer is an array of objects with these `fields`, not one object.
    `openapi`: its OpenAPI document (JSON), if there is one. `labels`: words for fields that the definition's own texts
    do not name. `exact`: nothing but the fields comes back, even where an agreement says "all".
    """

    code: str
    personal: bool
    many: bool
    fields: Fields
    endpoints: tuple[EndpointDefinition, ...]
    openapi: bytes | None = None
    labels: Mapping[str, Text] = field(default_factory=dict)
    exact: bool = False

    def pointers(self, names: Iterable[str]) -> tuple[str, ...]:
        """The JSON pointers of these fields in an answer, one for each value."""
        start = "/*" if self.many else ""
        return tuple(pointer for name in names for pointer in _pointers(f"{start}/{name}", self.fields[name]))


@runtime_checkable
class Offering(Protocol):
    """A definition's model that answers in the exchange: a subsystem, or what another room's kind offers itself."""

    @property
    def exchange_offers(self) -> Mapping[str, OfferDefinition]:
        """What it answers, by service code."""


@runtime_checkable
class Asking(Protocol):
    """A definition's model that asks in the exchange under its own code, though it is no subsystem: a service."""

    @property
    def asks_others(self) -> bool:
        """Whether it asks anything of other institutions."""


@dataclass(frozen=True)
class SubsystemDefinition:
    """An information system: what only asks has no offers."""

    offers: Mapping[str, OfferDefinition] = field(default_factory=dict)

    @property
    def exchange_offers(self) -> Mapping[str, OfferDefinition]:
        """What it answers, by service code."""
        return self.offers


class SubsystemKind:
    """Reads `institutions/<code>/subsystems/<code>/subsystem.yaml` and checks it."""

    name = "subsystem"
    version = 1
    folder = "subsystems"
    files: frozenset[str] = frozenset()
    single = False

    def parse(self, cursor: Cursor, context: Context) -> SubsystemDefinition | None:
        """The subsystem; all that is wrong is reported."""
        if context.code == RESERVED:
            cursor.report(None, "exchange.subsystem_reserved", code=RESERVED)
        block = cursor.mapping("offers", required=False)
        offers = {code: _offer(code, one, context) for code, one in (block.entries() if block else ())}
        cursor.finish()
        if len(offers) > MAX_OFFERS:
            cursor.report("offers", "exchange.too_many", max=MAX_OFFERS)
        return SubsystemDefinition(offers)

    def check(self, definitions: Iterable[Parsed], findings: Findings) -> None:
        """Subsystems of one institution have nothing to agree about."""

    def check_across(self, found: Parsings, findings: Findings) -> None:
        """What is between institutions stands in agreements."""


SUBSYSTEM_KIND = SubsystemKind()


def is_asking(model: object) -> bool:
    """Whether a definition's model asks other institutions by itself."""
    return isinstance(model, Asking) and model.asks_others


def is_offering(model: object) -> bool:
    """Whether a definition's model answers in the exchange."""
    return isinstance(model, Offering)


def _offer(code: str, cursor: Cursor, context: Context) -> OfferDefinition:
    context.need_text(f"offers.{code}", cursor.place())
    personal = bool(cursor.boolean("personal"))
    many = cursor.string("answer", required=False, one_of=("one", "many")) == "many"
    fields = context.fields(cursor, required=False)
    for name in (one.name for one in fields.walk() if (one.personal or one.type in PERSONAL_TYPES) and not personal):
        cursor.report("personal", "exchange.personal_denied", field=name)
    block = cursor.mapping("endpoints")
    endpoints = [_endpoint(name, one, personal) for name, one in (block.entries() if block else ())]
    openapi = _openapi(cursor, context)
    cursor.finish()
    if not 0 < len(endpoints) <= MAX_ENDPOINTS:
        cursor.report("endpoints", "exchange.too_many", max=MAX_ENDPOINTS)
    return OfferDefinition(code, personal, many, fields, tuple(one for one in endpoints if one), openapi)


def _endpoint(name: str, cursor: Cursor, personal: bool) -> EndpointDefinition | None:
    method, path = cursor.string("method", one_of=METHODS), cursor.string("path")
    idempotent = bool(cursor.boolean("idempotent", required=False))
    subjects = tuple(_subjects(cursor))
    cursor.finish()
    if personal and not subjects and not cursor.has("subjects"):
        cursor.report(None, "exchange.subjects_missing", endpoint=name)
    if len(subjects) > MAX_SUBJECT_RULES:
        cursor.report("subjects", "exchange.too_many", max=MAX_SUBJECT_RULES)
    if method is None or path is None or not _is_glob(cursor, path):
        return None
    _check_segments(cursor, path, subjects)
    return EndpointDefinition(name, method, path, idempotent, subjects)


def _check_segments(cursor: Cursor, path: str, subjects: Iterable[SubjectRule]) -> None:
    """A segment that no request can have would refuse every request."""
    segments = [part for part in path.split("/") if part]
    if "**" in segments:
        return
    for rule in (one for one in subjects if one.where == "path" and int(one.at) >= len(segments)):
        cursor.report("subjects", "exchange.subject_outside", number=int(rule.at), path=path[:80])


def _is_glob(cursor: Cursor, path: str) -> bool:
    try:
        Glob(path)
    except CodedError as error:
        cursor.report("path", error.code, **error.values)
        return False
    return True


def _subjects(cursor: Cursor) -> Iterator[SubjectRule]:
    """`subjects:` is a list of rules, each one word with its place: `{path: 0}`, `{answer: /number}`."""
    node = cursor.node("subjects", required=False)
    if node is None:
        return
    if not isinstance(node, ListNode) or not node.items:
        cursor.strings("subjects")  # says that it is no list
        return
    for item in node.items:
        rule = _rule(item, cursor.findings)
        if rule is not None:
            yield rule


def _rule(node: object, findings: Findings) -> SubjectRule | None:
    if not isinstance(node, MapNode) or len(node.items) != 1 or next(iter(node.items)) not in _WHERES:
        place = getattr(node, "place", None)
        assert place is not None, "every node has a place"
        findings.report(place, "exchange.subject_rule", words=" ".join(_WHERES))
        return None
    inner = Cursor(node, findings)
    where = cast(Where, next(iter(node.items)))
    if where == "path":
        number = inner.integer("path", minimum=0, maximum=63)
        return None if number is None else SubjectRule("path", str(number))
    at = inner.string(where)
    if at is None or (where != "query" and not _is_pointer(inner, where, at)):
        return None
    return SubjectRule(where, at)


def _is_pointer(cursor: Cursor, key: str, pointer: str) -> bool:
    try:
        pointer_tokens(pointer)
    except CodedError as error:
        cursor.report(key, error.code, **error.values)
        return False
    return True


def _openapi(cursor: Cursor, context: Context) -> bytes | None:
    name = cursor.string("openapi", required=False)
    if name is None:
        return None
    data = context.file(name) if "/" not in name else None
    if data is None:
        cursor.report("openapi", "exchange.openapi_malformed", file=name[:60])
        return None
    try:
        strict_json.load(data)
    except (CodedError, ValueError):
        cursor.report("openapi", "exchange.openapi_malformed", file=name[:60])
    return data


def _pointers(start: str, field: Field) -> Iterator[str]:
    """One pointer for each value that a field holds."""
    if field.type == "location":
        yield from (f"{start}/latitude_udeg", f"{start}/longitude_udeg")
    elif field.is_parts:
        inner = f"{start}/*" if field.type == "list" else start
        for member in field.members:
            yield from _pointers(f"{inner}/{member.name}", member)
    else:
        yield start
