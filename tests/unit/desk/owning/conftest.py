"""Owners at the pages of their services."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fixtures import Officer
from tests.unit.desk.cases.conftest import Desk
from tests.unit.services.conftest import Office, _nothing_remembered, office
from tests.unit.services.test_owning import owners

__all__ = ["Desk", "Office", "_nothing_remembered", "desk", "office", "owners"]


@pytest.fixture
def desk() -> Callable[..., Any]:
    """Sign an officer in at the desk: ``desk(owners.head)``."""

    def sit(officer: Officer, language: str = "en") -> Desk:
        return Desk(officer, language)

    return sit
