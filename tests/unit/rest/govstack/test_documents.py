"""Documents that are uploaded: named by an application they are files of its case, named by none they go."""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.unit.rest.services.conftest import Program, _rights, admit
from tests.unit.services.conftest import ANSWERS, Office, _nothing_remembered, office, town
from tests.unit.services.samples import STALL
from tests.unit.services.test_files import JPEG, PNG, QUESTION
from tests.unit.services.test_pins import publish_newer
from uruk.rest.govstack.registration.documents import KEPT_S
from uruk.services.models import Case, KeptFile

__all__ = ["_nothing_remembered", "_rights", "admit", "office", "town"]

pytestmark = pytest.mark.database
ASKED = f"{QUESTION}      street: {{type: file, types: [png, jpeg], max_kib: 1, required: false}}\n"
SERVICE = "registration/services/interior.stall/applications"


def upload(token: str, data: bytes) -> Any:
    """A document handed in as a part of a form; its address."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = {"file": SimpleUploadedFile("plan.png", data)}
    answer = Client().post("/govstack/registration/documents", sent, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)["url"]


def apply(token: str, consent: Any, **answers: Any) -> HttpResponse:
    body = {"applicantId": str(consent), "formData": {"data": {**ANSWERS, **answers}}}
    headers = {"Authorization": f"Bearer {token}"}
    return Client().post(f"/govstack/{SERVICE}", json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def program(office: Office, admit: Callable[..., Program]) -> Program:
    """A program of a service that asks for a file."""
    publish_newer(office, stall=STALL.replace(QUESTION, ASKED))
    return admit("clerk")


def test_a_document_that_an_application_names_is_a_file_of_the_case(office: Office, program: Program) -> None:
    url = upload(program.token, PNG)
    done = apply(program.token, office.consent(), street=url)
    assert done.status_code == 200, done.content
    case = json.loads(done.content)["fileId"]
    assert str(KeptFile.objects.get(sha256=url.rpartition("/")[2]).of) == case
    assert office.opened(Case.objects.get().pk).standing.answers["street"] == url.rpartition("/")[2]


def test_a_document_that_the_question_does_not_take_is_refused_and_no_case_begins(
    office: Office, program: Program
) -> None:
    large = upload(program.token, JPEG + b"x" * 1024)
    refused = apply(program.token, office.consent(), street=large)
    assert (refused.status_code, json.loads(refused.content)["code"]) == (400, "services.file_too_large")
    for unknown in ("http://127.0.0.1/documents/" + "0" * 64, "0" * 64, "plan.png", "../" * 9):
        refused = apply(program.token, office.consent(), street=unknown)
        assert (refused.status_code, json.loads(refused.content)["code"]) == (422, "services.answers_invalid"), unknown
    assert not Case.objects.exists()


def test_what_no_application_named_is_deleted_after_its_time(office: Office, program: Program) -> None:
    folder = office.settings.data / "files" / "govstack"
    upload(program.token, PNG)
    [old] = [one for one in folder.rglob("*") if one.is_file()]
    long_ago = old.stat().st_mtime - KEPT_S - 60
    os.utime(old, (long_ago, long_ago))
    upload(program.token, JPEG)
    assert [one for one in folder.rglob("*") if one.is_file()] != [] and not old.exists()
