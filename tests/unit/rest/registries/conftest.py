"""A program of the institution, and the registries it works with."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.unit.registries.conftest import Archive, _nothing_remembered, archive
from uruk.kernel.api import Actor, Text

__all__ = ["_nothing_remembered", "archive"]
ALL = ("shops", "streets", "cards", "visits", "wells")


@dataclass
class Program:
    """Calls as a program makes them: ``program.get("shops", "records")``."""

    id: Any
    token: str
    institution: str = "interior"

    def call(self, method: str, registry: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One call; `body` is sent as JSON, bytes as they are. Header names with `_` for `-`."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {self.token}"} | {n.replace("_", "-"): v for n, v in headers.items()}
        address = f"/api/registries/{self.institution}/{registry}/{path}"
        sent: dict[str, Any] = {} if body is None else {"data": data, "content_type": "application/json"}
        return getattr(Client(raise_request_exception=True), method)(address, **sent, headers=given)

    def get(self, registry: str, path: str, **headers: str) -> HttpResponse:
        """A reading."""
        return self.call("get", registry, path, **headers)

    def post(self, registry: str, path: str, body: Any, **headers: str) -> HttpResponse:
        """A writing, or a question in a body."""
        return self.call("post", registry, path, body, **headers)

    def create(self, values: Any, registry: str = "shops", **headers: str) -> HttpResponse:
        """A new record."""
        return self.post(registry, "records", {"values": values, "reason": "letter 7"}, **headers)


@pytest.fixture
def admit(archive: Archive) -> Callable[..., Program]:
    """Admit a program: ``admit("auditor", registries=("shops",))``."""
    from uruk.people.api import admit_program

    def make(role: str = "registrar", registries: tuple[str, ...] = ALL, **more: Any) -> Program:
        names = Text("طابعة البطاقات", "چاپکەری کارت", "Card printer")
        found, token = admit_program(Actor.system("interior"), "interior", role, registries, names, **more)
        return Program(found.id, token)

    return make


@pytest.fixture
def program(admit: Callable[..., Program]) -> Program:
    """A program that acts as a registrar on all registries."""
    return admit()
