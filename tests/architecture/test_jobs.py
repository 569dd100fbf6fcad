"""Every job that somebody enqueues is done by somebody, once."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

from tests.architecture.source import ROOT, modules


def calls(name: str, source: str) -> Iterator[ast.Call]:
    """Every call of a function with this name, plain or as an attribute."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name:
            yield node


def job_names(name: str, source: str, known: Mapping[str, str]) -> list[str]:
    """What each such call names first: a text, or a constant of the source; "?" where it is neither."""
    return [named(argument(call), known) for call in calls(name, source)]


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
    for source in sources().values():
        for node in ast.parse(source).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                found.update({target.id: str(node.value.value) for target in node.targets if hasattr(target, "id")})
    return found


def sources() -> dict[str, str]:
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in modules()}


def handlers() -> list[str]:
    known = constants()
    return [name for source in sources().values() for name in job_names("job", source, known)]


def test_every_enqueued_job_has_a_handler() -> None:
    known, done = constants(), set(handlers()) - {"?"}
    orphans = [
        f"{path}: {name}"
        for path, source in sources().items()
        for name in job_names("enqueue", source, known)
        if name not in done and path != "src/uruk/acts/events.py"  # it passes on what others name
    ]
    assert orphans == []


def test_no_job_has_two_handlers() -> None:
    assert [name for name, count in Counter(handlers()).items() if count > 1] == []


def test_a_job_without_a_handler_would_be_seen() -> None:
    source = 'enqueue("nobody.does", {})\nacts.enqueue(WORK, {})\nacts.enqueue(made(), {})'
    assert job_names("enqueue", source, {"WORK": "some.work"}) == ["nobody.does", "some.work", "?"]


def test_there_is_work_to_be_done() -> None:
    assert handlers()
