"""The pages of a service: which are asked, one as a form, what was typed as answers, all of it in words."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation

from tests.kinds import KINDS
from tests.unit.services.domain.samples import FOLDERS, ground, linked
from uruk.definitions.api import Country, load_country
from uruk.kernel.api import CodedError
from uruk.services.api import DraftView, check_answers
from uruk.services.domain.ground import AWAY
from uruk.ui.api import (
    Page,
    SentFiles,
    answer_label,
    answers_told,
    draft_summary,
    fact_told,
    facts_told,
    find_page,
    first_unanswered,
    follow_up,
    loose_problems,
    next_page,
    page_answers,
    page_of,
    page_problems,
    page_rows,
    previous_page,
    step_pages,
    values_told,
    with_row,
    without_row,
)

PARCELS = [
    {"code": "babil-12-4", "plot": "4", "area_m2": 25000, "irrigation": "flood"},
    {"code": "babil-12-5", "plot": "5", "area_m2": 10000, "irrigation": "sprinkler"},
]
PLACE = {"goods": "cloth", "stall": 1, "area_m2": 4}


@cache
def country_of(code: str) -> Country:
    """The country of a service."""
    return load_country(FOLDERS[code], KINDS)


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a draft of a service in its country: ``there("stall", {"day": "2026-12-01"})``."""

    def draft(code: str, answers: Mapping[str, Any], **facts: Any) -> DraftView:
        country = country_of(code)
        monkeypatch.setattr("uruk.publishing.countries.find_country", lambda: country)
        return made(country, code, answers, facts)

    return draft


def made(country: Country, code: str, answers: Mapping[str, Any], facts: Mapping[str, Any]) -> DraftView:
    service, known = linked(code), {name: one for name, one in facts.items() if one is not AWAY}
    base = ground()
    found = check_answers(service, answers, replace(base, facts=known, applicant={}), whole=False)
    (definition,) = (one for one in country.of_kind("service") if one.code == code)
    return DraftView(
        id=UUID(int=1),
        institution=definition.institution,
        service=code,
        definition=definition,
        answers=answers,
        cleaned=found.values,
        problems=tuple(found.errors),
        asked=tuple(found.asked),
        questions=found.questions,
        about=found.about,
        facts=known,
        linked=service,
        waiting=tuple(sorted(found.waiting)),
        came=(),
        went=(),
        saved_at=datetime(2026, 11, 1, tzinfo=UTC),
        deleted_on=date(2026, 12, 1),
    )


def names(draft: DraftView) -> list[tuple[object, ...]]:
    return [page.address for page in step_pages(draft)]


def page(draft: DraftView, *address: Any) -> Page:
    found = find_page(draft, *address)
    assert found is not None
    return found


def test_a_step_is_a_page_and_a_repeated_one_a_page_for_each_row_of_its_fact(there: Any) -> None:
    draft = there("season-plan", {}, parcels=PARCELS)
    assert names(draft) == [("season",), ("crops", 0), ("crops", 1), ("pledge",)]
    assert "plot \u20684\u2069?" in page(draft, "crops", 0).title and "5" in page(draft, "crops", 1).title
    assert page(draft, "crops", 0).help == "One page for each parcel in your name."
    assert not page(draft, "crops", 0).more and not page(draft, "crops", 0).fewer
    assert (next_page(draft, page(draft, "crops", 1)), previous_page(draft, page(draft, "season"))) == (
        page(draft, "pledge"),
        None,
    )
    assert previous_page(draft, page(draft, "pledge")) == page(draft, "crops", 1)
    assert next_page(draft, page(draft, "pledge")) is None


def test_pages_over_a_fact_that_nobody_told_wait_for_it(there: Any) -> None:
    draft = there("season-plan", {"season": "winter-2026"})
    assert page(draft, "crops").waiting == "parcels" and page(draft, "crops").names == ()
    assert first_unanswered(draft) == page(draft, "crops")
    assert names(there("season-plan", {}, parcels=[])) == [("season",), ("pledge",)], "who has none is asked of none"


