"""Offers of registries are answered to this node's gateway, which comes by a socket, and to nobody else."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.unit.registries.conftest import archive

__all__ = ["archive"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def door() -> Iterator[socket.socket]:
    """An end of a connection over a socket of this machine, as gunicorn hands it on."""
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    yield ours
    ours.close()
    theirs.close()


def test_the_gateway_is_answered(archive: Any, door: socket.socket) -> None:
    archive.create({"code": "W1", "granted_m3": 100}, registry="wells")
    gateway = Client(**{"gunicorn.socket": door}, headers={"X-Road-Client": "IQ/GOV/agriculture/season-plan"})
    answer = gateway.get("/exchange/interior/wells/left/W1")
    assert (answer.status_code, answer.json()) == (200, {"code": "W1", "left_m3": 100})
    number = "0b54c1d2-0000-4000-8000-000000000001"
    body = json.dumps({"reservation": number, "code": "W1", "amount": 100})
    made = gateway.post("/exchange/interior/wells/water/", body, content_type="application/json")
    assert (made.status_code, made.json()["state"]) == (200, "reserved")
    assert gateway.put(f"/exchange/interior/wells/water/{number}").json()["state"] == "confirmed"
    other = Client(**{"gunicorn.socket": door}, headers={"X-Road-Client": "IQ/GOV/other/system"})
    assert other.get(f"/exchange/interior/wells/water/{number}").status_code == 404


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("interior/wells/left/W2", 404, "registries.record_unknown"),
        ("interior/wells/secret/W1", 404, "registries.offer_unknown"),
        ("interior/nothing/left/W1", 404, "registries.registry_unknown"),
        ("interior/wells/left/W1?more=1", 400, "rest.no_query"),
    ],
)
def test_what_cannot_be_answered_says_why(
    archive: Any, door: socket.socket, address: str, status: int, code: str
) -> None:
    answer = Client(**{"gunicorn.socket": door}).get(f"/exchange/{address}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_body_that_is_none_is_refused(archive: Any, door: socket.socket) -> None:
    gateway = Client(**{"gunicorn.socket": door})
    for body, code in (
        (b"[1]", "rest.json_no_object"),
        (b"{", "rest.json_malformed"),
        (b" " * 70_000, "rest.body_too_large"),
    ):
        answer = gateway.post("/exchange/interior/wells/water/", body, content_type="application/json")
        assert answer.json()["error"]["code"] == code


def test_to_anybody_else_there_is_nothing_there(archive: Any) -> None:
    archive.create({"code": "W1", "granted_m3": 100}, registry="wells")
    assert Client().get("/exchange/interior/wells/left/W1").status_code == 404
    with socket.socket() as network:
        assert Client(**{"gunicorn.socket": network}).get("/exchange/interior/wells/left/W1").status_code == 404
    signed_in = Client(headers={"gunicorn.socket": "unix", "X-Road-Client": "IQ/GOV/interior/uruk"})
    assert signed_in.get("/exchange/interior/wells/left/W1").status_code == 404
