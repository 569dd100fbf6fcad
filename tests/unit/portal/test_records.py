"""What the state knows about me: a person's own records, and how they ask for a correction."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.fixtures import MOMENT, PASSWORD
from tests.unit.registries.conftest import Archive, _nothing_remembered, archive
from tests.unit.registries.samples import NUMBER, OTHER_NUMBER
from tests.unit.visitor import Visitor
from uruk.kernel.api import CodedError, Text
from uruk.people.api import see
from uruk.registries import api as registries
from uruk.registries.api import Change, Elsewhere, RecordElsewhere

__all__ = ["Archive", "_nothing_remembered", "archive"]
pytestmark = pytest.mark.django_db(transaction=True)
TITLES = {"ar": "ما تعرفه الدولة عني", "ckb": "دەوڵەت چی لەبارەی منەوە دەزانێت", "en": "What the state knows about me"}
CARDS = {"ar": "البطاقات", "ckb": "کارتەکان", "en": "البطاقات"}
PHONE = "+964 770"
LISTING = "uruk.portal.records.listing."


@pytest.fixture
def person(archive: Archive, citizen: Callable[..., Any]) -> Callable[..., Visitor]:
    """A person seen by a clerk and signed in: ``person("ckb")``."""

    def sign_in(language: str = "en", number: str = NUMBER, *, seen: bool = True) -> Visitor:
        found = citizen(number)
        if seen:
            see(archive.registrar.actor, found.person, "national", number)
        visitor = Visitor(language)
        visitor.sign_in(number, PASSWORD)
        return visitor

    return sign_in


def place(record: Any, page: str = "", registry: str = "cards") -> str:
    return f"records/interior/{registry}/{record}/{page}"


def typed(**changed: str) -> dict[str, str]:
    """What the form holds when it is opened, and what was typed over it."""
    form = {
        "name.given": "زينب", "name.father": "علي", "name.grandfather": "حسن", "born": "1980-05-06",
        "what-is-wrong": "correct", "change-reason": "see the letter", "base-version": "1",
    }  # fmt: skip
    return form | {name.replace("__", "-"): value for name, value in changed.items()}


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_a_person_sees_their_records_with_what_is_withheld_and_who_reads_it(
    archive: Archive, person: Callable[..., Visitor], language: str
) -> None:
    record = archive.card(phone=PHONE, note="hidden from its person")
    visitor = person(language)
    visitor.get("records/")
    assert TITLES[language] in visitor.text and CARDS[language] in visitor.text
    assert str(record) in visitor.text and visitor.answer["Cache-Control"] == "private, no-store"
    visitor.get(place(record))
    assert PHONE in visitor.text and visitor.answer["Cache-Control"] == "private, no-store"
    assert {"ar": "ملاحظة", "ckb": "تێبینی", "en": "ملاحظة"}[language] in visitor.text
    assert {"ar": "رئيس", "ckb": "سەرۆک", "en": "Head"}[language] in visitor.text
    assert "hidden from its person" not in visitor.text
    assert {"ar": "مسجل", "ckb": "تۆمارکار", "en": "Registrar"}[language] in visitor.text


def test_a_version_comes_with_its_receipt(archive: Archive, person: Callable[..., Visitor]) -> None:
    record = archive.card()
    visitor = person()
    visitor.get(place(record))
    assert place(record, "receipts/1.json") in visitor.text
    answer = visitor.get(place(record, "receipts/1.json"))
    assert answer.json()["uruk"].startswith("record-receipt/") or "salt" in answer.json()
    assert answer["Content-Disposition"] == f'attachment; filename="{record}-1.receipt.json"'


@pytest.mark.parametrize("page", ["", "correct/", "receipts/1.json", f"files/{'0' * 64}/"])
def test_another_persons_record_and_an_unknown_one_answer_alike(
    archive: Archive, person: Callable[..., Visitor], page: str
) -> None:
    record = archive.card(phone=PHONE)
    visitor = person(number=OTHER_NUMBER)
    pages = []
    for one in (record, uuid4()):
        assert visitor.get(place(one, page)).status_code == 404
        pages.append(visitor.text.replace(str(one), ""))
        assert visitor.post(place(one, "correct/"), **typed(phone="1")).status_code == 404
    assert pages[0] == pages[1]
    visitor.get("records/")
    assert str(record) not in visitor.text and "keep no record about you" in visitor.text


@pytest.mark.parametrize("path", ["records/", "records/requests/", None])
def test_whoever_only_claims_the_number_sees_nothing(
    archive: Archive, person: Callable[..., Visitor], path: str | None
) -> None:
    record = archive.card(phone=PHONE)
    visitor = person(seen=False)
    assert visitor.get(path or place(record)).status_code == 403
    assert visitor.says("ui.seen_needed") and PHONE not in visitor.text
    visitor.get("account/")
    assert "Corrections you asked for" not in visitor.text


def test_a_visitor_is_led_to_sign_in(archive: Archive) -> None:
    visitor = Visitor()
    visitor.get(place(archive.card()))
    assert visitor.path.startswith("account/sign-in/")


def test_a_record_that_was_about_somebody_else_tells_nothing_of_them(
    archive: Archive, person: Callable[..., Visitor]
) -> None:
    record = archive.card(phone=PHONE)
    name = {"given": "سارة", "father": "قاسم", "grandfather": "جواد"}
    archive.by_two(Change("change", record, 1, {"number": OTHER_NUMBER, "name": name, "phone": None}))
    visitor = person(number=OTHER_NUMBER)
    visitor.get(place(record))
    assert "سارة" in visitor.text and "It was about somebody else then" in visitor.text
    for told in (PHONE, "زينب", NUMBER, place(record, "receipts/1.json")):
        assert told not in visitor.text
    assert visitor.get(place(record, "receipts/1.json")).status_code == 404


# -- asking for a correction -----------------------------------------------------------------------------------------


def test_the_form_asks_only_for_what_its_person_sees_and_for_no_number(
    archive: Archive, person: Callable[..., Visitor]
) -> None:
    visitor = person()
    visitor.get(place(archive.card(phone=PHONE, note="x"), "correct/"))
    for name in ("name.given", "born", "phone", "change-reason", "change-evidence"):
        assert f'name="{name}"' in visitor.text
    for name in ("number", "note"):
        assert f'name="{name}"' not in visitor.text


def test_what_was_asked_for_waits_and_is_refused_with_a_reason(
    archive: Archive, person: Callable[..., Visitor]
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    record, visitor = archive.card(phone=PHONE), person()
    letter = SimpleUploadedFile("letter.pdf", b"%PDF-1.7 a letter")
    visitor.post(place(record, "correct/"), **typed(phone="+964 780"), **{"change-evidence": letter})
    assert visitor.path.startswith("records/requests/") and "handed in" in visitor.text
    asked = registries.open_requests(archive.registrar.actor, "interior", "cards")[0]
    assert asked.by_citizen and asked.reason == "see the letter" and len(asked.evidence) == 1
    assert [(one.field, one.before, one.after) for one in asked.changes[0].changes] == [("phone", PHONE, "+964 780")]
    page = f"records/requests/{asked.id}/"
    assert visitor.get(f"{page}files/{asked.evidence[0]}/").content == b"%PDF-1.7 a letter"
    assert visitor.answer["Content-Disposition"] == 'attachment; filename="file.pdf"'
    registries.refuse_request(archive.registrar.actor, asked.id, "The letter is not signed")
    visitor.get(page)
    assert "The letter is not signed" in visitor.text and "Refused" in visitor.text
    for path in ("account/", "records/", place(record), "records/requests/"):
        visitor.get(path)
        assert page in visitor.text and "Refused" in visitor.text


def test_a_request_is_taken_back_by_its_author_alone(archive: Archive, person: Callable[..., Visitor]) -> None:
    record, visitor, other = archive.card(), person(), person(number=OTHER_NUMBER)
    visitor.post(place(record, "correct/"), **typed(phone="1"))
    page = f"records/requests/{registries.open_requests(archive.registrar.actor, 'interior', 'cards')[0].id}/"
    for path in (page, f"{page}files/{'0' * 64}/"):
        assert other.get(path).status_code == 404
    assert other.post(f"{page}take-back/").status_code == 404
    assert "Take the request back" in visitor.get(page).content.decode()
    visitor.get(f"{page}take-back/")
    assert "Take the request back" in visitor.text
    visitor.post(f"{page}take-back/")
    assert "Nothing was changed" in visitor.text and "Take the request back" not in visitor.text
    visitor.post(f"{page}take-back/")
    assert visitor.says("registries.request_closed")


def test_what_is_accepted_stands_in_the_history_as_asked(archive: Archive, person: Callable[..., Visitor]) -> None:
    record, visitor = archive.card(phone="1"), person()
    visitor.post(place(record, "correct/"), **typed(phone="2", what__is__wrong="change", valid__from="23/11/2026"))
    asked = registries.open_requests(archive.registrar.actor, "interior", "cards")[0]
    assert (asked.changes[0].kind, str(asked.changes[0].valid_from)) == ("change", "2026-11-23")
    for officer, step in ((archive.registrar, registries.submit_request), (archive.head, registries.approve_request)):
        proposal = registries.request_proposal(officer.actor, asked.id)
        step(officer.actor, asked.id, officer.approve(proposal))
    visitor.get(place(record))
    assert "as you asked" in visitor.text and "My request" in visitor.text and "Accepted" in visitor.text
    visitor.get(f"records/requests/{asked.id}/")
    assert "accepted and recorded" in visitor.text


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, "portal.nothing_asked"),
        ({"phone": "1", "base-version": "7"}, "portal.record_moved"),
        ({"phone": "1", "change-reason": " "}, "registries.reason_missing"),
        ({"born": "yesterday"}, "definitions.field_not_date"),
        ({"phone": "1", "what-is-wrong": "change", "valid-from": "soon"}, "definitions.field_not_date"),
    ],
)
def test_what_is_wrong_with_a_request_is_said_and_nothing_is_asked(
    archive: Archive, person: Callable[..., Visitor], changed: dict[str, str], code: str
) -> None:
    record, visitor = archive.card(), person()
    answer = visitor.post(place(record, "correct/"), **typed(**changed))
    assert answer.status_code == 422
    values = {"maximum": 1000}
    assert visitor.says(code, **values), visitor.text
    assert registries.open_requests(archive.registrar.actor, "interior", "cards") == ()


def test_a_form_that_comes_back_carries_its_files_but_never_too_many(
    archive: Archive, person: Callable[..., Visitor]
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    record, visitor = archive.card(), person()
    visitor.post(place(record, "correct/"), **typed(), **{"change-evidence": SimpleUploadedFile("letter.txt", b"x")})
    assert visitor.answer.status_code == 422 and "letter.txt" in visitor.text
    carried = re.findall(r'name="carried-change-evidence" value="([^"]+)"', visitor.text)
    visitor.post(place(record, "correct/"), **typed(phone="1"), **{"carried-change-evidence": carried * 6})
    assert visitor.answer.status_code == 422 and visitor.says("portal.too_many_files", maximum=4)
    visitor.post(place(record, "correct/"), **typed(phone="1"), **{"carried-change-evidence": [*carried, "forged"]})
    asked = registries.open_requests(archive.registrar.actor, "interior", "cards")[0]
    assert len(asked.evidence) == 1


def test_a_request_that_the_record_outran_says_so(archive: Archive, person: Callable[..., Visitor]) -> None:
    record, visitor = archive.card(), person()
    visitor.post(place(record, "correct/"), **typed(phone="1"))
    asked = registries.open_requests(archive.registrar.actor, "interior", "cards")[0]
    archive.by_two(Change("change", record, 1, {"phone": "9"}))
    visitor.get(f"records/requests/{asked.id}/")
    assert "has changed since you asked" in visitor.text


def test_a_withdrawn_record_is_shown_and_cannot_be_corrected(archive: Archive, person: Callable[..., Visitor]) -> None:
    record, visitor = archive.card(), person()
    archive.by_two(Change("withdraw", record, 1))
    visitor.get(place(record))
    assert "Withdrawn" in visitor.text and place(record, "correct/") not in visitor.text
    visitor.get(place(record, "correct/"))
    assert visitor.path == place(record)


ELSEWHERE = Elsewhere("fields", Text("الزراعة", "کشتوکاڵ", "Agriculture"), "https://fields.example/", None)
TOLD = RecordElsewhere(
    uuid4(), "Farmer cards", "Noor <Kazim>", "live", date(2026, 2, 3), MOMENT, uuid4(), (("Crop", "Wheat & barley"),),
    (("Note", "Head"),),
)  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_what_other_nodes_told_stands_on_the_same_page(
    archive: Archive, person: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    asked: list[str] = []
    others = (replace(ELSEWHERE, records=(TOLD,)), replace(ELSEWHERE, names=Text("ص", "ت", "Health"), records=()))
    monkeypatch.setattr(LISTING + "records_elsewhere", lambda actor, lang: asked.append(lang) or others)
    record, visitor = archive.card(), person(language)
    visitor.get("records/")
    assert asked == [language]
    for said in (str(record), ELSEWHERE.names.get(language), "Farmer cards", "Noor <Kazim>", "Crop", "Wheat & barley"):
        assert said in visitor.text
    assert b"Noor &lt;Kazim&gt;" in visitor.answer.content
    assert f"https://fields.example/{language}/records/" in visitor.text
    assert {"ar": "سُئلت هذه أيضاً", "ckb": "ئەمانەش پرسیاریان لێ کرا", "en": "These were asked too"}[
        language
    ] in visitor.text
    assert others[1].names.get(language) in visitor.text and "did not answer" not in visitor.text


def test_whoever_has_not_answered_is_named_with_its_own_page(
    archive: Archive, person: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LISTING + "records_elsewhere", lambda actor, lang: (ELSEWHERE,))
    visitor = person()
    visitor.get("records/")
    assert "did not answer just now" in visitor.text and "https://fields.example/en/records/" in visitor.text
    assert "that answered keep no record about you" in visitor.text


@pytest.mark.parametrize(
    "error",
    [
        CodedError("people.sign_in_elsewhere", institutions=[Text("ص", "ت", "Health")]),
        CodedError("people.too_many_tries", minutes=7),
        CodedError("trust.log_unavailable"),
    ],
    ids=lambda error: error.code,
)
def test_where_nobody_can_be_asked_the_page_shows_what_is_here_and_says_why(
    archive: Archive, person: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch, error: CodedError
) -> None:
    def refuse(*_: Any) -> Any:
        raise error

    record, visitor = archive.card(), person("ckb")
    monkeypatch.setattr(LISTING + "records_elsewhere", refuse)
    monkeypatch.setattr(LISTING + "holders_elsewhere", lambda: (ELSEWHERE,))
    visitor.get("records/")
    assert visitor.answer.status_code == 200 and str(record) in visitor.text
    assert error.sentence("ckb") in visitor.text and "https://fields.example/ckb/records/" in visitor.text


def test_readings_are_narrowed_to_one_institution(archive: Archive, person: Callable[..., Visitor]) -> None:
    record, visitor = archive.card(), person()
    archive.get(record, "cards", by=archive.head)
    visitor.get(place(record))
    assert "readings/?holder=interior" in visitor.text
    visitor.get("readings/?holder=interior")
    assert "An officer of" in visitor.text and "All institutions" in visitor.text
    visitor.get("readings/?holder=nobody")
    assert "An officer of" not in visitor.text
