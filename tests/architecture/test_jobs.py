"""Every job that somebody enqueues is done by somebody, once."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from tests.architecture.source import ROOT, modules, nodes, tree

PASSES_ON = {ROOT / "src" / "uruk" / "acts" / name for name in ("events.py", "jobs.py")}
"""They enqueue what others name."""


def calls(name: str, within: Iterable[ast.AST]) -> Iterator[ast.Call]:
    """Every call of a function with this name, plain or as an attribute."""
    for node in within:
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name:
            yield node


def job_names(name: str, within: Iterable[ast.AST], known: Mapping[str, str]) -> list[str]:
    """What each such call names first: a text, or a constant of the source; "?" where it is neither."""
    return [named(argument(call), known) for call in calls(name, within)]


def argument(call: ast.Call) -> ast.expr | None:
    by_name = [keyword.value for keyword in call.keywords if keyword.arg in ("job", "name")]
    return (call.args or by_name or [None])[0]


def named(found: ast.expr | None, known: Mapping[str, str]) -> str:
    if isinstance(found, ast.Constant):
        return str(found.value)
    return known.get(found.id, "?") if isinstance(found, ast.Name) else "?"


def constants() -> dict[str, str]:
    """The texts that modules give a name, by that name."""
    found = {}
    for path in modules():
        for node in tree(path).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                found.update({target.id: str(node.value.value) for target in node.targets if hasattr(target, "id")})
    return found


def handlers() -> list[str]:
    known = constants()
    return [name for path in modules() for name in job_names("job", nodes(path), known)]


def test_every_enqueued_job_has_a_handler() -> None:
    known, done = constants(), set(handlers()) - {"?"}
    orphans = [
        f"{path}: {name}"
        for path in modules()
        for how in ("enqueue", "enqueue_many")
        for name in job_names(how, nodes(path), known)
        if name not in done and path not in PASSES_ON
    ]
    assert orphans == []


def test_no_job_has_two_handlers() -> None:
    assert [name for name, count in Counter(handlers()).items() if count > 1] == []


def test_a_job_without_a_handler_would_be_seen() -> None:
    source = 'enqueue("nobody.does", {})\nacts.enqueue(WORK, {})\nacts.enqueue(made(), {})'
    assert job_names("enqueue", ast.walk(ast.parse(source)), {"WORK": "some.work"}) == ["nobody.does", "some.work", "?"]


def test_there_is_work_to_be_done() -> None:
    assert handlers()
