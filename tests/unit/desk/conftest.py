"""Officers at the desk's pages."""

from collections.abc import Callable

import pytest

from tests.fixtures import PASSWORD, Officer
from tests.unit.documents.conftest import Office, office
from tests.unit.visitor import Visitor
from uruk.people.api import find_person

__all__ = ["Office", "office"]


@pytest.fixture
def at_desk(office: Office) -> Callable[..., Visitor]:
    """Sign an officer in with password and passkey: ``at_desk(office.registrar)``."""

    def sign_in(officer: Officer, language: str = "en") -> Visitor:
        found = Visitor(language)
        found.sign_in(str(find_person(officer.person).officer_name), PASSWORD)
        found.show_passkey(officer.passkey, "account/second-step/")
        return found

    return sign_in
