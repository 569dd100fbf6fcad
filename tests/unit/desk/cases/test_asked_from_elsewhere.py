"""A case that another institution asked for, at the desk of the one that is asked."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.desk.cases.conftest import Desk
from tests.unit.services.conftest import Office
from tests.unit.services.test_opinions import Bridge, asked_around, bridge, clerk, theirs

__all__ = ["bridge", "clerk"]
pytestmark = pytest.mark.database


def test_a_case_that_another_institution_asked_for_says_so(
    office: Office, bridge: Bridge, clerk: Any, desk: Callable[..., Desk]
) -> None:
    asked_around(office)
    found = desk(clerk)
    found.root = "desk/town/clerk/"
    assert found.take("opinion") == theirs().pk
    assert "Asked by" in found.text and "Ministry" in found.text
