"""My cases: whose turn it is and why, what I may do, what was used, each act with its receipt."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.fixtures import PASSWORD
from tests.unit.registries.samples import OTHER_NUMBER
from tests.unit.services.conftest import ANSWERS, Office, Town, _nothing_remembered, office, refused, town
from tests.unit.services.samples import NUMBER, STALL
from tests.unit.services.tasks import refuse, taken, waiting
from tests.unit.services.test_files import PNG
from tests.unit.services.test_pins import publish_newer
from tests.unit.visitor import Visitor
from uruk.people.api import claim, create_account, see
from uruk.services.api import act, ask_applicant, begin_draft, case_proof, get_case, record_payment
from uruk.services.models import CaseAct
from uruk.services.running.recording import content_digest

__all__ = ["Office", "Town", "_nothing_remembered", "office", "town"]
pytestmark = pytest.mark.django_db(transaction=True)
TITLES = {"ar": "طلباتي", "ckb": "داواکارییەکانم", "en": "My applications"}


@pytest.fixture
def person(office: Office) -> Callable[..., Visitor]:
    """The applicant, signed in: ``person("ckb")``."""

    def sign_in(language: str = "en", number: str = NUMBER) -> Visitor:
        visitor = Visitor(language)
        visitor.sign_in(number, PASSWORD)
        return visitor

    return sign_in


@pytest.fixture
def partner(office: Office, rights: None) -> Callable[[], Visitor]:
    """Somebody else, seen and signed in."""

    def sign_in() -> Visitor:
        account = create_account(PASSWORD)
        claim(account, "national", OTHER_NUMBER)
        see(office.registrar.actor, account, "national", OTHER_NUMBER)
        visitor = Visitor("en")
        visitor.sign_in(OTHER_NUMBER, PASSWORD)
        return visitor

    return sign_in


def place(case: UUID, page: str = "") -> str:
    return f"cases/{case}/{page}"


def seen(visitor: Visitor) -> str:
    """How many acts the form at hand says there were."""
    found = re.search(r'name="seen" value="(\d+)"', visitor.text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_dashboard_tells_drafts_and_whose_turn_each_case_is(
    office: Office, person: Callable[..., Visitor], language: str
) -> None:
    (case,) = waiting(office)
    draft, _ = begin_draft(office.citizen.actor, "interior", "stall", 1990)
    visitor = person(language)
    visitor.get("cases/")
    assert TITLES[language] in visitor.text and visitor.answer["Cache-Control"] == "private, no-store"
    assert str(case) in visitor.text and str(draft.id) in visitor.text
    assert {"ar": "مسجل", "ckb": "تۆمارکار", "en": "Registrar"}[language] in visitor.text


@pytest.mark.parametrize(
    ("language", "reserved"),
    [("ar", "حُجز من: الآبار"), ("ckb", "گیرا لە: بیرەکان"), ("en", "Reserved: الآبار")],
)
def test_what_a_case_does_is_said_by_what_it_does_it_with(
    office: Office, person: Callable[..., Visitor], language: str, reserved: str
) -> None:
    visitor = person(language)
    visitor.get(place(office.submitted()))
    assert reserved in re.findall(r"<h3>([^<]*)</h3>", visitor.text)


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_a_refusal_by_the_rules_says_which_condition_by_which_article_on_which_facts(
    office: Office, person: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    from uruk.services.running import asking

    monkeypatch.setattr(asking, "_read", lambda *_: asking.Told(None, "registry", ""))
    case = office.submitted()
    visitor = person(language)
    visitor.get(place(case))
    law = {"ar": "قانون التوقيع الإلكتروني", "ckb": "یاسای واژۆی ئەلیکترۆنی", "en": "Electronic Signature"}[language]
    assert law in visitor.text or "13" in visitor.text or "١٣" in visitor.text
    assert {"ar": "قررت قواعد", "ckb": "یاساکانی", "en": "rules of the service decided"}[language] in visitor.text
    assert "appeal/" in visitor.text and {"ar": "٢٠٢٦", "ckb": "٢٠٢٦", "en": "2026"}[language] in visitor.text


def test_a_refusal_by_officers_says_what_they_said_and_is_appealed_on_the_page(
    office: Office, person: Callable[..., Visitor]
) -> None:
    case = refuse(office)
    visitor = person()
    visitor.get(place(case))
    assert "decided: Refuse" in visitor.text and "appeal until 23 December 2026" in visitor.text
    assert visitor.post(place(case, "appeal/"), reason=" ").status_code == 422
    assert visitor.says("ui.answer_missing")
    visitor.post(place(case, "appeal/"), reason="لم تُقرأ أوراقي")
    assert "Your appeal was handed in" in visitor.text and "لم تُقرأ أوراقي" in visitor.text
    assert office.standing(case).turn == "task:head"
    assert visitor.get(place(case, "appeal/")).status_code == 200 and visitor.path == place(case)
    assert visitor.post(place(case, "appeal/"), reason="ثانية").status_code == 422
    assert visitor.says("services.no_appeal_left")


def test_a_case_that_waits_names_whom_since_when_how_often_and_when_it_asks_again(
    office: Office, town: Town, person: Callable[..., Visitor]
) -> None:
    town.away = True
    case = office.submit({"canal": "C1", "amount": 10}, "canal")
    office.run()
    visitor = person()
    visitor.get(place(case))
    assert "It waits for Town" in visitor.text or "It waits for المدينة" in visitor.text
    assert "has not answered since 23 November 2026, 12:00" in visitor.text and "Asked once." in visitor.text
    town.away = False
    office.clock.advance(timedelta(minutes=2))
    office.run()
    visitor.get(place(case))
    assert "has not answered" not in visitor.text


def test_a_case_that_was_sent_back_is_mended_beside_what_the_officer_said(
    office: Office, person: Callable[..., Visitor]
) -> None:
    (case,) = waiting(office)
    found = taken(office.registrar)
    act(office.registrar.actor, case, found.seq, "send_back", marks={"area": "أكبر من المتاح"})
    office.run()
    visitor = person()
    visitor.get(place(case))
    assert "It is your turn" in visitor.text and "أكبر من المتاح" in visitor.text
    visitor.get(place(case, "again/resubmit/"))
    assert "An officer said: أكبر من المتاح" in visitor.text and 'value="N0"' in visitor.text
    number = seen(visitor)
    typed = {"name": "N0", "well": "W1", "seen": number}
    assert visitor.post(place(case, "again/resubmit/"), area="1000", **typed).status_code == 422
    assert 'href="#field-area"' in visitor.text and office.standing(case).turn == "task:applicant"
    visitor.post(place(case, "again/resubmit/"), area="9", **typed)
    assert "Your answers were sent again" in visitor.text
    office.run()
    assert office.standing(case).turn == "closed:granted"
    assert office.opened(case).standing.answers["area"] == 9
    visitor.post(place(case, "again/resubmit/"), area="8", **typed)
    assert office.opened(case).standing.answers["area"] == 9


def test_where_a_repeat_itself_was_marked_rows_are_added_and_taken_out(
    office: Office, person: Callable[..., Visitor]
) -> None:
    step = "  stall:\n    fields:\n"
    free = STALL.replace(step, "  stall:\n    repeat: {min: 1, max: 3}\n    fields:\n")
    free = free.replace("is: answers.area", 'is: "sum(answers.stall.map(row, row.area))"')
    free = free.replace("answers.well", "\"'W1'\"").replace("answers.name", "\"'N'\"")
    publish_newer(office, stall=free)
    row = {"name": "N0", "area": 50, "well": "W1"}
    case = office.submit({"stall": [row, {**row, "name": "N1"}]})
    office.run()
    page, visitor = place(case, "again/resubmit/"), person()

    def form(*rows: dict[str, Any], **more: str) -> dict[str, str]:
        typed = {f"stall.{at}.{name}": str(one) for at, each in enumerate(rows) for name, one in each.items()}
        return {"rows-stall": str(len(rows)), "seen": seen(visitor), **typed, **more}

    given = taken(office.registrar)
    act(office.registrar.actor, case, given.seq, "send_back", marks={"stall.0.area": "أكبر من المتاح"})
    visitor.get(page)
    assert "page-more" not in visitor.text and "page-fewer" not in visitor.text, "only an answer was marked"
    visitor.post(page, **form(row, **{"page-fewer": "stall.1"}))
    visitor.post(page, **form(row, row))
    office.run()
    assert len(office.opened(case).standing.answers["stall"]) == 2

    given = taken(office.registrar)
    act(office.registrar.actor, case, given.seq, "send_back", marks={"stall": "واحدة ناقصة"})
    visitor.get(page)
    assert visitor.text.count("page-more") == 1 and visitor.text.count("page-fewer") == 2
    assert 'href="#field-stall"' in visitor.text and 'id="field-stall"' in visitor.text
    visitor.post(page, **form(row, {**row, "name": "N2"}, **{"page-more": "stall"}))
    assert 'name="stall.2.name"' in visitor.text and 'name="rows-stall" value="3"' in visitor.text
    assert 'value="N2"' in visitor.text and "page-more" not in visitor.text, "three is the most"
    visitor.post(page, **form(row, {**row, "name": "N2"}, {**row, "name": "N3"}, **{"page-fewer": "stall.0"}))
    assert 'value="N0"' not in visitor.text and 'name="rows-stall" value="2"' in visitor.text
    visitor.post(page, **form({**row, "name": "N2"}, {**row, "name": "N3"}, {**row, "name": "N4"}))
    assert visitor.path == place(case)
    office.run()
    names = [one["name"] for one in office.opened(case).standing.answers["stall"]]
    assert names == ["N2", "N3", "N4"]
    taken(office.registrar)


def test_an_application_is_withdrawn_after_the_page_said_that_it_ends(
    office: Office, person: Callable[..., Visitor]
) -> None:
    (case,) = waiting(office)
    act(office.registrar.actor, case, taken(office.registrar).seq, "send_back", marks={"area": "!"})
    office.run()
    visitor = person()
    visitor.get(place(case, "do/withdraw/"))
    assert "cannot be taken up again" in visitor.text
    visitor.post(place(case, "do/withdraw/"), seen="1")
    assert visitor.answer.status_code == 422 and visitor.says("services.case_moved")
    visitor.get(place(case, "do/withdraw/"))
    visitor.post(place(case, "do/withdraw/"), seen=seen(visitor))
    office.run()
    assert office.standing(case).turn == "closed:withdrawn" and "Withdrawn" in visitor.get(place(case)).content.decode()
    assert visitor.get(place(case, "do/withdraw/")).status_code == 200 and visitor.path == place(case)


def test_who_takes_what_is_granted_is_not_warned_that_it_ends(office: Office, person: Callable[..., Visitor]) -> None:
    publish_newer(office, stall=STALL.replace("withdraw: {to: withdrawn}", "accept: {to: granted}"))
    (case,) = waiting(office)
    act(office.registrar.actor, case, taken(office.registrar).seq, "send_back", marks={"area": "!"})
    office.run()
    visitor = person()
    visitor.get(place(case, "do/accept/"))
    assert "cannot be taken up again" not in visitor.text and 'class="danger"' not in visitor.text
    visitor.post(place(case, "do/accept/"), seen=seen(visitor))
    office.run()
    assert office.standing(case).turn == "closed:granted"


def test_a_fact_that_was_used_is_shown_with_its_holder_and_disputed(
    office: Office, person: Callable[..., Visitor]
) -> None:
    (case,) = waiting(office)
    visitor = person()
    visitor.get(place(case))
    assert "facts/card/dispute/" in visitor.text and "Told by" in visitor.text
    visitor.get(place(case, "facts/card/dispute/"))
    visitor.post(place(case, "facts/card/dispute/"), reason="اسم الأب خطأ")
    assert "You said that this is wrong" in visitor.text and "اسم الأب خطأ" in visitor.text
    assert taken(office.registrar).disputes == {"card": "اسم الأب خطأ"}
    assert visitor.get(place(case, "facts/none/dispute/")).status_code == 200 and visitor.path == place(case)


def test_a_question_of_an_officer_is_answered_on_the_page(office: Office, person: Callable[..., Visitor]) -> None:
    (case,) = waiting(office)
    found = taken(office.registrar)
    ask_applicant(office.registrar.actor, case, found.seq, "كم عاملاً لديك؟")
    office.run()
    visitor = person()
    visitor.get("cases/")
    assert "It is your turn" in visitor.text
    visitor.get(place(case))
    assert "كم عاملاً لديك؟" in visitor.text and "answer/" in visitor.text
    visitor.post(place(case, "answer/"), reason="عاملان")
    assert "Your answer was sent" in visitor.text and "عاملان" in visitor.text
    assert office.standing(case).turn == "task:registrar"
    assert visitor.get(place(case, "answer/")).status_code == 200 and visitor.path == place(case)


def test_each_act_has_its_receipt_checked_and_to_take_along(office: Office, person: Callable[..., Visitor]) -> None:
    case = office.submitted()
    visitor = person()
    visitor.get(place(case, "acts/1/"))
    assert "Checked just now" in visitor.text and "Signed by the institution's log" in visitor.text
    receipt = visitor.get(place(case, "acts/1/receipt.json"))
    assert receipt["Content-Disposition"] == f'attachment; filename="{case}-1.receipt.json"'
    said = json.loads(visitor.get(place(case, "acts/1/content.json")).content)
    row = CaseAct.objects.get(case=case, seq=1)
    assert content_digest(bytes.fromhex(said["salt"]), said["content"]) == bytes(row.digest)
    assert visitor.get(place(case, "acts/99/")).status_code == 404 and visitor.says("services.act_unknown")


def test_an_act_whose_row_was_changed_is_said_to_be_altered(office: Office, person: Callable[..., Visitor]) -> None:
    case = office.submitted()
    row = CaseAct.objects.get(case=case, seq=1)
    CaseAct.objects.filter(pk=row.pk).update(content=(row.content or "").replace('"area":10', '"area":11'))
    proof = case_proof(office.citizen.actor, case, 1).proof
    assert proof.problem is not None and proof.problem.code == "services.act_altered"
    visitor = person()
    visitor.get(place(case, "acts/1/"))
    assert visitor.says("services.act_altered") and "Checked just now" not in visitor.text


def test_whoever_is_named_reads_what_they_sign_and_then_the_fee_is_shown_with_where_it_is_paid(
    office: Office, person: Callable[..., Visitor], partner: Callable[[], Visitor], town: Town
) -> None:
    case = office.submit({"partner": OTHER_NUMBER, "amount": 10}, "fair")
    office.run()
    visitor, other = person(), partner()
    assert visitor.get(f"cases/signatures/{case}/").status_code == 404
    assert str(case) in other.get("cases/").content.decode()
    other.get(f"cases/signatures/{case}/")
    assert NUMBER in other.text and "I sign" in other.text
    assert other.get(place(case)).status_code == 404
    other.post(f"cases/signatures/{case}/", signs="yes")
    assert "You signed" in other.text and str(case) not in other.text
    assert other.get(f"cases/signatures/{case}/").status_code == 409
    office.run()
    visitor.get(place(case))
    assert "5,000 IQD" in visitor.text and "at a counter of" in visitor.text
    record_payment(office.clerk.actor, case, "R-77")
    office.run()
    visitor.get(place(case))
    assert "paid, receipt" in visitor.text and "R-77" in visitor.text


def test_somebody_elses_case_and_an_unknown_one_answer_alike(office: Office, partner: Callable[[], Visitor]) -> None:
    case, visitor = office.submitted(), partner()
    for page in ("", "appeal/", "answer/", "do/withdraw/", "again/resubmit/", "acts/1/", "acts/1/receipt.json",
                 "acts/1/content.json", "facts/card/dispute/", f"files/{'0' * 64}/"):  # fmt: skip
        pages = []
        for one in (case, uuid4()):
            assert visitor.get(place(one, page)).status_code == 404, page
            pages.append(visitor.text.replace(str(one), ""))
        assert pages[0] == pages[1], page
    assert str(case) not in visitor.get("cases/").content.decode()


def test_whoever_is_not_signed_in_is_asked_to(office: Office) -> None:
    case, visitor = office.submitted(), Visitor("en")
    visitor.get(place(case))
    assert visitor.path.startswith("account/sign-in/")


def test_an_officer_has_the_proof_of_an_act_noted(office: Office) -> None:
    (case,) = waiting(office)
    taken(office.registrar)
    assert case_proof(office.registrar.actor, case, 1).proof.verified is not None
    with refused("services.case_unknown"):
        case_proof(office.clerk.actor, case, 1)
    assert get_case(office.citizen.actor, case).past.acts[0].type == "case.submitted"


def test_answers_given_anew_carry_every_answer(office: Office) -> None:
    from uruk.services.api import mended

    (case,) = waiting(office)
    with refused("services.not_given_to_you"):
        mended(office.citizen.actor, case, {})
    act(office.registrar.actor, case, taken(office.registrar).seq, "send_back", marks={"area": "!"})
    office.run()
    draft: Any = mended(office.citizen.actor, case, {"area": "7"})
    assert dict(draft.answers) == ANSWERS | {"name": "N0", "area": "7"} and draft.problems == ()


def test_an_applicant_says_something_with_a_file_and_finds_it_in_their_case(
    office: Office, person: Callable[..., Visitor]
) -> None:
    file = "fields: {street: {type: file, types: [png], max_kib: 1}}"
    publish_newer(office, stall=STALL.replace("withdraw: {to: withdrawn}", f"withdraw: {{to: withdrawn, {file}}}"))
    (case,) = waiting(office)
    given = taken(office.registrar)
    act(office.registrar.actor, case, given.seq, "send_back", marks={"area": "x"})
    page, visitor = place(case, "do/withdraw/"), person()
    visitor.get(page)
    number = seen(visitor)
    assert "PNG, at most 1 KiB." in visitor.text
    for wrong in ({}, {"street": SimpleUploadedFile("x.png", b"MZ" + b"x" * 60)}):
        assert visitor.post(page, seen=number, **wrong).status_code == 422
    visitor.post(page, seen=number, street=SimpleUploadedFile("paper.png", PNG))
    assert visitor.path == place(case), visitor.text
    (link,) = re.findall(rf'href="/en/(cases/{case}/files/[0-9a-f]{{64}}/)"', visitor.text)
    assert visitor.get(link).content == PNG
