"""Whom an answer is about is read from what the provider said, not from the part of it that travels on."""

from types import SimpleNamespace
from typing import Any

import pytest

from uruk.exchange.api import Endpoint, SubjectRule
from uruk.gateway.bodies import Body
from uruk.gateway.calls import UpstreamReply
from uruk.gateway.noting import subjects_in_answer
from uruk.gateway.shaping import shaped

HOLDER = "199001011234"
STALL = b'{"code": "A1", "trader": "199001011234"}'


def noted(endpoint: Endpoint, status: int = 200) -> tuple[bytes, tuple[str, ...]]:
    """What travels on of an answer about a stall, and who was read."""
    answer = shaped(UpstreamReply(status, (), Body.of(STALL)), endpoint, "GET")
    given: Any = SimpleNamespace(endpoint=endpoint, target=None)
    return answer.body.data or b"", subjects_in_answer(given, given, Body.of(b""), answer)


def test_a_person_who_stands_in_what_was_cut_was_read_all_the_same() -> None:
    endpoint = Endpoint("GET", "/*", personal=True, subjects=(SubjectRule("answer", "/trader"),), fields=("/code",))
    assert noted(endpoint) == (b'{"code":"A1"}', (HOLDER,))


@pytest.mark.parametrize("fields", [None, ("/code", "/trader")])
def test_a_person_who_stands_in_what_travels_is_found_there(fields: tuple[str, ...] | None) -> None:
    endpoint = Endpoint("GET", "/*", personal=True, subjects=(SubjectRule("answer", "/trader"),), fields=fields)
    assert noted(endpoint)[1] == (HOLDER,)


def test_an_answer_that_is_no_success_is_about_nobody() -> None:
    endpoint = Endpoint("GET", "/*", personal=True, subjects=(SubjectRule("answer", "/trader"),), fields=("/code",))
    assert noted(endpoint, 404)[1] == ()
