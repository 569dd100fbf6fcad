"""Officers at the pages of registries."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fixtures import PASSWORD, Officer
from tests.unit.registries.conftest import Archive, _nothing_remembered, archive
from tests.unit.registries.test_duplicates import births
from tests.unit.visitor import Visitor
from uruk.people.api import find_person

__all__ = ["Archive", "Desk", "_nothing_remembered", "archive", "births", "desk"]


class Desk:
    """One officer at the pages of one registry, below the office."""

    def __init__(self, officer: Officer, registry: str, language: str) -> None:
        self.officer, self.registry = officer, registry
        self.root = f"desk/interior/{officer.actor.role}/registries/{registry}/"
        self.page = Visitor(language)
        self.page.sign_in(str(find_person(officer.person).officer_name), PASSWORD)
        self.page.show_passkey(officer.passkey, "account/second-step/")

    def get(self, path: object = "") -> Any:
        return self.page.get(f"{self.root}{path}")

    def post(self, path: object = "", /, **typed: Any) -> Any:
        return self.page.post(f"{self.root}{path}", **typed)

    def sign(self, path: str) -> Any:
        return self.page.show_passkey(self.officer.passkey, f"{self.root}{path}")

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def path(self) -> str:
        """Where the last answer came from, below the registry."""
        return self.page.path.removeprefix(self.root)

    def says(self, code: str, **values: object) -> bool:
        return self.page.says(code, **values)


@pytest.fixture
def desk() -> Callable[..., Desk]:
    """Sign an officer in at a registry's pages: ``desk(archive.registrar)``."""

    def sit(officer: Officer, registry: str = "shops", language: str = "en") -> Desk:
        return Desk(officer, registry, language)

    return sit
