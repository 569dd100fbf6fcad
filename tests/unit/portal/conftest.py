"""Documents to verify, and their holder."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fixtures import Citizen
from tests.unit.documents.conftest import Office, office
from tests.unit.visitor import Visitor

__all__ = ["Office", "office"]
NUMBER = "198012345678"


@pytest.fixture
def paper(office: Office) -> Any:
    """A document that was issued to the holder of `NUMBER`."""
    return office.issue(office.draft(number=NUMBER))


@pytest.fixture
def holder(office: Office, citizen: Callable[..., Citizen]) -> Callable[..., Visitor]:
    """The holder, seen by a clerk and signed in: ``holder("ckb")``."""

    def sign_in(language: str = "en", number: str = NUMBER, *, seen: bool = True) -> Visitor:
        from uruk.people.api import see

        found = citizen(number)
        if seen:
            see(office.registrar.actor, found.person, "national", number)
        visitor = Visitor(language)
        visitor.sign_in(number, found.password)
        return visitor

    return sign_in
