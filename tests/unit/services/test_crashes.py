"""A case whose node is killed at every one of its acts, at the same point of each: nothing lost, nothing done twice."""

import json

import pytest

from tests.unit.acts.test_crashes import child, database, environment
from uruk.kernel.api import new_id

__all__ = ["database", "environment"]
pytestmark = pytest.mark.database
WORKER = "tests.unit.services.crashing"
ACTS = ["Submitted", "FactTold", "Moved", "Effected", "Moved", "Effected", "Effected"]
# Issued: waiting, done. Revoked: waiting, done. Then it is told.
ISSUES = ["Submitted", "Moved", "Effected", "Effected", "Moved", "Effected", "Effected", "Effected", "Moved"]
OUTCOMES = ["waiting", "done", "waiting", "done", "done"]
# The submission is no job. Three more acts are the registries': reserved, confirmed, recorded.
JOBS = len(ACTS) - 1
KILLS_AT_LEAST = len(ACTS) + 3


@pytest.fixture(scope="module")
def begun(environment: dict[str, str]) -> dict[str, str]:
    """A node on which services are in force."""
    found = child(environment, WORKER, "begin")
    assert found.returncode == 0, found.stderr
    return environment


@pytest.mark.parametrize("point", ["intended", "appended", "projected", "acknowledged", "job"])
def test_a_case_killed_at_every_act_is_finished_once(begun: dict[str, str], point: str) -> None:
    case = str(new_id())
    worked = child(begun, WORKER, "work", case, point, limit_s=600)
    assert worked.returncode == 0, worked.stderr
    looked = child(begun, WORKER, "look", case, point)
    assert looked.returncode == 0, looked.stderr
    found = json.loads(looked.stdout)
    assert int(worked.stdout) >= (JOBS if point == "job" else KILLS_AT_LEAST)
    assert (found["turn"], found["acts"], found["seq"]) == ("closed:granted", ACTS, [7, 7])
    assert (found["taken"], found["shops"], found["pending"]) == (10, [point], 0)


@pytest.mark.parametrize("point", ["intended", "appended", "projected", "acknowledged", "job", "prepared"])
def test_a_case_killed_while_it_issues_and_revokes_a_paper_does_each_once(begun: dict[str, str], point: str) -> None:
    case = str(new_id())
    worked = child(begun, WORKER, "issue", case, point, limit_s=600)
    assert worked.returncode == 0, worked.stderr
    looked = child(begun, WORKER, "paper", case)
    assert looked.returncode == 0, looked.stderr
    found = json.loads(looked.stdout)
    assert int(worked.stdout) >= {"prepared": 1, "job": len(ISSUES) - 1}.get(point, len(ISSUES) + 2)
    assert (found["acts"], found["outcomes"]) == (ISSUES, OUTCOMES)
    assert found["said"] == found["papers"] and len(found["papers"]) == 1
    assert (found["state"], found["left"], found["revoked"], found["pending"]) == ("ended", 0, 1, 0)


@pytest.mark.parametrize("point", ["intended", "appended", "projected", "acknowledged", "job"])
def test_cases_handed_in_at_once_and_killed_at_every_act_are_each_there_once(begun: dict[str, str], point: str) -> None:
    first = str(new_id())
    worked = child(begun, WORKER, "batch", first, point, limit_s=600)
    assert worked.returncode == 0, worked.stderr
    looked = child(begun, WORKER, "several", first, point)
    assert looked.returncode == 0, looked.stderr
    found = json.loads(looked.stdout)
    # Their submissions, facts and first moves are done in one batch each, the rest by each case alone.
    assert int(worked.stdout) >= (2 if point == "job" else 3)
    assert (found["turns"], found["acts"]) == (["closed:granted"] * 3, [ACTS] * 3)
    assert (found["taken"], sorted(found["shops"])) == (30, [f"{point} many{at}" for at in range(3)])
    assert (found["cases"], found["pending"]) == (3, 0)
