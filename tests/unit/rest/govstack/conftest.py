"""A small country whose town lets two persons approve definitions; callers in test mode, and by tokens."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.demonstration import MINIMAL
from tests.worlds import WORLDS
from uruk.kernel.api import Actor, Settings, Text
from uruk.registries.tables import forget_caches

CLIENT = "eGovStack/GOV/90000009/clinic"
TOWN = "town"
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "ID": {"type": "string"},
        "FirstName": {"type": "string"},
        "LastName": {"type": "string"},
        "Doses": {"type": "integer"},
    },
    "required": ["ID"],
}


class Caller:
    """Calls as another system makes them: ``caller.post("registries/data/births/1/read", {...})``."""

    def __init__(self, **headers: str) -> None:
        self.headers = headers

    def call(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> HttpResponse:
        """One call below `govstack/`; `body` as JSON, text and bytes as they are."""
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        sent: dict[str, Any] = {} if body is None else {"data": data, "content_type": kind}
        client = Client(raise_request_exception=True)
        return getattr(client, method)(f"/govstack/{path}", **sent, headers=self.headers)

    def __getattr__(self, method: str) -> Callable[..., HttpResponse]:
        return lambda *args, **named: self.call(method, *args, **named)


def content(response: HttpResponse) -> Mapping[str, Any]:
    """What a record says in an answer that found it."""
    assert response.status_code == 200, response.content
    return json.loads(response.content)["content"]


def told(response: HttpResponse, status: int = 200) -> Any:
    """An answer's JSON."""
    assert response.status_code == status, response.content
    return json.loads(response.content)


def country_files() -> dict[str, bytes]:
    """The minimal country, its mayor and writer allowed to approve definitions."""
    paths = [path for path in sorted(MINIMAL.rglob("*")) if path.is_file()]
    files = {path.relative_to(MINIMAL).as_posix(): path.read_bytes() for path in paths}
    own = "institutions/town/institution.yaml"
    allowed = (
        (b"[see-person]", b"[see-person, approve-definitions]"),
        (b"[reassign-cases]", b"[reassign-cases, approve-definitions]"),
    )
    for old, new in allowed:
        assert old in files[own]
        files[own] = files[own].replace(old, new)
    return files


def make_town() -> tuple[Any, ...]:
    """The town with its registries and services in force."""
    from uruk.acts.api import establish
    from uruk.definitions.api import reopen_country
    from uruk.publishing.api import kinds, publish_country

    establish(TOWN, Text("البلدة", "شارۆچکە", "The town"), "mn")
    publish_country(Actor.system(None), reopen_country(country_files(), kinds()))
    return ()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    from uruk.people import offices
    from uruk.publishing.api import rights

    # Rights are those of the country here: tests of other rooms tell their own.
    offices.tell_rights(rights)
    forget_caches()
    yield
    forget_caches()


@pytest.fixture
def town(transactional_db: None, node: Settings, log: Any) -> Settings:
    """The node with the town in force, in test mode."""
    return node


WORLDS[f"{__name__}.town"] = make_town


@pytest.fixture
def trusting(town: Settings, settings: Any) -> Caller:
    """The node in test mode, and a caller by the header alone."""
    settings.URUK = replace(settings.URUK, govstack_trust_header=True)
    return Caller(**{"Information-Mediator-Client": CLIENT})


@pytest.fixture
def births(trusting: Caller) -> Caller:
    """The same with a registry that it described."""
    done = trusting.post("registries/database/modify", {"code": "Births", "catalog_name": "Births", "schema": _SCHEMA})
    assert done.status_code == 200, done.content
    return trusting


def new(caller: Caller, **values: Any) -> Mapping[str, Any]:
    """A record created: the whole answer."""
    return told(caller.post("registries/data/Births/1/create", {"write": {"content": values}}))
