"""SIGKILL of either gateway at any moment under load: nothing that was acknowledged is lost, and nothing is told twice.

Few rounds in the suite; `make soak` sets URUK_KILL_ROUNDS=200.
"""

import os
import random
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.flows.exchange.country import NAMES, Node
from tests.flows.exchange.load import Callers, Logs, Told
from tests.flows.exchange.world import BY_NUMBER, World
from uruk.exchange.api import EvidenceStore, Offer, System, UsageIndex, statements
from uruk.trust.log.check import check_log

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


class Shared(World):
    """North is the node of three institutions that are asked; South asks all of them at once."""

    CODES = ("interior", "health", "justice")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, {"north": self.CODES, "south": ("agriculture",), "hub": ("authority",)})

    def prepare(self) -> None:
        self.country.personal = set(self.CODES)

    def furnish(self) -> None:
        offers = (Offer("by-number", NAMES, (BY_NUMBER,)),)
        north, south = self.country.nodes["north"], self.country.nodes["south"]
        for code in self.CODES:
            north.systems[code] = (
                System("persons", NAMES, protection="none", url=self.provider_url, offers=offers),
            )  # fmt: skip
        south.systems["agriculture"] = (System("season-plan", NAMES, protection="none"),)
        self.country.agreements = tuple(
            self.agreement(f"season-plan-{code}", service_of(code), (BY_NUMBER,), f"{number}{number}")
            for number, code in enumerate(self.CODES, 1)
        )
        self.country.publish()
        self.country.write_snapshots()


def service_of(code: str) -> str:
    return f"xx/GOV/{code}/persons/by-number"


def test_institutions_that_share_a_node_lose_nothing_whenever_it_is_killed_from_their_first_message_on(
    tmp_path: Path,
) -> None:
    chance = random.Random(SEED)
    with Shared(tmp_path) as world, ExitStack() as stack:
        world.start_all()
        callers = {code: Callers(world, 2, service_of(code)) for code in world.CODES}
        for one in callers.values():
            stack.enter_context(one)
        for _ in range(ROUNDS):
            time.sleep(chance.random() * 0.3)
            victim = chance.choice(("north", "north", "south"))
            world.kill(victim)
            world.start(victim)
            for one in callers.values():
                one.wait_for(2)
        stack.close()
        for code in list(world.processes):
            assert world.stop(code) == 0, world.said(code)
        for code in ("north", "south"):
            node = world.country.nodes[code]
            assert check_log(node.gateway / "trust", node.folder / "public" / "log", 1) == [], f"seed {SEED}"
        with Logs(world) as logs:
            for code, one in callers.items():
                logs.check_acknowledged(one.answered)
                assert {logs.provider.find(statements.act_of(told.request, 1))[0] for told in one.answered} == {
                    world.country.nodes["north"].origin(code)
                }
            logs.check_answers()
            assert {(log.institution, log.generation) for log in logs.provider.logs()} == {
                (code, 1) for code in world.CODES
            }, "a kill ends no log"
        for code, one in callers.items():
            assert missing_evidence(world, code, one.answered) == []
            assert unnoted(world.country.nodes["north"], code, one.answered) == []


def missing_evidence(world: World, code: str, told: list[Told]) -> list[tuple[bytes, int]]:
    """The places of acknowledged exchanges of which a gateway has no evidence, or another institution's."""
    found = []
    for node, whose, roles in (("north", code, (1, 2)), ("south", "agriculture", (0, 3))):
        folder = world.country.nodes[node].gateway
        with closing(EvidenceStore(folder / "evidence", folder / "spool")) as store:
            for one, role in ((one, role) for one in told for role in roles):
                record = store.find(one.request, role)
                if record is None or record.institution != whose:
                    found.append((one.request, role))
    return found


def unnoted(node: Node, code: str, told: list[Told]) -> list[str]:
    """The persons whose reading was acknowledged, and who are not told of it."""
    with closing(UsageIndex(node.folder / "usage")) as index:
        now = datetime.now(UTC)
        day = timedelta(days=1)
        return [one.subject for one in told if not index.find(code, one.subject, now - day, now + day).total]
