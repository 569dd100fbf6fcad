"""Finding a service and applying for it, page by page, in three languages."""

import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import PASSWORD, make_institution, make_officer, told_rights
from tests.kinds import KINDS
from tests.unit.services.domain.samples import FOLDERS
from tests.unit.visitor import Visitor
from tests.worlds import WORLDS
from uruk.definitions.api import load_country
from uruk.kernel.api import Actor
from uruk.people.api import claim, create_account, see
from uruk.publishing.api import publish_country
from uruk.publishing.publication import publish_definition
from uruk.registries.api import Change, change
from uruk.services.models import Case, Draft

pytestmark = pytest.mark.database
NUMBER = "999000000001"
STALL = "services/town/stall/"
TITLES = {"ar": "بسطة في يوم السوق", "ckb": "دوکانێک لە ڕۆژی بازاڕدا", "en": "A stall on a market day"}
ASKED = ':\n    when: "facts.trader.found || !facts.trader.found"'  # whatever is known, it must be known first
MORE = {
    "ar": "تُسأل عن المزيد بعد تسجيل الدخول",
    "ckb": "پاش چوونەژوورەوە زیاترت لێ دەپرسرێت",
    "en": "More is asked once you have signed in",
}
GOODS = {"goods": "bread", "stall": "٧", "area_m2": "10"}


def make_market() -> tuple[Any, ...]:
    """A town with its service in force, and a trader whose card was seen."""
    make_institution("town")
    publish_country(Actor.system(), load_country(FOLDERS["stall"], KINDS))
    values = {"number": NUMBER, "name": "كوبابا", "born": "1990-01-01", "goods": "bread", "since": "2020-01-01"}
    change(Actor.system("town"), "town", "traders", [Change("create", values=values)], "letter 7")
    with told_rights():
        clerk = make_officer("clerk", "town", "officer.clerk")
        person = create_account(PASSWORD)
        claim(person, "national", NUMBER)
        see(clerk.actor, person, "national", NUMBER)
    return (clerk,)


@pytest.fixture
def market(transactional_db: None, log: Any) -> None:
    """The town, as `make_market` leaves it."""


WORLDS[f"{__name__}.market"] = make_market


def trader(language: str = "en") -> Visitor:
    visitor = Visitor(language)
    visitor.sign_in(NUMBER, PASSWORD)
    return visitor


def begun(visitor: Visitor) -> str:
    """Begin, and give the address of the application."""
    visitor.post(f"{STALL}begin/")
    return re.match(r"applications/[^/]+/", visitor.path)[0]


def answered(visitor: Visitor) -> str:
    """Answer all, and give the address of the application."""
    draft = begun(visitor)
    visitor.post(f"{draft}day/", day="1/12/2026")
    visitor.post(f"{draft}places/0/", **GOODS)
    visitor.post(f"{draft}places/0/", **GOODS, oven="no")
    return draft


@pytest.mark.parametrize(("language", "told"), MORE.items())
def test_who_is_not_signed_in_is_told_that_a_fact_decides_what_else_is_asked(
    market: None, tmp_path: Path, language: str, told: str
) -> None:
    folder = shutil.copytree(FOLDERS["stall"], tmp_path / "country")
    service = folder / "institutions" / "town" / "services" / "stall" / "service.yaml"
    rows = "  places:\n    repeat"
    text = service.read_text(encoding="utf-8")
    service.write_text(text.replace(rows, rows.replace(":", ASKED, 1)), encoding="utf-8")
    newer = next(one for one in load_country(folder, KINDS).of_kind("service", "town") if one.code == "stall")
    publish_definition(Actor.system("town"), newer)
    anybody, known = Visitor(language), trader(language)
    anybody.post(f"{STALL}begin/", **{"born-year": "1990"})
    anybody.post(f"applications/{Draft.objects.get().pk}/day/", day="")
    known.post(f"{begun(known)}day/", day="")
    assert told in anybody.text
    assert told not in known.text


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_from_the_directory_to_the_receipt(market: None, language: str) -> None:
    visitor = trader(language)
    visitor.get("services/")
    assert TITLES[language] in visitor.text
    visitor.get(STALL)
    assert visitor.answer.status_code == 200 and TITLES[language] in visitor.text
    draft = begun(visitor)
    assert visitor.path == f"{draft}day/"
    visitor.post(f"{draft}day/", day="١/١٢/٢٠٢٦")
    assert visitor.path == f"{draft}places/0/"
    visitor.post(visitor.path, **GOODS)
    assert visitor.answer.status_code == 200 and 'name="oven"' in visitor.text, "bread leads to one more question"
    visitor.post(f"{draft}places/0/", **GOODS, oven="no")
    assert visitor.path == draft and "field-" not in visitor.text.split("<main", 1)[1]
    visitor.post(draft)
    case = Case.objects.get()
    assert visitor.path == f"applications/{case.pk}/submitted/" and str(case.pk) in draft
    assert not Draft.objects.exists()
    visitor.get(draft)
    assert visitor.path == f"cases/{case.pk}/", "the back button leads to the case"


