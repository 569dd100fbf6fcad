"""A program of the institution that has services in force, and the cases that it works with."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.unit.services.conftest import Office, _nothing_remembered, office, town
from uruk.kernel.api import Actor, Text

__all__ = ["_nothing_remembered", "office", "town"]
ALL = ("stall", "canal", "fair", "licence")
NAMES = Text("مكتب الرخص", "نووسینگەی مۆڵەت", "Licence desk")


@dataclass
class Program:
    """Calls as a program makes them: ``program.get("stall", "cases")``."""

    id: Any
    token: str
    institution: str = "interior"

    def call(self, method: str, service: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One call; `body` is sent as JSON, bytes as they are. Header names with `_` for `-`."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {self.token}"} | {n.replace("_", "-"): v for n, v in headers.items()}
        address = f"/api/services/{self.institution}/{service}/{path}"
        sent: dict[str, Any] = {} if body is None else {"data": data, "content_type": "application/json"}
        return getattr(Client(raise_request_exception=True), method)(address, **sent, headers=given)

    def get(self, service: str, path: str, **headers: str) -> HttpResponse:
        """A question."""
        return self.call("get", service, path, **headers)

    def post(self, service: str, path: str, body: Any, **headers: str) -> HttpResponse:
        """Anything with a body."""
        return self.call("post", service, path, body, **headers)


@pytest.fixture(autouse=True)
def _rights(office: Office) -> None:
    """Registrars may hand in and read whole cases, clerks hand in, heads neither."""
    from uruk.people import offices

    rights = {"registrar": {"see-person", "read-cases"}, "clerk": {"see-person"}}
    offices._RIGHTS[:] = [lambda _, role: rights.get(role, set())]


@pytest.fixture
def admit(office: Office) -> Callable[..., Program]:
    """Admit a program: ``admit("clerk", services=("stall",))``."""
    from uruk.people.api import admit_program

    def make(role: str = "registrar", services: tuple[str, ...] = ALL, **more: Any) -> Program:
        found, token = admit_program(Actor.system("interior"), "interior", role, (), NAMES, services=services, **more)
        return Program(found.id, token)

    return make


@pytest.fixture
def program(admit: Callable[..., Program]) -> Program:
    """A program that acts as a registrar on all services."""
    return admit()


def code_of(answer: Any) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return answer.status_code, str(answer.json()["error"]["code"])
