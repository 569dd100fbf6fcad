"""demo/journey.yaml: the documents that the demonstration makes and the messages it sends; no code knows a country."""

from collections.abc import Mapping
from dataclasses import dataclass

from uruk.definitions.cursor import Cursor
from uruk.definitions.nodes import Plain, ScalarNode


@dataclass(frozen=True)
class JourneyDocument:
    """One document of the demonstration. `original` names a Typst file beside it: the letter that is to be sealed."""

    name: str
    institution: str
    type: str
    drafts: str
    releases: str
    values: Mapping[str, str]
    original: str | None
    revoked: str | None


@dataclass(frozen=True)
class JourneyMessage:
    """One message of the demonstration: a subsystem asks a service (both as definitions name them) at a path.

    `answer` is what the provider's own program knows there, before the agreement's fields are applied; None where a
    registry answers. `withheld`: fields of the offer that the agreement leaves out.
    """

    name: str
    client: str
    service: str
    path: str
    purpose: str
    law: str
    answer: Plain | None
    withheld: tuple[str, ...]


@dataclass(frozen=True)
class Journey:
    """All that the demonstration does."""

    documents: tuple[JourneyDocument, ...] = ()
    messages: tuple[JourneyMessage, ...] = ()


def read_journey(cursor: Cursor, people: frozenset[str], institutions: frozenset[str]) -> Journey:
    """demo/journey.yaml; values are written as they would be typed into the form."""
    block = cursor.mapping("documents")
    documents = [_read_document(name, one, people, institutions) for name, one in (block.entries() if block else ())]
    block = cursor.mapping("messages", required=False)
    messages = [_read_message(name, one) for name, one in (block.entries() if block else ())]
    cursor.finish()
    return Journey(tuple(documents), tuple(messages))


def _read_message(name: str, cursor: Cursor) -> JourneyMessage:
    answer = cursor.node("answer", required=False)
    message = JourneyMessage(
        name=name,
        client=cursor.string("from") or "",
        service=cursor.string("to") or "",
        path=cursor.string("path") or "",
        purpose=cursor.string("purpose", required=False) or "",
        law=cursor.string("law", required=False) or "",
        answer=answer.plain() if answer else None,
        withheld=cursor.strings("withheld", required=False),
    )
    cursor.finish()
    return message


def _read_document(name: str, cursor: Cursor, people: frozenset[str], institutions: frozenset[str]) -> JourneyDocument:
    values = cursor.mapping("values")
    document = JourneyDocument(
        name=name,
        institution=cursor.string("institution", one_of=tuple(sorted(institutions))) or "",
        type=cursor.code("type") or "",
        drafts=cursor.string("drafts", one_of=tuple(sorted(people))) or "",
        releases=cursor.string("releases", one_of=tuple(sorted(people))) or "",
        values=_typed(values) if values else {},
        original=cursor.string("original", required=False),
        revoked=cursor.string("revoked", required=False),
    )
    cursor.finish()
    return document


def _typed(values: Cursor) -> dict[str, str]:
    nodes = {key: values.node(key) for key in values.keys}
    return {key: node.source for key, node in nodes.items() if isinstance(node, ScalarNode)}
