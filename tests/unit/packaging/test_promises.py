"""The table of promises names tests that exist, or says `open`; anything else is found with its line."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
HEAD = "# Promises\n\n| promise | proof |\n|---|---|\n"
Check = Callable[[str], tuple[int, list[str]]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Check a table of these rows: exit code and what was printed."""
    tool: dict[str, Any] = runpy.run_path(str(ROOT / "packaging" / "promises.py"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("def test_it(): pass\n", encoding="utf-8")

    def checked(rows: str) -> tuple[int, list[str]]:
        (tmp_path / "docs" / "promises.md").write_text(HEAD + rows, encoding="utf-8")
        return tool["main"](), capsys.readouterr().out.splitlines()

    return checked


def test_a_proof_that_exists_and_an_open_promise_are_fine(check: Check) -> None:
    assert check("| a | `tests/test_a.py::test_it` |\n| b | `tests/test_a.py` |\n| c | open |\n") == (0, [])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("| a | `tests/test_a.py::test_other` |", "tests/test_a.py::test_other does not exist"),
        ("| a | `tests/test_a.py::test_it` `tests/test_b.py::test_it` |", "tests/test_b.py does not exist"),
        ("| a | done, see the code |", "names no test"),
        ("| a | opened |", "names no test"),
        ("| a |  |", "names no test"),
        ("| a | b | open |", "has 3 cells instead of 2"),
        ("| a |", "has 1 cells instead of 2"),
    ],
)
def test_a_proof_that_does_not_exist_is_found(check: Check, row: str, told: str) -> None:
    assert check(f"| fine | open |\n{row}\n") == (1, [f"docs/promises.md:6: {told}"])


def test_a_page_without_promises_is_no_table_of_promises(check: Check) -> None:
    assert check("") == (1, ["docs/promises.md: no promise found"])
