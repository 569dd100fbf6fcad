"""docs/definitions.md says what the program does: its examples are a country, its tables are complete."""

import re
from pathlib import Path

import pytest

from tests.kinds import KINDS
from tests.unit.definitions.samples import short, write_files
from uruk.definitions.api import Field, Fields, check_country, compile_expression
from uruk.definitions.fields import FIELD_TYPES
from uruk.kernel.api import UNITS, all_error_codes, error_sentence

REFERENCE = (Path(__file__).resolve().parents[3] / "docs" / "definitions.md").read_text(encoding="utf-8")
ROWS = Fields(
    (Field("since", "date"), Field("rows", "list", members=Fields((Field("area", "integer"), Field("sown", "date")))))
)
# Raised while somebody works with a definition, not found when it is checked.
RAISED = {"country_broken", "definition_broken", "expression_failed", "expression_list_too_long"}


def examples() -> dict[str, str]:
    """The files of the page: the first line of each block is a comment with the path."""
    blocks = re.findall(r"```yaml\n# (\S+)\n(.*?)```", REFERENCE, re.DOTALL)
    assert len(blocks) == REFERENCE.count("```yaml")
    return dict(blocks)


def test_the_examples_of_the_reference_are_a_country_without_faults(tmp_path: Path) -> None:
    files = examples() | {"institutions/town/documents/permit/document.typ": ""}
    assert short(check_country(write_files(tmp_path, files), KINDS)) == []


def test_every_type_of_field_has_its_row() -> None:
    table = REFERENCE.partition("## Fields")[2].partition("## Expressions")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == sorted(FIELD_TYPES)


def test_every_unit_is_named() -> None:
    said = REFERENCE.partition("A `unit` is one of")[2].partition(". What is counted")[0]
    assert sorted(re.findall(r"`(\w+)`", said)) == sorted(UNITS)


def test_every_finding_has_its_row_with_its_sentence() -> None:
    rows = dict(re.findall(r"^\| `(definitions\.\w+)` \| (.*) \|$", REFERENCE, re.MULTILINE))
    ours = {code for code in all_error_codes() if code.startswith("definitions.")}
    of_values = {code for code in ours if code.startswith("definitions.field_")} - {"definitions.field_twice"}
    assert set(rows) == ours - of_values - {f"definitions.{name}" for name in RAISED}
    names = {name: f"{{{name}}}" for sentence in rows.values() for name in re.findall(r"\{(\w+)\}", sentence)}
    assert all(error_sentence(code, "en", names) == sentence for code, sentence in rows.items())


@pytest.mark.parametrize("source", re.findall(r"^\| `([^`]+ [<>]=? [^`]+)` \|", REFERENCE, re.MULTILINE))
def test_every_expression_of_the_reference_compiles(source: str) -> None:
    assert compile_expression(source, ROWS, "bool").source == source
