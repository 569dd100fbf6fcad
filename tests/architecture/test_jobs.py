"""Every job that somebody enqueues is done by somebody, once."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT, modules


def calls(name: str, source: str) -> Iterator[ast.Call]:
    """Every call of a function with this name, plain or as an attribute."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name:
            yield node


def job_names(name: str, source: str) -> list[str | None]:
    """The first argument of each such call; None where it is not written out."""
    return [first.value if isinstance(first := argument(call), ast.Constant) else None for call in calls(name, source)]


def argument(call: ast.Call) -> ast.expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg in ("job", "name")]
    return (call.args or named or [None])[0]


def sources() -> list[tuple[Path, str]]:
    return [(path, path.read_text(encoding="utf-8")) for path in modules()]


def handlers() -> list[str | None]:
    return [name for _, source in sources() for name in job_names("job", source)]


def test_every_enqueued_job_has_a_handler() -> None:
    orphans = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, source in sources()
        for name in job_names("enqueue", source)
        if name not in handlers()
    ]
    assert orphans == []


def test_no_job_has_two_handlers() -> None:
    assert [name for name, count in Counter(handlers()).items() if count > 1] == []


def test_a_job_without_a_handler_would_be_seen() -> None:
    assert job_names("enqueue", 'enqueue("nobody.does", {})\nacts.enqueue(name, {})') == ["nobody.does", None]


def test_there_is_work_to_be_done() -> None:
    assert handlers()
