"""demo/nodes.yaml: how the demonstration spreads the country's institutions over nodes, and whose is the directory."""

from collections.abc import Collection
from dataclasses import dataclass

from uruk.definitions.cursor import Cursor


@dataclass(frozen=True)
class DemonstrationNode:
    """A node of the demonstration and the institutions it hosts. The authority's keeps the country's directory."""

    code: str
    hosts: tuple[str, ...]
    authority: bool


def read_demo_nodes(cursor: Cursor, institutions: Collection[str]) -> tuple[DemonstrationNode, ...]:
    """demo/nodes.yaml; every institution lives on exactly one node."""
    block = cursor.mapping("nodes")
    nodes = dict(block.entries()) if block else {}
    authority = cursor.string("authority", one_of=tuple(nodes))
    cursor.finish()
    found, seen = [], set[str]()
    for code, one in nodes.items():
        hosts = one.strings("hosts", one_of=tuple(sorted(institutions)))
        one.finish()
        for institution in hosts:
            if institution in seen:
                one.report("hosts", "definitions.hosted_twice", institution=institution)
            seen.add(institution)
        found.append(DemonstrationNode(code, hosts, code == authority))
    for institution in sorted(set(institutions) - seen):
        cursor.report("nodes", "definitions.hosted_nowhere", institution=institution)
    return tuple(found)
