"""Compare and set: whoever is killed, and however many there are, no two cosigned checkpoints exclude each other."""

import os
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.unit.exchange.witness.country import Country
from tests.unit.trust.log.test_forks import History
from uruk.exchange.api import WitnessStore
from uruk.exchange.witness.submission import Submission, parse_submission, write_submission
from uruk.trust.api import consistency_path, parse_checkpoint
from uruk.trust.log.merkle import consistency_proof

ROOT = Path(__file__).parents[4]
ONE = History(*(b"one %d" % number for number in range(120)))
OTHER = History(*(b"other %d" % number for number in range(120)))
ORIGIN = ONE.checkpoint(1).origin


def step(history: History, old: int, new: int) -> bytes:
    proof = consistency_proof(history.node, old, new) if old else []
    return write_submission(old, proof, history.checkpoint(new).raw)


def run(folder: Path, pairs: Path) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    command = [sys.executable, "-m", "tests.unit.exchange.witness.killed", str(folder), str(pairs)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def told(process: subprocess.Popen, lines: int) -> list[str]:
    """Wait for so many cosignatures, kill, and return every one that was given out."""
    assert process.stdout is not None
    found = [process.stdout.readline() for _ in range(lines)]
    process.send_signal(signal.SIGKILL)
    found += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    return [line for line in found if line.endswith("\n")]


def test_killed_at_any_moment_no_cosignature_was_given_that_the_next_start_does_not_know(tmp_path):
    """Two histories compete for one origin in turn; each process is killed after a few answers."""
    seed = random.randrange(1 << 32)
    draw = random.Random(seed)
    given: dict[int, set[str]] = {}
    for turn in range(8):
        before = WitnessStore(tmp_path / "w").cosigned(ORIGIN)
        size = before.size if before else 0
        history = (ONE, OTHER)[turn % 2]
        pairs = tmp_path / "pairs"
        steps = [step(history, old, old + 1) for old in range(size, min(size + 40, 119))]
        pairs.write_bytes(b"".join(len(body).to_bytes(4, "big") + body for body in steps))
        process = run(tmp_path / "w", pairs)
        for line in told(process, draw.randrange(1, 4) if turn % 2 == 0 else 0):
            number, root = line.split()
            given.setdefault(int(number), set()).add(root)
        after = WitnessStore(tmp_path / "w").cosigned(ORIGIN)
        assert after is not None or not given, f"seed {seed}"
        assert max(given, default=0) <= (after.size if after else 0), (
            f"seed {seed}: a cosignature is not known any more"
        )
    assert given, f"seed {seed}"
    for number, roots in given.items():
        assert roots == {ONE.checkpoint(number).root.hex()}, f"seed {seed}: size {number}"


def test_of_two_histories_submitted_at_once_one_is_cosigned(tmp_path):
    store = WitnessStore(tmp_path)
    store.advance(parse_submission(step(ONE, 0, 1)))
    barrier = threading.Barrier(8, timeout=30)

    def compete(number: int) -> str:
        history = (ONE, OTHER)[number % 2]
        new = 5 + number // 2
        proof = consistency_path(ONE.node, 1, new)[1:]
        submission = Submission(1, tuple(proof), history.checkpoint(new))
        barrier.wait()
        return WitnessStore(tmp_path).advance(submission)[0]

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(compete, range(8)))
    assert outcomes.count("taken") == 1
    assert all(
        outcome == "no_proof" or number % 2 == 0 for number, outcome in enumerate(outcomes) if outcome == "taken"
    )
    found = store.cosigned(ORIGIN)
    assert found is not None and found.root == ONE.checkpoint(found.size).root


def test_a_rolled_back_request_never_takes_leaves_away(tmp_path):
    """The race that the standard names: N is checked, then N+K is stored; N must not overwrite it."""
    store = WitnessStore(tmp_path)
    store.advance(parse_submission(step(ONE, 0, 10)))
    store.advance(parse_submission(step(ONE, 10, 30)))
    assert store.advance(parse_submission(step(ONE, 10, 20)))[0] == "other_size"
    assert store.cosigned(ORIGIN) == parse_checkpoint(ONE.checkpoint(30).raw)


def test_several_processes_that_find_no_state_make_one_key(tmp_path, clock):
    country = Country.make(tmp_path, clock, ("interior", "centre"))
    (country.nodes["centre"].witness / "witness.db").unlink()
    with ThreadPoolExecutor(6) as pool:
        keys = set(pool.map(lambda _: str(country.cosigner("centre").key), range(6)))
    assert len(keys) == 1
