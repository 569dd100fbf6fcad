"""What I was told, and how I am told: pages of a person's own."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.fixtures import PASSWORD, Citizen
from tests.unit.notices.conftest import SAID, TITLE, run
from tests.unit.visitor import Visitor
from uruk.notices.api import NewNotice, tell

pytestmark = pytest.mark.django_db(transaction=True)
TELLS = {"ar": "أُقر طلبك", "ckb": "پەسەند کرا", "en": "Your plan is approved"}


@pytest.fixture
def reader(institution: str, citizen: Callable[..., Citizen]) -> Citizen:
    """A person with an account."""
    return citizen()


def signed_in(reader: Citizen, language: str = "en") -> Visitor:
    visitor = Visitor(language)
    visitor.sign_in(reader.number, PASSWORD)
    return visitor


def told(reader: Citizen) -> None:
    tell(NewNotice(uuid4(), "interior", "case.notice", "1", TITLE, SAID, "cases/1/", person=reader.person))


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_what_somebody_was_told_stands_on_their_page(reader: Citizen, language: str) -> None:
    told(reader)
    visitor = signed_in(reader, language)
    visitor.get("notices/")
    assert TELLS[language] in visitor.text and f"/{language}/cases/1/" in visitor.text
    assert visitor.answer["Cache-Control"] == "private, no-store"
    other = Visitor(language)
    other.get("notices/")
    assert other.path.startswith("account/sign-in/")


def test_an_address_is_named_confirmed_stopped_and_forgotten_on_the_page(reader: Citizen) -> None:
    visitor = signed_in(reader)
    assert visitor.post("notices/reach/email/", **{"address-email": "nobody"}).status_code == 422
    assert visitor.says("notices.mail_malformed") and 'href="#field-address-email"' in visitor.text
    assert visitor.post("notices/reach/sms/", **{"address-sms": " "}).status_code == 422
    visitor.post("notices/reach/email/", **{"address-email": "name@example.com"})
    run()
    visitor.get("notices/reach/")
    assert "not confirmed yet" in visitor.text
    code = re.search(r"\b(\d{6})\b", visitor.text)
    assert code is not None, "a demonstration shows what it would have sent"
    wrong = "000000" if code[1] != "000000" else "111111"
    assert visitor.post("notices/reach/email/code/", **{"code-email": wrong}).status_code == 422
    assert visitor.says("notices.code_refused")
    visitor.post("notices/reach/email/code/", **{"code-email": code[1]})
    assert "notices are sent there" in visitor.text
    told(reader)
    run()
    visitor.get("notices/")
    assert "E-mail to n…@example.com" in visitor.text and "What would have been sent" in visitor.text
    visitor.post("notices/reach/email/wanted/", wanted="no")
    assert "no notices are sent there" in visitor.text
    visitor.post("notices/reach/email/remove/")
    assert "name@example.com" not in visitor.text
    assert visitor.post("notices/reach/email/remove/").status_code == 422 and visitor.says("notices.contact_unknown")
    visitor.post("notices/reach/language/", language="ckb")
    assert re.search(r'value="ckb" checked', visitor.get("notices/reach/").content.decode())


def test_a_node_without_channels_says_so(reader: Citizen, settings: Any) -> None:
    settings.URUK = replace(settings.URUK, mode="production")
    visitor = signed_in(reader)
    visitor.get("notices/reach/")
    assert "neither e-mail nor text messages" in visitor.text
