"""Whatever a program sends: a coded error that names the field, nothing stored, never a 5xx."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.rest.registries.conftest import Program
from uruk.kernel.api import LANGUAGES

pytestmark = pytest.mark.django_db(transaction=True)
SHOP = {"code": "A1", "name": "x"}
# Field, value, the place that is named, and why.
VALUES: list[tuple[str, Any, str, str]] = [
    ("area", "40", "area", "rest.value_form"),
    ("area", True, "area", "rest.value_form"),
    ("area", 0, "area", "definitions.field_below_min"),
    ("area", 10**300, "area", "definitions.field_above_max"),
    ("name", 7, "name", "rest.value_form"),
    ("name", "", "name", "rest.value_form"),
    ("name", "x" * 81, "name", "definitions.field_too_long"),
    ("name", "a\u202eb", "name", "definitions.field_hidden_character"),
    ("name", "a\u2066b", "name", "definitions.field_hidden_character"),
    ("name", "a\u0000b", "name", "definitions.field_hidden_character"),
    ("name", "a\u0007b", "name", "definitions.field_hidden_character"),
    ("opened", "1/3/2020", "opened", "rest.value_form"),
    ("opened", "2020-02-31", "opened", "definitions.field_not_date"),
    ("opened", "2199-01-01", "opened", "registries.condition_unmet"),
    ("street", "nowhere", "street", "registries.link_to_nothing"),
    ("street", {"code": "S1"}, "street", "rest.value_form"),
    ("plan", "0" * 64, "plan", "registries.file_unknown"),
    ("plan", "x", "plan", "definitions.field_not_a_file"),
    ("stands", {}, "stands", "rest.value_form"),
    ("stands", [{}], "stands.0", "rest.value_form"),
    ("stands", [{"what": "x", "count": "1"}], "stands.0.count", "rest.value_form"),
    ("stands", [{"what": "x", "count": 1, "more": 1}], "stands.0.more", "definitions.field_unknown"),
    ("remark", "x", "remark", "registries.field_not_yours"),
    ("nothing", 1, "nothing", "definitions.field_unknown"),
    ("nothing\u202e", 1, "nothing\u202e", "definitions.field_unknown"),
]
NAME = json.dumps("x")
BODIES: list[tuple[bytes, int, str]] = [
    (b" ", 400, "rest.json_malformed"),
    (b"[]", 400, "rest.json_no_object"),
    (b"{" * 100_000, 400, "rest.json_malformed"),
    (b'{"values": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "rest.json_malformed"),
    (b'{"values": ' + b'{"a": ' * 40 + b"1" + b"}" * 41, 400, "rest.json_malformed"),
    (b'{"values": {}, "values": {}, "reason": "x"}', 400, "rest.json_malformed"),
    (b'{"values": {"code": "A1", "code": "A2", "name": "x"}, "reason": "x"}', 400, "rest.json_malformed"),
    (b'{"values": {"area": 1.5}, "reason": "x"}', 400, "rest.json_malformed"),
    (b'{"values": {"area": NaN}, "reason": "x"}', 400, "rest.json_malformed"),
    (b'{"values": {"area": ' + b"9" * 5_000 + b'}, "reason": "x"}', 400, "rest.json_malformed"),
    (b'{"values": {"name": "\\ud800"}, "reason": "x"}', 400, "rest.json_malformed"),
    (b'{"values": {"\\udfff": 1}, "reason": "x"}', 400, "rest.json_malformed"),
    (b'{"values": {"name": "\xff"}, "reason": "x"}', 400, "rest.json_malformed"),
    (b'{"values": {"name": "' + b"x" * 10_000_000 + b'"}, "reason": "x"}', 413, "rest.body_too_large"),
    (b'{"values": {}}', 400, "rest.body_shape"),
    (b'{"values": [], "reason": "x"}', 400, "rest.body_shape"),
    (b'{"values": {}, "reason": 7}', 400, "rest.body_shape"),
    (b'{"values": {}, "reason": ""}', 400, "rest.body_shape"),
    (b'{"values": {}, "reason": "x", "more": 1}', 400, "rest.body_shape"),
    (b'{"values": {}, "reason": "x", "valid_from": "soon"}', 400, "rest.body_shape"),
    (b'{"values": {}, "reason": "x", "record": "A1"}', 400, "rest.body_shape"),
    (b'{"values": {}, "reason": "x", "evidence": ["A1"]}', 400, "rest.body_shape"),
    (b'{"values": {"code": "A1", "name": "x"}, "reason": " "}', 400, "registries.reason_missing"),
    (b'{"values": {"code": "A1", "name": "x"}, "reason": "a\\u202eb"}', 400, "definitions.field_hidden_character"),
]


def stored(program: Program) -> Any:
    return program.get("shops", "records").json()["records"]


def test_a_value_that_cannot_be_is_refused_at_its_field_and_nothing_is_stored(program: Program) -> None:
    for name, value, place, code in VALUES:
        answer = program.create({**SHOP, name: value})
        (problem,) = answer.json()["error"]["problems"]
        assert (answer.status_code, name, problem["field"], problem["code"]) == (422, name, place, code), value
    assert stored(program) == []


def test_the_field_is_named_in_the_callers_language(program: Program) -> None:
    sentences = {
        program.create({**SHOP, "area": 0}, Accept_Language=language).json()["error"]["problems"][0]["sentence"]
        for language in LANGUAGES
    }
    assert len(sentences) == 3


def test_a_body_that_is_none_is_refused_and_nothing_is_stored(program: Program) -> None:
    for body, status, code in BODIES:
        answer = program.post("shops", "records", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), body[:80]
    at = program.post("shops", "records", b'{"values": {}, "reason": "x", "more": 1}', Accept_Language="en")
    assert at.json()["error"]["sentence"] == "The body is not as described, at: more."
    kinds = program.post("shops", "changes", {"changes": [{"kind": "create"}, {"kind": "x"}], "reason": "x"})
    assert "changes[1].kind" in kinds.json()["error"]["sentence"]
    assert stored(program) == []


def test_only_json_is_taken(program: Program) -> None:
    from django.test import Client

    answer = Client().post(
        "/api/registries/interior/shops/records",
        "a=1",
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": f"Bearer {program.token}"},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "rest.json_only")


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["A1", "2020-01-01", "•••"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["code", "name", "area", "opened", "street", "plan", "stands", "pin", "remark"]) | st.text()
BODY = st.fixed_dictionaries(
    {"values": st.dictionaries(NAMES, ANY, max_size=6) | ANY, "reason": st.just("x") | ANY},
    optional=dict.fromkeys(("evidence", "valid_from", "valid_until", "record", "more"), ANY),
)
SEARCH = st.fixed_dictionaries(
    {},
    optional={
        "filters": st.lists(st.fixed_dictionaries({"field": NAMES, "op": ANY | st.just("eq"), "value": ANY})) | ANY,
        **dict.fromkeys(("words", "order", "after", "limit", "status", "descending", "total"), ANY),
    },
)


def test_whatever_is_sent_is_answered_with_a_code(program: Program) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(body=BODY, path=st.sampled_from(["records", "records?validate_only=true", "changes"]))
    def write(body: Any, path: str) -> None:
        body = {"changes": [{"kind": "create", **body}], "reason": "x"} if path == "changes" else body
        answer = program.post("shops", path, json.dumps(body).encode())
        assert answer.status_code < 500
        assert answer.status_code < 300 or answer.json()["error"]["code"]

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(body=SEARCH | ANY)
    def look(body: Any) -> None:
        answer = program.post("shops", "search", json.dumps(body).encode())
        assert answer.status_code < 500
        assert answer.status_code == 200 or answer.json()["error"]["code"]

    write()
    look()
