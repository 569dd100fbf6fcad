"""Hypothesis on every parser of foreign bytes: any bytes at all, and well-formed ones with a piece changed.

What it finds it makes small; the fuzzer (run.py) goes deeper, and is shown here to run.
"""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.run import ROOT, harnesses

HARNESSES = harnesses()
MUST = {"cbor", "cose", "base32", "pdf_intake", "note", "tile", "yaml", "exchange_target", "exchange_frames"}


@pytest.mark.parametrize("name", HARNESSES)
def test_any_bytes_are_read_or_refused_with_a_code(name: str) -> None:
    """A parser that raises anything else, or reads what does not read back, fails with the shortest such input."""
    harness = HARNESSES[name]
    seeds = harness.seeds()

    @settings(max_examples=harness.trials // 20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def check(data: st.DataObject) -> None:
        whole = data.draw(st.sampled_from(seeds))
        start = data.draw(st.integers(0, len(whole)))
        piece = data.draw(st.binary(max_size=40))
        harness.run(data.draw(st.sampled_from([piece, whole[:start] + piece + whole[start + len(piece) :]])))

    check()


def test_every_parser_that_was_asked_for_has_a_harness() -> None:
    assert set(HARNESSES) >= MUST


def test_the_fuzzer_runs_and_finds_nothing_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One parser for a second of atheris; `make fuzz` gives each of them a minute."""
    found = tmp_path_factory.mktemp("found")
    command = [sys.executable, "tests/fuzz/run.py", "--seconds", "1", "--only", "tile", "--found", str(found)]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("tile: ")
    assert int(done.stdout.split()[1]) > 100
    assert list(found.iterdir()) == []
