"""docs/threats.md names a test or a reason in each row, and each test it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROWS = [
    line.strip("| ").split(" | ")
    for line in (ROOT / "docs/threats.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| harm")
]
TEST = re.compile(r"`((?:unit|flows|fuzz|architecture|independent)/[a-z_/]+\.py)(?:::(test_[a-z0-9_]+))?`")


def test_each_row_has_a_harm_an_outcome_and_a_test_or_a_reason():
    assert len(ROWS) > 30
    for harm, outcome, proof in ROWS:
        assert harm
        assert re.search(r"prevented|detected|said|goes on|above|lost", outcome), outcome
        assert TEST.search(proof) or "reason: " in proof, harm


def test_each_test_that_is_named_exists():
    missing = [
        f"{path}::{name}"
        for row in ROWS
        for path, name in TEST.findall(row[2])
        if (f"def {name}(" if name else "def test_") not in (ROOT / "tests" / path).read_text(encoding="utf-8")
    ]
    assert missing == []
