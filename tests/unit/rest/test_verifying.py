"""POST /api/verify: three ways to ask, one shape of answer, JSON for whatever is wrong."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from tests.unit.documents.conftest import Office, office
from uruk.documents import api as documents
from uruk.kernel.api import error_sentence

__all__ = ["office"]
pytestmark = pytest.mark.django_db(transaction=True)
URL = "/api/verify"


def ask(body: object, kind: str = "application/json", language: str = "en") -> Any:
    """Post a body; objects as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(URL, data=data, content_type=kind, headers={"Accept-Language": language})


@pytest.fixture
def paper(office: Office) -> Any:
    """A document to check."""
    return office.issue()


def test_a_number_is_answered_with_verdict_and_receipt(paper: Any) -> None:
    answer = ask({"number": paper.number, "code": paper.check_code})
    found = answer.json()
    assert answer.status_code == 200
    assert (found["exit"], found["code"], found["number"]) == (0, "trust.issued", paper.number)
    assert found["receipt"]["uruk"] == "receipt/1"
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_a_file_is_answered(office: Office, paper: Any) -> None:
    data = documents.pdf(office.head.actor, paper.id)
    assert ask(data, "application/pdf").json()["exit"] == 0
    assert ask(data[: len(data) // 2] + b"x" + data[len(data) // 2 + 1 :], "application/pdf").json().get("exit") != 0


def test_a_file_that_grew_over_the_limit_by_being_sealed_is_answered(office: Office, settings: Any) -> None:
    data = documents.pdf(office.head.actor, office.issue(office.letter()).id)
    settings.URUK = replace(settings.URUK, max_upload_bytes=len(data) - 1)
    assert ask(data, "application/pdf").json()["code"] == "trust.pdf_issued"


def test_a_code_is_answered(office: Office, paper: Any) -> None:
    assert ask({"qr": "https://elsewhere.example/#ABC"}).json()["exit"] in (1, 2)
    assert ask({"qr": "hello world"}).json()["code"] == "trust.qr_not_ours"


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_sentences_are_in_the_callers_language(office: Office, language: str) -> None:
    found = ask({"number": "999900001111", "code": "0000000000"}, language=language).json()
    assert found["sentence"] == error_sentence("documents.check_unknown", language, {})
    wrong = ask({"number": 1}, language=language).json()["error"]
    assert wrong == {"code": "rest.json_shape", "sentence": error_sentence("rest.json_shape", language, {})}


def test_a_caller_without_a_language_of_ours_is_answered_in_arabic(office: Office) -> None:
    assert ask({}, language="fr").json()["error"]["sentence"] == error_sentence("rest.json_shape", "ar", {})


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "rest.json_malformed"),
        (b"[" * 9000, "application/json", 400, "rest.json_malformed"),
        (b"\xff\xfe", "application/json", 400, "rest.json_malformed"),
        (b'{"qr": "a", "number": "b"}', "application/json", 400, "rest.json_shape"),
        (b'{"number": "1"}', "application/json", 400, "rest.json_shape"),
        (b'{"number": "1", "code": "2"}', "application/json", 400, "documents.number_malformed"),
        (b'"' + b"a" * 20_000 + b'"', "application/json", 413, "rest.body_too_large"),
        (b"<a/>", "text/xml", 415, "rest.media_type"),
        (b"x=1", "application/x-www-form-urlencoded", 415, "rest.media_type"),
        (b"no pdf", "application/pdf", 400, "trust.pdf_unreadable"),
    ],
)
def test_what_is_wrong_with_a_request_is_a_coded_error(
    office: Office, body: bytes, kind: str, status: int, code: str
) -> None:
    answer = ask(body, kind)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_file_over_the_limit_is_read_no_further_than_that(office: Office) -> None:
    answer = ask(bytes(documents.largest_check() + 2), "application/pdf")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "rest.body_too_large")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_with_what_is_allowed(office: Office, method: str) -> None:
    answer = Client().generic(method, URL)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer.json()["error"]["code"] == "rest.method_not_allowed"
