"""SIGKILL of either gateway at any moment under load: nothing that was acknowledged is lost, and nothing is told twice.

Few rounds in the suite; `make soak` sets URUK_KILL_ROUNDS=200.
"""

import os
import random
import time
from pathlib import Path

from tests.flows.exchange.load import Callers, Logs
from tests.flows.exchange.world import World

ROUNDS = int(os.environ.get("URUK_KILL_ROUNDS", "3"))
SEED = int(os.environ.get("URUK_KILL_SEED", "20261126"))


def test_no_acknowledged_exchange_is_missing_from_either_log_whenever_a_gateway_is_killed(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with World(tmp_path) as world:
        world.start_all()
        with Callers(world) as callers:
            callers.wait_for(5)
            for turn in range(ROUNDS):
                victim = ("north", "south")[turn % 2]
                time.sleep(chance.random() * 0.3)
                world.kill(victim)
                world.start(victim)
                callers.wait_for(3)
        for code in list(world.processes):
            assert world.stop(code) == 0, world.said(code)
        with Logs(world) as logs:
            logs.check_acknowledged(callers.answered)
            assert logs.check_answers() >= len(callers.answered) >= 3 * ROUNDS, f"seed {SEED}"


def test_what_a_caller_was_not_told_is_told_as_unknown_or_refused_and_never_as_done(tmp_path: Path) -> None:
    """Every answer is the provider's, or an error of the exchange with its type; silence only from the killed one."""
    with World(tmp_path) as world:
        world.start_all()
        with Callers(world) as callers:
            callers.wait_for(5)
            world.kill("north")
            time.sleep(1)
            world.start("north")
            callers.wait_for(5)
    assert callers.lost == 0
    assert {status for status, _ in callers.kinds} <= {200, 500}
    assert all(error for status, error in callers.kinds if status == 500)
