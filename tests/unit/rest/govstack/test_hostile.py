"""Every address with every method and the worst of bodies: a coded error in the specification's shape, never a 5xx."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import cycle
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver

from tests.unit.rest.govstack.conftest import Caller, new, told
from tests.unit.rest.govstack.test_registration import DATA
from uruk.rest.govstack.urls import urlpatterns

pytestmark = pytest.mark.database
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
JSON = "application/json"


def _deep(levels: int) -> Any:
    return {"a": _deep(levels - 1)} if levels else 1


def _bodies() -> Iterator[tuple[Any, str]]:
    """What is sent: (body, media type)."""
    strange: tuple[Any, ...] = (
        None, True, 7, -1, 1.5, 10**30, "", "x" * 10_000, "a\0b", "\ud800", "\u202e", [], {}, [[]], [None], _deep(4),
        {"content": None}, {"content": []}, {"content": "x"}, {"content": {"ID": {"a": 1}}},
    )  # fmt: skip
    yield from (
        (raw, JSON) for raw in (b"", b"{", b"null", b"[]", b"7", b'"x"', b"\xff\xfe", b'{"a": NaN}', b'{"a": 1e999}')
    )
    yield b'{"query": {"content": {"ID": 1}}, "query": {}}', JSON
    yield b'{"write":' * 900 + b"1" + b"}" * 900, JSON
    yield b"[" * 100_000, JSON
    yield json.dumps({"write": _deep(40)}).encode(), JSON
    yield b'{"write": "' + b"x" * (1 << 20) + b'"}', JSON
    names = cycle(("query", "write", "content", "schema", "data", "formData", "applicantId", "code", "status"))
    for value in strange:
        yield json.dumps({next(names): value, next(names): value}).encode(), JSON
    everything = {"query": {"content": {"ID": "1", "Nobody": 1}}, "write": {"content": {"ID": "1", "Doses": 1.25}}}
    yield (
        json.dumps(
            {**everything, "applicantId": "a\0b", "formData": {"data": _deep(8)}, "documentUrls": ["\0", 1, {}]}
        ).encode(),
        JSON,
    )
    yield json.dumps({"applicantId": "x" * 500, "applicationName": ["\0"], "created": {"a": 1}}).encode(), JSON
    yield json.dumps({"code": "x", "schema": {"properties": {"a\0": {"type": "string"}}}}).encode(), JSON
    yield (
        json.dumps(
            {"code": "\0", "schema": {"properties": {"a": {"type": ["x"], "enum": 7, "pattern": "("}}}}
        ).encode(),
        JSON,
    )
    many, nested = b"&".join(b"a=1" for _ in range(2_000)), b"write=" + b"[" * 2_000
    for form in (
        b"",
        b"=&&=",
        b"a=1&a[b]=2",
        b"write[content][ID]=%00",
        b"%ff=%fe",
        b"write={",
        many,
        nested,
        b"[[[[=1",
    ):
        yield form, FORM
    yield b'write={"content": {"ID": NaN}}', FORM
    for parts in (b"", b"--x", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n\0\r\n--x--\r\n'):
        yield parts, PARTS
    yield b"x", "multipart/form-data"
    yield b"{}", "text/plain; charset=utf-16"
    yield b"write=1", f"{FORM}; charset=latin-1"
    yield b"<a/>", "application/xml"


def _addresses(patterns: Any, before: str = "") -> Iterator[str]:
    """An address for each path of the interfaces, its variables filled with what is known here and what is not."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _addresses(one.url_patterns, f"{before}{one.pattern}")
        elif isinstance(one, URLPattern):
            yield f"{before}{one.pattern}"


