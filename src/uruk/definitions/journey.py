"""demo/journey.yaml: the documents that the demonstration makes, by whom and with what; no code knows a country."""

from collections.abc import Mapping
from dataclasses import dataclass

from uruk.definitions.cursor import Cursor
from uruk.definitions.nodes import ScalarNode


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


def read_journey(cursor: Cursor, people: frozenset[str], institutions: frozenset[str]) -> tuple[JourneyDocument, ...]:
    """demo/journey.yaml; values are written as they would be typed into the form."""
    block = cursor.mapping("documents")
    found = [_read_document(name, one, people, institutions) for name, one in (block.entries() if block else ())]
    cursor.finish()
    return tuple(found)


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
