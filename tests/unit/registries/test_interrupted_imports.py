"""`uruk registry import` killed with SIGKILL between any two steps, and typed again until it ends: each row once.

URUK_IMPORT_KILLS says how many rounds are played (4; `make soak` plays 200), URUK_SEED which; the seed is printed.
"""

import json
import os
import random
import subprocess
import sys
from typing import Any

import pytest

from tests.unit.acts.test_crashes import database, environment
from tests.unit.registries.interrupted import BAD, ROWS

__all__ = ["database", "environment"]
pytestmark = pytest.mark.database
ROUNDS = int(os.environ.get("URUK_IMPORT_KILLS", "4"))


@pytest.fixture(scope="module")
def rounds(environment: dict[str, str]) -> list[dict[str, Any]]:
    """What was seen in each round."""
    seed = int(os.environ.get("URUK_SEED", random.randrange(1 << 32)))
    sys.stdout.write(f"URUK_SEED={seed}\n")
    command = [sys.executable, "-m", "tests.unit.registries.interrupted", str(seed), str(ROUNDS)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120 * ROUNDS, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def wanted(round_: dict[str, Any]) -> list[str]:
    left_out = {at * 40 for at in range(BAD)} if round_["mode"] == "good" else set()
    return sorted(f"{round_['code']}-{at}" for at in range(ROWS) if at not in left_out)


def test_every_row_is_written_once_with_its_receipt_however_often_the_import_was_killed(
    rounds: list[dict[str, Any]],
) -> None:
    assert len(rounds) == ROUNDS and sum(one["kills"] for one in rounds) >= ROUNDS // 2
    for one in rounds:
        last = one["seen"][-1]
        # Killed when all was written and nothing said: typed again, the command says that the file was imported before.
        written = [seen["imports"][0][0] for seen in one["seen"][:-1] if seen["imports"]][-1:] == ["done"]
        assert one["ended"] == int(written) and one["pending"] == 0, one
        assert sorted(last["codes"]) == wanted(one)
        assert (last["versions"], last["unproved"]) == (len(wanted(one)), 0)
        (import_,) = last["imports"]
        assert import_ == ["done", len(wanted(one)), BAD if one["mode"] == "good" else 0]


def test_all_or_nothing_is_nothing_until_it_is_all_and_no_row_is_ever_there_twice(
    rounds: list[dict[str, Any]],
) -> None:
    for one in rounds:
        for seen in one["seen"]:
            assert len(set(seen["codes"])) == len(seen["codes"]) == seen["versions"] and seen["unproved"] == 0
            assert set(seen["codes"]) <= set(wanted(one))
            assert one["mode"] == "good" or len(seen["codes"]) in (0, ROWS)
