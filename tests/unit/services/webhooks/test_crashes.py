"""A node that is killed again and again while it tells a webhook: nothing is lost, and nothing has two ids."""

import json

import pytest

from tests.unit.acts.test_crashes import child, database, environment
from tests.unit.services.webhooks.receiver import Receiver
from uruk.kernel.api import new_id

__all__ = ["database", "environment"]
pytestmark = pytest.mark.database


def test_killed_at_every_point_of_telling_nothing_is_lost_and_nothing_has_two_ids(
    environment: dict[str, str], receiver: Receiver
) -> None:
    begun = child(environment, "tests.unit.services.crashing", "begin")
    assert begun.returncode == 0, begun.stderr
    for point in ("told", "posted", "taken"):
        receiver.came.clear()
        case = str(new_id())
        worked = child(environment, "tests.unit.services.webhooks.crashing", case, point, receiver.url, limit_s=300)
        assert worked.returncode == 0, worked.stderr
        assert int(worked.stdout) == 3
        told = [json.loads(one.body) for one in receiver.came]
        assert [one["case"] for one in told] == [case] * len(told)
        ids = [one["event"] for one in told]
        # Between sending and noting each is sent once more, under its id, and before the next.
        assert ids == sorted(ids, key=ids.index) and len(set(ids)) == 3
        assert len(ids) == (6 if point == "posted" else 3)
        assert [one["seq"] for one in told] == sorted(one["seq"] for one in told)
        assert {one.body for one in receiver.came} == {one.body for one in receiver.came[:: len(ids) // 3]}