def test_a_free_step_has_as_many_rows_as_somebody_wants_within_its_bounds(there: Any) -> None:
    draft = there("stall", {})
    assert names(draft) == [("day",), ("places", 0)], "one is the least"
    assert (page(draft, "places", 0).more, page(draft, "places", 0).fewer) == (True, False)
    draft = there("stall", with_row(there("stall", {"places": [PLACE, PLACE]}), "places"))
    assert draft.answers == {"places": [PLACE, PLACE, {}]} and names(draft)[-1] == ("places", 2)
    assert (page(draft, "places", 2).more, page(draft, "places", 1).fewer) == (False, True)
    assert page(draft, "places", 1).title.endswith("(2)")
    assert without_row(draft, page(draft, "places", 0)) == {"places": [PLACE, {}]}


def test_a_question_is_asked_with_the_bounds_and_files_that_it_takes(there: Any) -> None:
    rows = {"crops": [{"crop": "wheat", "irrigation": "drip", "area_m2": "99999"}, {}]}
    draft = there("season-plan", rows, parcels=PARCELS)
    first, second = page(draft, "crops", 0), page(draft, "crops", 1)
    assert first.names == ("crop", "irrigation", "area_m2", "equipment") and "equipment" not in second.names
    form = {row.name: row for row in page_rows(draft, first, judged=True)}
    assert form["area_m2"].value == "39.9996" and "From 0.01 to 10 dunams." in form["area_m2"].hint
    assert "at most 4096 KiB" in form["equipment"].hint and form["equipment"].error
    assert [one.error for one in page_rows(draft, second)] == ["", "", ""], "what nobody saw is no mistake"
    assert set(page_problems(draft, first)) == {"area_m2", "equipment"}


def test_a_page_with_one_question_alone_is_its_label(there: Any) -> None:
    draft = there("season-plan", {}, parcels=PARCELS)
    (row,) = page_rows(draft, page(draft, "pledge"))
    assert (row.label, row.kind) == ("What I wrote is true and I will plant what I wrote", "checkbox")


def test_a_declaration_that_is_not_ticked_says_no(there: Any) -> None:
    draft = there("season-plan", {}, parcels=PARCELS)
    at = page(draft, "pledge")
    assert page_answers(draft, at, {}) == {"pledge": "no"} and page_answers(draft, at, {"pledge": "yes"}) == {
        "pledge": "yes"
    }
    draft = there("season-plan", {"pledge": "no"}, parcels=PARCELS)
    (row,) = page_rows(draft, at, judged=True)
    assert (row.value, page_problems(draft, at)["pledge"].code) == ("", "definitions.field_declaration")


def test_what_was_typed_becomes_answers_and_a_blank_box_takes_one_away(there: Any) -> None:
    draft = there("stall", {"day": "2026-12-01", "places": [PLACE, PLACE]})
    assert page_answers(draft, page(draft, "day"), {"day": " 1/12/2026 "}) == {"day": "1/12/2026"}
    assert page_answers(draft, page(draft, "day"), {"day": ""}) == {"day": None}
    typed = {"goods": "cloth", "stall": "", "area_m2": "٥", "oven": "yes"}
    assert page_answers(draft, page(draft, "places", 1), typed) == {
        "places": [PLACE, {"goods": "cloth", "area_m2": "٥"}]
    }, "what is not asked is not taken"


def test_an_answer_leads_to_a_question_on_the_same_page(there: Any) -> None:
    before = there("stall", {"places": [{}]})
    after = there("stall", {"places": [{"goods": "bread"}]})
    assert follow_up(before, after, page(before, "places", 0)) == ("oven",)
    assert follow_up(after, after, page(after, "places", 0)) == ()


class Upload:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self) -> bytes:
        return self.data


def test_files_are_kept_at_once_and_stay_where_another_is_refused(there: Any) -> None:
    kept, rows = "a" * 64, {"crops": [{"irrigation": "drip", "equipment": "a" * 64}]}
    draft = there("season-plan", rows, parcels=PARCELS[:1])
    at = page(draft, "crops", 0)

    def keep(question: str, data: bytes) -> str:
        if data == b"bad":
            raise CodedError("services.file_empty")
        return f"{question}-kept"

    def sent(typed: dict[str, str], **files: bytes) -> tuple[Any, SentFiles]:
        uploads = {name: Upload(data) for name, data in files.items()}
        found = SentFiles(draft, at, typed, uploads, keep)
        return page_answers(draft, at, typed, found)["crops"][0].get("equipment"), found

    assert sent({})[0] == kept
    assert sent({}, equipment=b"good")[0] == "equipment-kept"
    answer, files = sent({}, equipment=b"bad")
    assert answer == kept and files.problems["equipment"].code == "services.file_empty"
    assert sent({"remove-equipment": "yes"})[0] is None
    (row,) = (one for one in page_rows(draft, at) if one.name == "equipment")
    assert "Another one takes its place" in row.hint