KNOWN: Mapping[str, tuple[str, ...]] = {
    "<str:registry>": ("Births", "n0", "%00"), "<str:version>": ("1", "x"), "<str:record>": ("1", "%00"),
    "<str:number>": ("1", "x%00"), "<str:service>": ("S2", "a.b", "%00"), "<str:form>": ("F-1", "%00"),
    "<str:file>": ("file-7", "%00"), "<str:task>": ("task-8", "%00"),
}  # fmt: skip
WRITTEN_OUT = (
    "registries/data/MyPersonalDataUsage/1.0", "registries/data/mypersonalDataUsage",
    "registries/data/Births/1/0/read-value/ID.json", "registries/data/n0/1/%00/readValue/%00.x",
    "registration/data/statistics", "registration/data/statistics/1.0",
)  # fmt: skip


def addresses() -> list[str]:
    """Every address that there is; those of regular expressions written out."""
    found = [one for one in _addresses(urlpatterns) if "^" not in one and "(" not in one]
    for name, values in KNOWN.items():
        found = [one.replace(name, value) for one in found for value in (values if name in one else ("",))]
    return [*found, *WRITTEN_OUT]


def test_every_address_is_among_those_that_are_tried() -> None:
    assert all("<" not in one for one in addresses())
    assert len({one.split("?")[0] for one in addresses()}) > 40


def check(response: HttpResponse, what: object, *, head: bool = False) -> None:
    """Coded, in the shape of the specification, in three languages alike; never a 5xx."""
    assert response.status_code < 500, what
    if response.status_code < 400 or head:
        return
    found = json.loads(response.content)
    wanted = ("code", "detail", "message", "localizedMessage", "traceId")
    assert {name: type(found.get(name)) for name in wanted} == dict.fromkeys(wanted, str), (what, found)
    assert "." in found["code"], (what, found)


def _try_all(caller: Caller, bodies: list[tuple[Any, str]]) -> None:
    """Every body to every address that takes one; where it leads nowhere some are enough."""
    for path in addresses():
        for method in METHODS:
            answered = caller.call(method, path)
            check(answered, (method, path), head=method == "head")
            if method not in ("post", "put") or answered.status_code == 405:
                continue
            for body, kind in bodies if answered.status_code in (200, 400) else bodies[::20]:
                check(caller.call(method, path, body, kind), (method, path, body[:80], kind))


@pytest.fixture
def stocked(births: Caller) -> Caller:
    """A node in test mode with a registry, services and cases."""
    from uruk.rest.api import load_test_data

    load_test_data("town", json.dumps(DATA).encode(), (), "", ("Market",))
    new(births, ID="1", FirstName="Ada", Doses=1)
    return births


def test_no_address_answers_any_body_with_a_5xx_in_test_mode(stocked: Caller) -> None:
    _try_all(stocked, list(_bodies())[::2])


def test_no_address_answers_any_body_with_a_5xx_by_token(stocked: Caller, settings: Any) -> None:
    from tests.unit.rest.govstack.test_tokens import WHY, _program

    settings.URUK = replace(settings.URUK, govstack_trust_header=False)
    caller = _program("writer", ("births",), ("pension",), **WHY)
    told(caller.get("registries/data/Births/1"))
    _try_all(caller, list(_bodies())[1::2])


def test_whoever_is_not_let_in_is_told_so_in_the_same_shape(stocked: Caller, settings: Any) -> None:
    settings.URUK = replace(settings.URUK, govstack_trust_header=False)
    for caller in (Caller(), Caller(Authorization="Bearer x"), Caller(Authorization="Basic \0"), stocked):
        for path in addresses():
            for method in ("get", "post", "put", "delete"):
                body = {"write": {"content": {"ID": "9"}}} if method in ("post", "put") else None
                check(caller.call(method, path, body), (method, path))


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_what_is_wrong_is_said_in_the_callers_language_too(births: Caller, language: str) -> None:
    births.headers["Accept-Language"] = language
    refused = told(births.post("registries/data/Births/1/create", {}), 400)
    assert refused["code"] == "rest.content_missing"
    assert (refused["localizedMessage"] == refused["message"]) is (language == "en")
