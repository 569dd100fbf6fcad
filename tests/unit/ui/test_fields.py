"""Any definition's fields as a form, and as facts to read."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from uruk.definitions.api import Catalogue, Field, Fields, Texts
from uruk.definitions.fields import ADDRESS_PARTS, PERSON_PARTS
from uruk.kernel.api import CodedError, Text
from uruk.ui.api import facts, form_rows, form_values, problems

FIELDS = Fields(
    (
        Field("name", "text", maximum=50),
        Field("number", "national_number", required=False),
        Field("degree", "choice", catalogue="degrees", options=("bachelor", "master")),
        Field("sex", "choice", options=("female", "male")),
        Field("graduated", "date"),
        Field("mark", "integer", unit="percent"),
        Field("fee", "money"),
        Field("married", "yes_no"),
        Field("mother", "person", members=PERSON_PARTS),
        Field("home", "address", members=ADDRESS_PARTS),
    )
)
TEXTS = Texts(
    {
        "fields.name": Text("الاسم", "ناو", "Name"),
        "help.name": Text("كما في البطاقة.", "وەک کارتەکە.", "As on the card."),
        "choices.sex.female": Text("أنثى", "مێ", "Female"),
        "choices.sex.male": Text("ذكر", "نێر", "Male"),
    }
)
DEGREES = Catalogue(
    "degrees",
    Text("الشهادات", "بڕوانامەکان", "Degrees"),
    {"bachelor": {}, "master": {}},
    {"bachelor": Text("بكالوريوس", "بەکالۆریۆس", "Bachelor"), "master": Text("ماجستير", "ماستەر", "Master")},
)
CATALOGUES = {"degrees": DEGREES}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def rows(**given: object) -> dict[str, object]:
    return {row.name: row for row in form_rows(FIELDS, TEXTS, CATALOGUES, **given)}


def test_a_question_carries_label_and_help_in_the_readers_language() -> None:
    with translation.override("ckb"):
        row = rows()["name"]
    assert (row.label, row.hint) == ("ناو", "وەک کارتەکە.")


def test_what_was_typed_stands_in_the_form_again() -> None:
    found = rows(values={"name": "نور", "married": True, "mark": 84, "mother": {"given": "زينب"}})
    assert (found["name"].value, found["married"].value, found["mark"].value) == ("نور", "yes", "84")
    assert [row.value for row in found["mother"].rows] == ["زينب", "", "", ""]


def test_an_error_stands_at_its_question_even_inside_a_group() -> None:
    found = rows(problems={"mother.given": CodedError("definitions.field_required")})
    assert found["mother"].rows[0].error == "This field is required."
    summary = problems(tuple(found.values()))
    assert [(each.sentence, each.id) for each in summary] == [
        ("Given name: This field is required.", "field-mother.given")
    ]


def test_choices_are_named_by_their_catalogue_or_their_texts() -> None:
    found = rows()
    assert [choice.label for choice in found["degree"].choices] == ["Bachelor", "Master"]
    assert [choice.label for choice in found["sex"].choices] == ["Female", "Male"]


def test_a_form_comes_back_as_values_that_the_fields_accept() -> None:
    typed = {"name": " نور ", "degree": "master", "mother.given": "زينب", "mother.father": "", "elsewhere": "x"}
    assert form_values(FIELDS, typed) == {"name": "نور", "degree": "master", "mother": {"given": "زينب"}}


def test_what_is_left_blank_is_not_given() -> None:
    assert form_values(FIELDS, {"name": "  ", "mother.given": " "}) == {}


def test_facts_are_written_as_the_reader_writes_them() -> None:
    values = {
        "name": "نور",
        "degree": "bachelor",
        "sex": "female",
        "graduated": "2017-07-01",
        "mark": 84,
        "fee": 25000,
        "married": False,
        "mother": {"given": "زينب", "father": "هادي", "grandfather": "سلمان"},
        "home": {"governorate": "بغداد", "district": "الكرخ"},
    }
    with translation.override("ar"):
        told = {fact.label: fact.value for fact in facts(FIELDS, TEXTS, CATALOGUES, values)}
    assert told["الاسم"] == "نور"
    assert told["degree"] == "بكالوريوس"
    assert told["sex"] == "أنثى"
    assert told["mark"] == "٨٤٪\N{ARABIC LETTER MARK}"
    assert "٢٥٬٠٠٠" in told["fee"]
    assert told["mother"] == "زينب هادي سلمان"
    assert told["home"] == "بغداد، الكرخ"
    assert "٢٠١٧" in told["graduated"]


def test_a_fact_without_a_value_is_not_shown() -> None:
    assert [fact.label for fact in facts(FIELDS, TEXTS, CATALOGUES, {"name": "نور", "number": None})] == ["Name"]


def test_a_date_that_is_none_yet_is_shown_as_typed() -> None:
    assert facts(FIELDS, TEXTS, CATALOGUES, {"graduated": "some day"})[0].value == "some day"


def test_a_code_that_left_its_catalogue_is_shown_as_it_is() -> None:
    assert facts(FIELDS, TEXTS, {}, {"degree": "doctorate"})[0].value == "doctorate"
