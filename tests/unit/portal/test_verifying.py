"""The verify page on the server: a typed number, an uploaded file, and what is wrong with them."""

import base64
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.unit.documents.conftest import Office
from tests.unit.visitor import Visitor
from uruk.documents import api as documents

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_number_with_its_code_shows_what_to_compare_and_hands_out_a_receipt(paper: Any) -> None:
    visitor = Visitor("en")
    visitor.post("verify/", way="number", number=paper.number, code=paper.check_code)
    assert "Compare them with the paper" in visitor.text
    found = re.search(r'href="data:application/json;base64,([^"]+)"', visitor.text)
    assert found
    assert json.loads(base64.b64decode(found[1]))["uruk"] == "receipt/1"


def test_a_file_is_verified_and_named_as_released_by_two(office: Office, paper: Any) -> None:
    data = documents.pdf(office.head.actor, paper.id)
    visitor = Visitor("en")
    visitor.post("verify/", way="file", file=SimpleUploadedFile("a.pdf", data, "application/pdf"))
    assert 'class="tablet verdict good"' in visitor.text
    assert "by two officers, each with their passkey" in visitor.text


def test_a_file_that_grew_over_the_limit_by_being_sealed_is_verified(
    office: Office, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = documents.pdf(office.head.actor, office.issue(office.letter()).id)
    monkeypatch.setattr("uruk.portal.verify._FORM_BYTES", 1000)
    settings.URUK = replace(settings.URUK, max_upload_bytes=len(data) - 2000)
    visitor = Visitor("en")
    visitor.post("verify/", way="file", file=SimpleUploadedFile("a.pdf", data, "application/pdf"))
    assert "by two officers, each with their passkey" in visitor.text


def test_a_letter_by_number_is_not_green_before_its_file_is_uploaded(office: Office) -> None:
    letter = office.issue(office.letter())
    visitor = Visitor("en")
    visitor.post("verify/", way="number", number=letter.number, code=letter.check_code)
    assert 'class="tablet verdict wait"' in visitor.text
    assert "upload the file" in visitor.text


def test_a_revoked_document_is_refused(office: Office, paper: Any) -> None:
    documents.revoke(office.head.actor, paper.id, "error", "")
    visitor = Visitor("ar")
    visitor.post("verify/", way="number", number=paper.number, code=paper.check_code)
    assert 'class="tablet verdict bad"' in visitor.text


def test_a_wrong_code_and_an_unknown_number_answer_alike(paper: Any) -> None:
    other = str(10**11 + (int(paper.number) + 1) % 10**11)
    pages = []
    for number in (paper.number, other):
        visitor = Visitor("en")
        visitor.post("verify/", way="number", number=number, code="0000000000")
        pages.append(visitor.text)
    assert pages[0] == pages[1]
    assert paper.title.ar not in pages[0]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"way": "number", "number": "", "code": "x"}, "portal.number_missing"),
        ({"way": "number", "number": "1", "code": " "}, "portal.code_missing"),
        ({"way": "file"}, "portal.file_missing"),
        ({"way": "number", "number": "12", "code": "34"}, "documents.number_malformed"),
    ],
)
def test_what_is_wrong_is_said_in_the_readers_language_at_its_field(
    office: Office, typed: dict[str, str], code: str
) -> None:
    visitor = Visitor("ckb")
    visitor.post("verify/", **typed)
    assert visitor.answer.status_code == 422
    assert visitor.says(code)
    assert 'aria-invalid="true"' in visitor.text


def test_a_body_over_the_limit_is_refused_before_it_is_read(office: Office, settings: Any) -> None:
    settings.URUK = office.settings
    answer = Client().post("/en/verify/", data=b"", content_type="text/plain", CONTENT_LENGTH=str(20 << 20))
    assert answer.status_code == 422
    assert "larger than the limit of 14 MB" in answer.content.decode()


def test_the_page_is_the_same_for_all_and_carries_no_session(office: Office) -> None:
    answer = Client().get("/en/verify/")
    assert set(answer.cookies) == {"uruk_language"}
    assert "csrfmiddlewaretoken" not in answer.content.decode()
