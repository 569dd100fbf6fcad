"""A body that is far too large is refused by its announced length, unread."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/ar/account/sign-in/", "/ar/desk/interior/registrar/new/letter/", "/ar/nothing/"])
def test_a_body_far_over_the_limit_is_refused_unread(path: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(
        "POST", path, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(5 * 10**9)
    )
    assert answer.status_code == 413
    assert "web.body_too_large" in answer.content.decode()


@pytest.mark.django_db
def test_a_body_within_the_limit_is_taken() -> None:
    answer = Client().post("/ar/account/sign-in/", {"identifier": "x"})
    assert answer.status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["-1", "١٢", "many", ""])
def test_a_length_that_is_no_number_counts_as_none(length: str) -> None:
    assert Client().get("/ar/account/sign-in/", CONTENT_LENGTH=length).status_code == 200
