"""The witness's two addresses."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from tests.unit.acts.test_witnessing import Joined, joined
from tests.unit.exchange.witness.test_cosigner import public
from uruk.acts.api import witness_key
from uruk.exchange.api import MAX_SUBMISSION_BYTES
from uruk.exchange.witness.submission import write_submission
from uruk.kernel.api import Settings

__all__ = ["joined"]  # the fixture
ADDRESS = "/witness/add-checkpoint"


def send(client: Client, body: bytes) -> Any:
    return client.post(ADDRESS, body, content_type="text/plain")


@pytest.fixture
def witness(joined: Joined, node: Settings) -> Joined:
    """This node witnesses the log of `water`."""
    joined.others.change("water", witnesses=(node.node,))
    own = replace(joined.current().nodes[node.node], witness_key=witness_key())
    directory = joined.others.directory
    joined.others.directory = replace(directory, instance="iq", nodes={**directory.nodes, node.node: own})
    return joined


def test_a_checkpoint_of_an_assigned_log_is_cosigned_and_handed_out(client: Client, witness: Joined) -> None:
    water = witness.others.nodes["water"]
    water.write(3)
    checkpoint = public(water).checkpoint()
    answer = send(client, write_submission(0, [], checkpoint.raw))
    assert answer.status_code == 200 and answer.content.decode().startswith("— xx/")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    again = send(client, write_submission(0, [], checkpoint.raw))
    assert (again.status_code, again.content, again["Content-Type"]) == (409, b"3\n", "text/x.tlog.size")
    shown = client.get(f"/witness/{water.origin()}/checkpoint")
    assert (shown.status_code, shown.content) == (200, checkpoint.own)


@pytest.mark.parametrize("origin", ["iq/water/water-node/0/9", "x", "../../etc", "iq/a/b/0/1/2"])
def test_a_log_that_nobody_here_saw_is_not_found(client: Client, witness: Joined, origin: str) -> None:
    assert client.get(f"/witness/{origin}/checkpoint").status_code == 404


def test_anything_else_is_a_bad_request(client: Client, witness: Joined) -> None:
    assert send(client, b"old 0\n").status_code == 400
    assert send(client, b"x" * (MAX_SUBMISSION_BYTES + 1)).status_code == 413
    assert client.get(ADDRESS).status_code == 405


def test_a_node_without_a_country_witnesses_nobody(client: Client, institution: str, joined: Joined) -> None:
    water = joined.others.nodes["water"]
    water.write(3)
    assert send(client, write_submission(0, [], public(water).checkpoint().raw)).status_code == 404
