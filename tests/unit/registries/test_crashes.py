"""A change set interrupted between any two of its steps is shown whole or not at all, and completed."""

import json
import signal

import pytest

from tests.unit.acts.test_crashes import child, database, environment

__all__ = ["database", "environment"]
pytestmark = pytest.mark.database
COMPLETED = {"rows committed": 1, "appended": 1, "projected": 1, "receipt committed": 0}


@pytest.mark.parametrize("point", list(COMPLETED))
def test_a_change_set_cut_short_is_shown_whole_or_not_at_all(environment: dict[str, str], point: str) -> None:
    crashed = child(environment, "tests.unit.registries.crashing", "change", point)
    assert crashed.returncode == -signal.SIGKILL, crashed.stderr
    first, second = crashed.stdout.split()
    looked = child(environment, "tests.unit.registries.crashing", "look", first)
    assert looked.returncode == 0, looked.stderr
    found = json.loads(looked.stdout)
    before, after = found["before"], found["after"]
    assert (found["completed"], found["failed"], after["pending"]) == (COMPLETED[point], 0, 0)
    assert found["blocked"] == "registries.version_moved", "what is on its way is overtaken by nobody"
    pending = bool(COMPLETED[point])
    assert before["shown"][first] == ([1, 40] if pending else [2, 77])
    assert after["shown"][first] == [2, 77] and after["shown"][second] == [1, 40]
    assert len(after["shown"]) == len(before["shown"]) + pending
    assert all(after["versions"][record] == latest for record, (latest, _) in after["shown"].items())
