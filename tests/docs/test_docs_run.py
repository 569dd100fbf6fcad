"""Every command in the documentation is typed into a shell, and what stands under it is what it prints.

In README.md, docs/*.md and docs/services/*.md a block marked `console` is a session: lines that start with `$ ` are
typed, the lines below are what appears, where `…` stands for anything. All blocks of a page run in order in one new
folder, beside the finished data of one played demonstration (`demo/`), with `uruk` on the path.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.demonstration import Demonstration, environment

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs/services").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[tuple[str, str]]:
    """(command, what it must print) in the order of the page."""
    found: list[tuple[str, str]] = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], ""))
            elif found:
                command, expected = found.pop()
                found.append((command, f"{expected}{line}\n"))
    return found


def matches(expected: str, printed: str) -> bool:
    """True when what was printed is what the page shows; `…` stands for anything."""
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("…"))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


@pytest.mark.parametrize("page", [p for p in PAGES if commands(p)], ids=lambda p: p.name)
def test_every_command_of_a_page_prints_what_the_page_says(
    page: Path, demonstration: Demonstration, tmp_path: Path
) -> None:
    shutil.copytree(demonstration.data, tmp_path / "demo", ignore=shutil.ignore_patterns("*.sock", "known"))
    shutil.copy(demonstration.data.parent / "demo.jsonl", tmp_path)
    for command, expected in commands(page):
        done = subprocess.run(
            ["bash", "-c", command],
            check=False,
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )
        printed = done.stdout + done.stderr
        assert expected or done.returncode == 0, f"$ {command}\n{printed}"
        assert not expected or matches(expected, printed), f"$ {command}\n{printed}"


def test_the_commands_of_the_readme_are_those_of_the_makefile() -> None:
    named = set(re.findall(r"`?make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test"} <= named <= known
