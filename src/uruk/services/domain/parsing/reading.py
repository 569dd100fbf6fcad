"""Small readers that all parts of `service.yaml` share: expressions as written, names with places, mappings of both."""

from collections.abc import Iterator, Mapping

from uruk.definitions.api import Cursor, ListNode, MapNode, Node, Place, ScalarNode
from uruk.services.domain.definition import Formula


def formula(cursor: Cursor, key: str, *, required: bool = True) -> Formula | None:
    """The expression under a key, not yet compiled."""
    node = cursor.node(key, required=required)
    return None if node is None else formula_of(node, cursor, key)


def formula_of(node: Node, cursor: Cursor, key: str) -> Formula | None:
    """The expression that a node is; anything but a single value is reported."""
    if isinstance(node, ScalarNode) and isinstance(node.value, bool | int | str) and node.source.strip():
        return Formula(node.source, node)
    Cursor(one_entry(key, node, node.place), cursor.findings).string(key)  # says that it is no text
    return None


def formulas(cursor: Cursor, key: str, *, required: bool = True) -> Mapping[str, Formula]:
    """A mapping of names to expressions."""
    block = cursor.mapping(key, required=required)
    found: dict[str, Formula] = {}
    for name in block.keys if block else ():
        assert block is not None, "there are no keys without it"
        written = formula(block, name)
        if written is not None:
            found[name] = written
    return found


def names(cursor: Cursor, key: str, *, required: bool = True) -> tuple[tuple[str, Place], ...]:
    """A list of names, each with its place."""
    node = cursor.node(key, required=required)
    words = set(cursor.strings(key, required=required)) if node is not None else set()
    items = node.items if isinstance(node, ListNode) else ()
    return tuple((one.source, one.place) for one in items if isinstance(one, ScalarNode) and one.source in words)


def one_entry(name: str, node: Node, place: Place) -> MapNode:
    """A mapping with this one entry, for readers that want one."""
    return MapNode(place, {name: node}, {name: place})


def without(node: MapNode, *keys: str) -> MapNode:
    """The same mapping without some of its keys."""
    items = {key: item for key, item in node.items.items() if key not in keys}
    return MapNode(node.place, items, {key: node.keys[key] for key in items})


def each(cursor: Cursor, key: str) -> Iterator[Cursor]:
    """A cursor over each mapping of a list; what is no mapping is reported."""
    node = cursor.node(key)
    if isinstance(node, ListNode) and node.items:
        yield from (Cursor.over(item, cursor.findings, item.place) for item in node.items)
    elif node is not None:
        cursor.strings(key)  # says that it is no list
