"""Officers at the pages of cases."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import PASSWORD, Officer
from tests.unit.services.conftest import Office, _nothing_remembered, office, town
from tests.unit.services.tasks import supervise
from tests.unit.visitor import Visitor
from uruk.people.api import find_person

__all__ = ["Desk", "Office", "_nothing_remembered", "desk", "head_supervises", "office", "town"]


class Desk:
    """One officer at the pages of cases, below the office."""

    def __init__(self, officer: Officer, language: str) -> None:
        self.officer = officer
        self.root = f"desk/interior/{officer.actor.role}/"
        self.page = Visitor(language)
        self.page.sign_in(str(find_person(officer.person).officer_name), PASSWORD)
        self.page.show_passkey(officer.passkey, "account/second-step/")

    def get(self, path: object = "") -> Any:
        return self.page.get(f"{self.root}{path}")

    def post(self, path: object = "", /, **typed: Any) -> Any:
        return self.page.post(f"{self.root}{path}", **typed)

    def take(self, service: str = "stall") -> UUID:
        """Press "next case", and stand before it."""
        self.post("cases/next/", service=service)
        assert self.path.startswith("cases/"), self.text
        return UUID(self.path.split("/")[1])

    def sign(self, path: str, **typed: Any) -> Any:
        return self.page.show_passkey(self.officer.passkey, f"{self.root}{path}", **typed)

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def path(self) -> str:
        """Where the last answer came from, below the office."""
        return self.page.path.removeprefix(self.root)

    def says(self, code: str, **values: object) -> bool:
        return self.page.says(code, **values)


@pytest.fixture
def desk() -> Callable[..., Desk]:
    """Sign an officer in: ``desk(office.registrar)``."""

    def sit(officer: Officer, language: str = "en") -> Desk:
        return Desk(officer, language)

    return sit


@pytest.fixture
def head_supervises(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads may reassign."""
    supervise(monkeypatch)
