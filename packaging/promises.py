"""Checks docs/promises.md: each row names tests that exist, or says `open`."""

import ast
import re
import sys
from pathlib import Path

PROMISES = Path("docs/promises.md")
TEST = re.compile(r"`(tests/[\w/.-]+\.py)(?:::(\w+))?`")


def rows() -> list[tuple[int, list[str]]]:
    """(line number, cells) for each row of each table, without its head."""
    found = []
    for number, line in enumerate(PROMISES.read_text(encoding="utf-8").splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
        if line.startswith("|") and set(line) - set("|-: ") and cells != ["promise", "proof"]:
            found.append((number, cells))
    return found


def names_in(path: Path) -> set[str]:
    """Names of the functions and classes that a test file defines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}


def wrong_in(cells: list[str]) -> list[str]:
    """What is wrong with one row; nothing when it has a promise and a proof, and each test that it names exists."""
    if len(cells) != 2:
        return [f"has {len(cells)} cells instead of 2"]
    proof = cells[1]
    if proof == "open":
        return []
    tests = TEST.findall(proof)
    missing = [path for path, _ in tests if not Path(path).is_file()]
    unnamed = [
        f"{path}::{name}" for path, name in tests if path not in missing and name and name not in names_in(Path(path))
    ]
    return (["names no test"] if not tests else []) + [f"{test} does not exist" for test in missing + unnamed]


def main() -> int:
    """0 when every promise has its proof; prints file:line otherwise."""
    found = [f"{PROMISES}:{line}: {wrong}" for line, cells in rows() for wrong in wrong_in(cells)]
    sys.stdout.writelines(f"{line}\n" for line in found)
    if not rows():
        sys.stdout.write(f"{PROMISES}: no promise found\n")
    return 1 if found or not rows() else 0


if __name__ == "__main__":
    sys.exit(main())
