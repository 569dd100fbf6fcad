"""What stands in braces in the texts of a service: each names a value that a case has."""

from collections.abc import Collection, Iterator

from uruk.definitions.api import Fields, Findings, MapNode, Node, ScalarNode, holes, read_yaml
from uruk.services.domain.definition import Hole, ServiceDefinition
from uruk.services.domain.linked import find_field

# What a state's text may name beside the case's own values: the last day of its deadline; a reminder's text, the day
# that it comes before.
DEADLINE = "deadline"


def written_holes(data: bytes, file: str) -> tuple[Hole, ...]:
    """The holes of a file of texts. (That all languages have the same ones is checked with the texts.)"""
    root, _ = read_yaml(data, file)
    return tuple(_walk("", root)) if isinstance(root, MapNode) else ()


def _walk(path: str, node: Node) -> Iterator[Hole]:
    if isinstance(node, MapNode):
        for key, child in node.items.items():
            yield from _walk(f"{path}.{key}".strip("."), child)
    elif isinstance(node, ScalarNode) and isinstance(node.value, str):
        yield from (Hole(path, name, node.place) for name in sorted(holes(node.value)))


def check_holes(definition: ServiceDefinition, scopes: Collection[Fields], findings: Findings) -> None:
    """Report every hole that names nothing in any of the scopes (of the case, and of each repeated page)."""
    dated = _dated(definition)
    for hole in definition.holes:
        if hole.name == DEADLINE and (hole.path.startswith("states.") or hole.path in dated):
            continue
        if all(find_field(scope, tuple(hole.name.split("."))) is None for scope in scopes):
            findings.report(hole.place, "services.text_hole", path=hole.path[:80], name=hole.name[:80])


def _dated(definition: ServiceDefinition) -> frozenset[str]:
    """The texts that are told of a day: those of reminders, where nothing else tells them."""
    effects = [one for state in definition.states.values() for one in state.do]
    told = {kind: {one.target for one in effects if one.kind == kind} for kind in ("remind", "notify")}
    return frozenset(f"notices.{one}" for one in told["remind"] - told["notify"])
