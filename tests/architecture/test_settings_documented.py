"""docs/settings.md has one row for each setting, and what it says is what the code does."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import ROOT, modules, nodes
from uruk.kernel.api import SETTINGS, Setting

PAGE = ROOT / "docs" / "settings.md"
NAME = re.compile(r"(URUK|GOVSTACK)_[A-Z0-9_]+")


def row_of(setting: Setting) -> str:
    """The row that must stand in the page; print all with `python -m tests.architecture.test_settings_documented`."""
    default = f"`{setting.default}`" if setting.default else "empty"
    return f"| `{setting.name}` | {default} | {setting.accepts} | {setting.meaning} |"


def rows() -> list[str]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith(("| `URUK_", "| `GOVSTACK_"))]


def names_in_source() -> Iterator[tuple[str, str]]:
    """(file:line, name) of every name of a setting that stands as a text in the source."""
    for path in modules():
        for node in nodes(path):
            if isinstance(node, ast.Constant) and NAME.fullmatch(str(node.value)):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", str(node.value)


def test_each_setting_has_its_row_with_its_default_and_meaning() -> None:
    assert rows() == [row_of(setting) for setting in SETTINGS]


def test_a_setting_means_something_in_a_sentence() -> None:
    assert [each.name for each in SETTINGS if not each.meaning.endswith(".") or len(each.meaning) < 15] == []


def test_no_part_of_the_house_reads_a_setting_of_its_own() -> None:
    known = {each.name for each in SETTINGS}
    assert [f"{place} {name}" for place, name in names_in_source() if name not in known] == []


if __name__ == "__main__":
    print(*map(row_of, SETTINGS), sep="\n")  # noqa: T201
