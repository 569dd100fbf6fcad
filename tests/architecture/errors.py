"""What the architecture tests know about coded errors: where a code stands in Python, and its sentences."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from tests.architecture.source import ROOT, SOURCE, modules, nodes, rooms

LANGUAGES = ("ar", "ckb", "en")
PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_NAME = re.compile(r"(?:[a-z0-9_]|\.\*)+")
# Calls whose dotted names are of jobs, events and contributors, not of errors.
OTHER_NAMES = {
    "job",
    "job_of_many",
    "enqueue",
    "enqueue_many",
    "subscribe",
    "emit",
    "contribute",
    "getLogger",
    "get_logger",
    "startswith",
    "removeprefix",
}


@dataclass(frozen=True)
class Mention:
    """A code in Python: the file and line, the code as a pattern, and what it is given, where that can be read."""

    path: Path
    line: int
    pattern: str
    given: frozenset[str] | None = field(default=None)

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} {self.pattern}"

    def matches(self, code: str) -> bool:
        """Return whether this mention can be of that code."""
        return self.pattern == code or (".*" in self.pattern and _compiled(self.pattern).fullmatch(code) is not None)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Code → language → sentence, over all rooms."""
    found = {}
    for room in rooms():
        path = room / "errors.yaml"
        if path.is_file():
            loaded = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")) or {}
            found.update({f"{room.name}.{name}": texts for name, texts in loaded.items()})
    return found


@cache
def mentions() -> tuple[Mention, ...]:
    """Every mention of a code in the source."""
    return tuple(found for path in modules(SOURCE) for found in _mentions_in(path))


@cache
def said_by_tests() -> str:
    """All that the tests say, so that a code can be looked for in it; in a pattern its dot is escaped."""
    folder = ROOT / "tests"
    texts = [path for path in folder.rglob("*") if path.suffix in {".py", ".diff", ".yaml", ".txt", ".json"}]
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(texts)).replace("\\.", ".")


def _mentions_in(path: Path) -> Iterator[Mention]:
    ignored = {id(part) for node in nodes(path) for part in _not_errors(node)} | _named_elsewhere(path)
    given = {id(part): _given(node) for node in nodes(path) if isinstance(node, ast.Call) for part in node.args}
    for node in nodes(path):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in ignored:
            pattern = _pattern(node)
            if _is_code(pattern):
                yield Mention(path, node.lineno, pattern, given.get(id(node)))


def _not_errors(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and _name(node.func) in OTHER_NAMES:
        yield from node.args
    elif isinstance(node, ast.Dict):
        yield from (key for key in node.keys if key)
    elif isinstance(node, ast.JoinedStr):
        yield from node.values


def _named_elsewhere(path: Path) -> set[int]:
    """Constants that are given a name, which is then the name of a job or an event."""
    calls = [node for node in nodes(path) if isinstance(node, ast.Call) and _name(node.func) in OTHER_NAMES]
    names = {part.id for call in calls for part in call.args if isinstance(part, ast.Name)}
    assigned = [node for node in nodes(path) if isinstance(node, ast.Assign)]
    return {id(node.value) for node in assigned if names & {_name(target) for target in node.targets}}


def _given(call: ast.Call) -> frozenset[str] | None:
    """Names of the values an error is raised with; None where the call is of something else or passes `**`."""
    names = [keyword.arg for keyword in call.keywords]
    raises = _name(call.func).endswith(("Error", "report"))
    return frozenset(name for name in names if name) if raises and None not in names else None


def _name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _pattern(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(".*" if isinstance(part, ast.FormattedValue) else str(part.value) for part in node.values)
    return node.value if isinstance(node.value, str) else ""


def _is_code(pattern: str) -> bool:
    room, _, name = pattern.partition(".")
    # `gateway.sock` is a file beside the room's name, and no code.
    return room in _room_names() and name != "sock" and bool(_NAME.fullmatch(name))


@cache
def _room_names() -> frozenset[str]:
    return frozenset(room.name for room in rooms())