def test_what_is_wrong_is_told_at_its_field_and_kept_as_typed(market: None) -> None:
    visitor = trader()
    draft = begun(visitor)
    visitor.post(f"{draft}day/", day="tomorrow")
    assert visitor.answer.status_code == 422 and visitor.says("definitions.field_not_date")
    assert 'value="tomorrow"' in visitor.text and 'href="#field-day"' in visitor.text
    visitor.post(f"{draft}day/", day="2026-12-01")
    visitor.post(f"{draft}places/0/", goods="cloth", stall="100", area_m2="")
    assert visitor.answer.status_code == 422
    assert visitor.says("definitions.field_above_max", max=99) and visitor.says("definitions.field_required")
    visitor.get(draft)
    assert "Something is missing or wrong still" in visitor.text and "Submit the application" not in visitor.text


def test_rows_are_added_and_taken_out_within_their_bounds(market: None) -> None:
    visitor = trader()
    draft = begun(visitor)
    visitor.post(f"{draft}day/", day="2026-12-01")
    for row in (0, 1):
        visitor.post(f"{draft}places/{row}/", goods="cloth", stall=str(row + 1), area_m2="4", go="add")
        assert visitor.path == f"{draft}places/{row + 1}/"
    assert "Save and add another" not in visitor.text, "three are the most"
    visitor.post(f"{draft}places/2/", go="take-out")
    assert [row["stall"] for row in Draft.objects.get().answers["places"]] == ["1", "2"]
    visitor.post(f"{draft}places/1/", go="take-out")
    visitor.post(f"{draft}places/0/", go="take-out", goods="cloth", stall="3", area_m2="4")
    assert [row["stall"] for row in Draft.objects.get().answers["places"]] == ["3"], "one is the least"
    visitor.get(f"{draft}places/2/")
    assert "That page is not asked any more" in visitor.text


def test_two_tabs_keep_what_each_of_them_typed(market: None) -> None:
    visitor, other = trader(), trader()
    draft = begun(visitor)
    other.get(f"{draft}places/0/")
    visitor.post(f"{draft}day/", day="2026-12-01")
    other.post(f"{draft}places/0/", goods="cloth", stall="1", area_m2="4")
    assert Draft.objects.get().answers["day"] == "2026-12-01"
    visitor.post(draft)
    other.post(draft)
    assert Case.objects.count() == 1 and other.path.startswith("cases/"), "twice submitted is once"


def test_the_summary_leads_to_a_page_and_back(market: None) -> None:
    visitor = trader()
    draft = answered(visitor)
    assert f"{draft}places/0/?change" in visitor.text
    visitor.post(f"{draft}day/?change", day="2026-12-02")
    assert visitor.path == draft


def test_ten_digits_open_it_again_and_are_shown_once(market: None) -> None:
    visitor = Visitor("en")
    visitor.post(f"{STALL}begin/", **{"born-year": "90"})
    assert visitor.answer.status_code == 422 and visitor.says("services.born_year")
    visitor.post(f"{STALL}begin/", **{"born-year": "١٩٩٠"})
    digits = re.search(r"<strong>(\d{5} \d{5})</strong>", visitor.text)[1]
    draft = f"applications/{Draft.objects.get().pk}/"
    visitor.post(f"{draft}day/", day="2026-12-01")
    assert digits not in visitor.text
    other = Visitor("ckb")
    other.get(draft)
    assert other.answer.status_code == 404
    other.post("resume/", **{"ten-digits": digits, "born-year": "1991"})
    assert other.answer.status_code == 422 and other.says("services.draft_unknown")
    other.post("resume/", **{"ten-digits": digits, "born-year": "1990"})
    assert other.path == draft and other.answer.status_code == 200
    visitor.get(draft)
    assert visitor.answer.status_code == 404, "who resumes it has it alone"
    other.post(f"{draft}places/0/", goods="cloth", stall="1", area_m2="4")
    other.post(draft)
    assert other.path.startswith("account/sign-in/")
    other.sign_in(NUMBER, PASSWORD)
    other.post(draft)
    assert other.path.endswith("submitted/")


