"""The page of required functions: each row says where it is, and names a test that is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
PAGE = ROOT / "docs" / "govstack-functions.md"
TEST = re.compile(r"`(tests/[\w/.-]+\.py)::(\w+)`")


def rows() -> list[str]:
    """The rows of its tables, without their heads."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [one for one in lines if one.startswith("| ") and not one.startswith("| function")]


def test_every_function_names_a_test_that_is_there() -> None:
    wrong = []
    for row in rows():
        named = TEST.findall(row)
        for path, name in named:
            tree = (
                ast.parse((ROOT / path).read_text(encoding="utf-8")) if (ROOT / path).is_file() else ast.Module([], [])
            )
            if name not in {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}:
                wrong.append(f"{path}::{name}")
        wrong += [] if named else [row[:60]]
    assert wrong == []
    assert len(rows()) > 40


def test_what_is_not_there_is_said_with_its_reason() -> None:
    page = (ROOT / "docs" / "govstack.md").read_text(encoding="utf-8")
    said = page.partition("## Required functions that are not here")[2]
    assert "](govstack-functions.md)" in said
    missing = [row for row in said.splitlines() if row.startswith("| ") and not row.startswith("| required")]
    assert len(missing) > 10 and all(len(row.split("|")[2].strip()) > 40 for row in missing)