def test_all_answers_are_told_page_by_page_with_what_is_missing(there: Any) -> None:
    answers = {"season": "winter-2026", "crops": [{"crop": "wheat", "irrigation": "drip", "area_m2": "٢٥"}]}
    draft = there("season-plan", answers, parcels=PARCELS[:1])
    season, crops, pledge = draft_summary(draft, lambda sha256: f"/{sha256}")
    assert [one.value for one in crops.facts] == ["Wheat", "Drip", "0.01 dunams", "—"]
    assert crops.problems == ("Proof of modern irrigation (1): This field is required.",)
    assert season.problems == () and len(pledge.problems) == 1 and season.page == page(draft, "season")


def test_what_is_wrong_with_no_question_is_told_beside_them(there: Any) -> None:
    draft = there("stall", {"day": "2026-12-01", "places": [PLACE] * 4})
    (told,) = loose_problems(draft)
    assert told.startswith("What do you sell, and where?: ")
    assert page_of(draft, "places.1.stall") == page(draft, "places", 1) and page_of(draft, "day") == page(draft, "day")
    assert page_of(draft, "nothing") is None


def test_the_answers_of_a_case_are_told_with_what_its_reader_may_see(there: Any) -> None:
    definition = there("season-plan", {}).definition
    answers = {"season": "winter-2026", "crops": [{"parcel": "babil-12-4", "crop": "rice"}], "pledge": True}
    told = answers_told(definition, answers, {"parcels": PARCELS})
    assert [one.title for one in told][1] == "What will you plant on plot 4?" and told[1].facts[0].value == "Rice"
    assert [one.title for one in answers_told(definition, answers)][1] == "What will you plant on plot —? (1)"
    assert (
        answer_label(definition, "crops.0.crop") == "Crop (1)" and answer_label(definition, "season") == "Which season?"
    )
    assert answer_label(definition, "gone") == "gone"


@pytest.mark.parametrize(("language", "day"), [("ar", "٢٠ تشرين الثاني ٢٠٢٦"), ("en", "20 November 2026")])
def test_the_title_of_a_page_names_the_facts_that_its_reader_may_see(there: Any, language: str, day: str) -> None:
    definition = there("farmer-card", {}).definition
    earlier = {"number": "FC-2025-000007", "valid_until": "2026-11-20"}
    with translation.override(language):
        (seen,) = answers_told(definition, {"changed": False}, {"earlier": earlier})
        (unseen,) = answers_told(definition, {"changed": False})
    assert "FC-2025-000007" in seen.title and day in seen.title
    assert unseen.title.count("—") == 2 and "{" not in seen.title + unseen.title


def test_facts_are_told_with_their_holder_in_the_words_of_their_registry(there: Any) -> None:
    draft = there("season-plan", {}, parcels=PARCELS[:1], card=None)
    told = {one.name: one for one in facts_told(draft)}
    assert told["parcels"].title == "Your parcels" and told["parcels"].records[0][0].value == "babil-12-4"
    assert (told["card"].records, told["card"].waiting) == ((), False)
    assert told["person"].waiting and told["person"].holder != told["card"].holder
    assert fact_told(draft.definition, "card", {"canal": "shatt-al-hilla"}).records[0][0].label == "Canal"
    # What an offer tells beside the fields of its registry has its words there too.
    (left,) = fact_told(draft.definition, "left", {"left_m3": 5_000}).records[0]
    assert (left.label, left.value) == ("Left of the quota", "5,000 m³")
    (value,) = values_told(draft.definition, {"asked_m2": 25000, "unheard": 1})
    assert (value.label, value.value) == ("Area asked for", "10 dunams")