def test_five_wrong_years_close_it(market: None) -> None:
    visitor = Visitor("en")
    visitor.post(f"{STALL}begin/", **{"born-year": "1990"})
    digits = re.search(r"<strong>(\d{5} \d{5})</strong>", visitor.text)[1]
    for _ in range(5):
        visitor.post("resume/", **{"ten-digits": digits, "born-year": "1980"})
    visitor.post("resume/", **{"ten-digits": digits, "born-year": "1990"})
    assert visitor.says("services.draft_unknown")


def test_an_address_begins_so_many_applications_and_tries_so_many_digits_and_a_node_takes_so_many(
    market: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uruk.people import attempts
    from uruk.people.domain.limits import Limit
    from uruk.services.applying import bounding

    monkeypatch.setattr(attempts, "VISITS", Limit(2, timedelta(hours=1)))
    visitor = Visitor("en")
    for _ in range(2):
        visitor.post(f"{STALL}begin/", **{"born-year": "1990"})
        visitor.post("resume/", **{"ten-digits": "0000000000", "born-year": "1990"})
    assert visitor.says("services.draft_unknown") and Draft.objects.count() == 2
    visitor.post("resume/", **{"ten-digits": "0000000000", "born-year": "1990"})
    assert visitor.says("people.too_many_tries", minutes=60) and visitor.answer.status_code == 422
    visitor.post(f"{STALL}begin/", **{"born-year": "1990"})
    assert visitor.says("people.too_many_tries", minutes=60) and Draft.objects.count() == 2
    monkeypatch.setattr(attempts, "VISITS", Limit(99, timedelta(hours=1)))
    monkeypatch.setattr(bounding, "MAX_VISITORS", 2)
    visitor.post(f"{STALL}begin/", **{"born-year": "1990"})
    assert visitor.says("services.too_many_drafts") and Draft.objects.count() == 2
    monkeypatch.setattr(bounding, "MAX_LISTED", 1)
    signed_in = trader()
    begun(signed_in)
    signed_in.post(f"{STALL}begin/")
    assert signed_in.says("services.drafts_full", max=1) and Draft.objects.count() == 3


def test_a_draft_is_deleted_once_that_is_said_again(market: None) -> None:
    visitor = trader()
    draft = begun(visitor)
    visitor.get(f"{draft}discard/")
    assert Draft.objects.exists()
    visitor.post(f"{draft}discard/")
    assert not Draft.objects.exists() and visitor.path == STALL


def test_where_a_declaration_is_enough_who_was_not_seen_submits_all_the_same(market: None) -> None:
    person = create_account(PASSWORD)
    claim(person, "national", "999000000009")
    visitor = Visitor("en")
    visitor.sign_in("999000000009", PASSWORD)
    draft = answered(visitor)
    visitor.post(draft)
    assert visitor.path.endswith("/submitted/")


def test_an_unknown_service_is_refused_with_a_sentence(market: None) -> None:
    visitor = Visitor("en")
    for path in ("services/town/nothing/", "services/nowhere/stall/", "services/town/nothing/entitled/"):
        visitor.get(path)
        assert visitor.answer.status_code == 404 and "services.service_not_open" in visitor.text


@pytest.mark.parametrize(
    ("language", "heading"), [("ar", "نتائج البحث"), ("ckb", "ئەنجامی گەڕان"), ("en", "What was found")]
)
def test_a_search_is_headed_by_what_it_is(market: None, language: str, heading: str) -> None:
    """Not by another room's word: "found" of a duplicate is the day on which it was."""
    visitor = Visitor(language)
    visitor.get("services/?q=nothing")
    assert re.search(rf"{heading}: <bdi>nothing</bdi></h2>", visitor.text)


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_services_stand_under_the_event_of_a_life_that_they_name(
    transactional_db: None, log: Any, language: str
) -> None:
    make_institution("agriculture")
    publish_country(Actor.system(), load_country(FOLDERS["season-plan"], KINDS))
    visitor = Visitor(language)
    visitor.get("services/")
    farming = {"ar": "الزراعة والأرض", "ckb": "کشتوکاڵ و زەوی", "en": "Farming and land"}[language]
    plan = {"ar": "الخطة الزراعية الموسمية", "ckb": "پلانی کشتوکاڵیی وەرزی", "en": "Season plan"}[language]
    assert visitor.text.index(farming) < visitor.text.index(plan)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("سوق", True), ("السُّوق", True), ("بَسطة", True), ("بسطه يوم", True), ("دوكان", True), ("بازاڕ", True),
     ("MARKET", True), ("مزرعة", False), ("بسطة مزرعة", False)],
)  # fmt: skip
def test_services_are_found_in_whatever_spelling(market: None, asked: str, found: bool) -> None:
    visitor = Visitor("en")
    visitor.client.get("/en/services/", {"q": asked})
    visitor.answer = visitor.client.get("/en/services/", {"q": asked})
    assert (TITLES["en"] in visitor.text) is found
