"""My documents: shown to whoever was seen as their holder, and to nobody else."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.unit.documents.conftest import Office
from tests.unit.visitor import Visitor
from uruk.documents import api as documents

pytestmark = pytest.mark.django_db(transaction=True)
PARTS = ("", "document.pdf", "receipt.json", "qr.svg")


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_holder_sees_list_and_document(holder: Callable[..., Visitor], paper: Any, language: str) -> None:
    visitor = holder(language)
    visitor.get("documents/")
    assert str(paper.id) in visitor.text
    assert paper.title.get(language) in visitor.text
    visitor.get(f"documents/{paper.id}/")
    assert documents.group_code(paper.check_code) in visitor.text
    assert visitor.answer["Cache-Control"] == "private, no-store"


def test_files_come_with_their_names(holder: Callable[..., Visitor], office: Office, paper: Any) -> None:
    visitor = holder()
    answer = visitor.get(f"documents/{paper.id}/document.pdf")
    assert answer.content == documents.pdf(office.head.actor, paper.id)
    assert answer["Content-Disposition"] == f'attachment; filename="{paper.number}.pdf"'
    assert visitor.get(f"documents/{paper.id}/document.pdf?view")["Content-Disposition"].startswith("inline")
    assert visitor.get(f"documents/{paper.id}/receipt.json").json()["uruk"] == "receipt/1"
    assert visitor.get(f"documents/{paper.id}/qr.svg")["Content-Type"] == "image/svg+xml"


def test_checks_are_listed_by_when_and_how(holder: Callable[..., Visitor], paper: Any) -> None:
    visitor = holder()
    visitor.get(f"documents/{paper.id}/")
    assert "Nobody has checked this document" in visitor.text
    documents.check_number(paper.number, paper.check_code, "number")
    visitor.get(f"documents/{paper.id}/")
    assert "The number was typed" in visitor.text


def test_a_revoked_document_says_so_with_its_reason(holder: Callable[..., Visitor], office: Office, paper: Any) -> None:
    documents.revoke(office.head.actor, paper.id, "fraud", "")
    visitor = holder()
    visitor.get(f"documents/{paper.id}/")
    assert "Revoked" in visitor.text
    assert "Obtained by fraud" in visitor.text


@pytest.mark.parametrize("part", PARTS)
def test_another_persons_document_and_an_unknown_one_answer_alike(
    holder: Callable[..., Visitor], paper: Any, part: str
) -> None:
    visitor = holder(number="198099999999")
    pages = []
    for identifier in (paper.id, uuid4()):
        assert visitor.get(f"documents/{identifier}/{part}").status_code == 404
        pages.append(visitor.text.replace(str(identifier), ""))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("part", ["", "x/"])
def test_whoever_only_claims_the_number_sees_nothing(holder: Callable[..., Visitor], paper: Any, part: str) -> None:
    visitor = holder(seen=False)
    visitor.get("documents/" if not part else f"documents/{paper.id}/")
    assert visitor.says("ui.seen_needed")
    assert visitor.answer.status_code == 403
    assert paper.number not in visitor.text


def test_a_visitor_is_led_to_sign_in(paper: Any) -> None:
    visitor = Visitor()
    visitor.get(f"documents/{paper.id}/")
    assert visitor.path.startswith("account/sign-in/")
