"""A round whose node is killed at every act and job: decided once, each case moved once, a place passed on once."""

import json

import pytest

from tests.unit.acts.test_crashes import child, database, environment

__all__ = ["database", "environment"]
pytestmark = pytest.mark.database
WORKER = "tests.unit.services.rounds.crashing"
POINTS = ("intended", "appended", "projected", "acknowledged", "job", "batch")
BEFORE = ["Submitted", "Moved", "FactTold"]
# Closed, decided, four moved, one withdrawn, one place passed on, one moved again. Cases that move at once are one job.
ACTS = 9


@pytest.fixture(scope="module")
def begun(environment: dict[str, str]) -> dict[str, str]:
    """A node with calls that are about to end."""
    found = child(environment, WORKER, "begin", limit_s=600)
    assert found.returncode == 0, found.stderr
    return environment


def told(environment: dict[str, str], *words: str) -> dict[str, object]:
    """What a process reports."""
    found = child(environment, WORKER, *words, limit_s=900)
    assert found.returncode == 0, found.stderr
    return dict(json.loads(found.stdout))


@pytest.mark.parametrize("point", POINTS)
def test_a_round_killed_at_every_act_and_job_is_decided_once_and_moves_each_case_once(
    begun: dict[str, str], point: str
) -> None:
    worked = child(begun, WORKER, "work", point, limit_s=900)
    assert worked.returncode == 0, worked.stderr
    assert int(worked.stdout) >= {"job": 3, "batch": 4}.get(point, ACTS)
    found = told(begun, "look", point)
    assert found["states"] == ["withdrawn", "offered", "offered", "listed"]
    moved = [[*BEFORE, "Moved", "Moved"], [*BEFORE, "Moved"], [*BEFORE, "Moved", "Moved"], [*BEFORE, "Moved"]]
    assert found["acts"] == moved
    assert (found["entries"], found["passings"], found["decided"], found["pending"]) == (4, 1, 1, 0)
    assert found["verified"] == [2, 2, 0, 1]


def test_cases_whose_node_is_killed_while_they_are_forgotten_are_forgotten_once(begun: dict[str, str]) -> None:
    ended = child(begun, WORKER, "end", limit_s=900)
    assert ended.returncode == 0, ended.stderr
    for point in POINTS:
        found = child(begun, WORKER, "forget", point, limit_s=900)
        assert found.returncode == 0, found.stderr
        assert int(found.stdout) >= (0 if point in {"job", "batch"} else 4)
    left = told(begun, "left")
    assert (left["cases"], left["acts"], left["pending"]) == (0, 0, 0)
    assert left["forgotten"] == left["said"] == 4 * len(POINTS)
