"""What a reader is told when a page is not there, a form is too old, or the fault is ours."""

import pytest
from django.test import Client, RequestFactory
from django.utils import translation
from django.views.defaults import server_error


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_a_page_that_is_not_there_is_told_in_the_readers_language(language: str) -> None:
    answer = Client().get(f"/{language}/nothing/here/")
    assert answer.status_code == 404
    assert f'lang="{language}"' in answer.content.decode()
    with translation.override(language):
        assert translation.gettext("There is no such page") in answer.content.decode()


@pytest.mark.django_db
def test_a_form_that_does_not_come_from_us_is_told_that_nothing_was_saved() -> None:
    answer = Client(enforce_csrf_checks=True).post("/en/account/sign-in/", {"identifier": "a", "password": "b"})
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()


def test_a_fault_of_ours_is_told_as_ours_and_shows_nothing_else() -> None:
    with translation.override("en"):
        answer = server_error(RequestFactory().get("/en/"))
    assert answer.status_code == 500
    assert "The fault is ours" in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
