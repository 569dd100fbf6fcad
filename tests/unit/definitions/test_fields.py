"""Fields: what people type becomes a stored value or a coded error that says how to write it."""

import datetime
from dataclasses import replace

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.definitions.api import Field, Fields, Validation, json_schema
from uruk.definitions.fields import ADDRESS_PARTS, FIELD_TYPES, PERSON_PARTS
from uruk.definitions.values import MAX_INTEGER, MAX_ITEMS, MAX_LONG_TEXT, MAX_TEXT
from uruk.kernel.api import CodedError, local_digits

ROWS = Fields((Field("crop", "choice", options=("wheat", "barley")), Field("area", "integer", minimum=1)))
EVERY = Fields((
    Field("name", "text", maximum=20, script="arabic"),
    Field("notes", "long_text", required=False),
    Field("code", "text", pattern="[A-Z]{2}[0-9]{3}", mask="AB123", required=False),
    Field("area", "integer", minimum=1, maximum=5_000),
    Field("fee", "money"),
    Field("married", "yes_no"),
    Field("born", "date"),
    Field("opens", "time", required=False),
    Field("scan", "file", required=False),
    Field("card", "link", to="cards", required=False),
    Field("crop", "choice", options=("wheat", "barley")),
    Field("crops", "list", members=ROWS, minimum=1, maximum=3, required=False),
    Field("parents", "group", members=Fields((Field("mother", "text"), Field("father", "text"))), required=False),
    Field("home", "address", members=ADDRESS_PARTS, required=False),
    Field("place", "location", required=False),
    Field("owner", "person", members=PERSON_PARTS, required=False),
    Field("number", "national_number"),
    Field("pledge", "declaration"),
))  # fmt: skip
GOOD: dict[str, object] = {
    "name": "نور كاظم", "area": "٢٥٠", "fee": "1,250", "married": "no", "born": "1990-05-01", "crop": "wheat",
    "number": "۱۹۹۰۰۱۰۱۲۳۴۵", "pledge": "on",
}  # fmt: skip


def error_of(field: Field, value: object) -> str:
    with pytest.raises(CodedError) as caught:
        field.clean(value)
    for lang in ("ar", "ckb", "en"):
        assert "…" not in caught.value.sentence(lang)
    return caught.value.code


def codes(validation: Validation) -> dict[str, str]:
    return {path: error.code for path, error in validation.errors}


def test_every_type_of_the_language_is_known_to_the_sample() -> None:
    assert {item.type for item in EVERY} == set(FIELD_TYPES)


def test_values_are_cleaned_to_what_is_stored() -> None:
    validation = EVERY.validate(
        GOOD
        | {
            "name": "  نور   كاظم ",
            "notes": "one \r\n two\r\n",
            "code": "AB123",
            "opens": "٨:٣٠",
            "scan": "ab" * 32,
            "crops": [{"crop": "barley", "area": "٣"}],
            "parents": {"mother": "م", "father": "ب"},
            "home": {"governorate": "basra", "district": "الزبير", "landmark": "قرب الجسر"},
            "place": {"latitude_udeg": 30_508_000, "longitude_udeg": 47_783_000},
            "owner": {"given": "علي", "father": "حسن", "grandfather": "كريم"},
            "card": " FC-1  2 ",
        }
    )
    assert validation.ok
    assert validation.values == {
        "name": "نور كاظم",
        "notes": "one\ntwo",
        "code": "AB123",
        "area": 250,
        "fee": 1250,
        "married": False,
        "born": "1990-05-01",
        "opens": "08:30",
        "scan": "ab" * 32,
        "crop": "wheat",
        "crops": [{"crop": "barley", "area": 3}],
        "parents": {"mother": "م", "father": "ب"},
        "home": {"governorate": "basra", "district": "الزبير", "landmark": "قرب الجسر"},
        "place": {"latitude_udeg": 30_508_000, "longitude_udeg": 47_783_000},
        "owner": {"given": "علي", "father": "حسن", "grandfather": "كريم"},
        "number": "199001012345",
        "pledge": True,
        "card": "FC-1 2",
    }


def test_everything_wrong_is_said_at_once_with_its_path() -> None:
    validation = EVERY.validate(
        {
            "name": "Noor",
            "area": "0",
            "fee": "12.5",
            "born": "1990-13-01",
            "crop": "rice",
            "number": "123",
            "crops": [{"crop": "wheat", "area": 1}, {"crop": "rice"}, "x"],
            "home": {"district": "x"},
            "colour": "red",
        }
    )
    assert codes(validation) == {
        "colour": "definitions.field_unknown",
        "name": "definitions.field_not_arabic",
        "area": "definitions.field_below_min",
        "fee": "definitions.field_not_number",
        "married": "definitions.field_required",
        "born": "definitions.field_not_date",
        "crop": "definitions.field_not_a_choice",
        "crops.1.crop": "definitions.field_not_a_choice",
        "crops.1.area": "definitions.field_required",
        "crops.2": "definitions.field_not_parts",
        "home.governorate": "definitions.field_required",
        "number": "definitions.field_not_national_number",
        "pledge": "definitions.field_required",
    }


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (Field("f", "text"), 5, "definitions.field_not_text"),
        (Field("f", "text"), "a\x00b", "definitions.field_hidden_character"),
        (Field("f", "text"), "a\u202eb", "definitions.field_hidden_character"),
        (Field("f", "text"), "a\ud800", "definitions.field_hidden_character"),
        (Field("f", "text", maximum=3), "abcd", "definitions.field_too_long"),
        (Field("f", "text"), "a" * (MAX_TEXT + 1), "definitions.field_too_long"),
        (Field("f", "long_text"), "a" * (MAX_LONG_TEXT + 1), "definitions.field_too_long"),
        (Field("f", "text", minimum=3), "ab", "definitions.field_too_short"),
        (Field("f", "text", script="latin"), "نور", "definitions.field_not_latin"),
        (Field("f", "text", script="arabic"), "نور noor", "definitions.field_not_arabic"),
        (Field("f", "text", pattern="[0-9]+"), "12a", "definitions.field_pattern"),
        (Field("f", "integer"), "1.0", "definitions.field_not_number"),
        (Field("f", "integer"), True, "definitions.field_not_number"),
        (Field("f", "integer"), "9" * 40, "definitions.field_not_number"),
        (Field("f", "integer"), MAX_INTEGER + 1, "definitions.field_above_max"),
        (Field("f", "integer", maximum=5), "٦", "definitions.field_above_max"),
        (Field("f", "money"), "-250", "definitions.field_below_min"),
        (Field("f", "yes_no"), "perhaps", "definitions.field_not_yes_or_no"),
        (Field("f", "declaration"), "no", "definitions.field_declaration"),
        (Field("f", "date"), "2026-02-30", "definitions.field_not_date"),
        (Field("f", "date"), "yesterday", "definitions.field_not_date"),
        (Field("f", "date"), "0001-01-01", "definitions.field_not_date"),
        (Field("f", "time"), "24:00", "definitions.field_not_time"),
        (Field("f", "national_number"), "19900101234", "definitions.field_not_national_number"),
        (Field("f", "national_number"), "19900101234a", "definitions.field_not_national_number"),
        (Field("f", "choice", options=("a",)), ["a"], "definitions.field_not_a_choice"),
        (Field("f", "file"), "../etc/passwd", "definitions.field_not_a_file"),
        (Field("f", "location"), {"latitude_udeg": 1.5, "longitude_udeg": 0}, "definitions.field_not_a_location"),
        (Field("f", "location"), {"latitude_udeg": 90_000_001, "longitude_udeg": 1},
         "definitions.field_not_a_location"),
        (Field("f", "location"), "here", "definitions.field_not_a_location"),
        (Field("f", "list", members=ROWS), "x", "definitions.field_not_a_list"),
        (Field("f", "list", members=ROWS), [{}] * (MAX_ITEMS + 1), "definitions.field_too_many"),
        (Field("f", "list", members=ROWS, minimum=2), [{}], "definitions.field_too_few"),
        (Field("f", "yes_no"), [[]], "definitions.field_not_yes_or_no"),
        (Field("f", "link", to="cards"), "x" * 201, "definitions.field_too_long"),
        (Field("f", "person", members=PERSON_PARTS), "Ali", "definitions.field_not_parts"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_with_its_reason(field: Field, value: object, code: str) -> None:
    assert error_of(field, value) == code


def test_a_number_too_long_to_be_written_out_is_refused_like_any_other() -> None:
    assert error_of(Field("f", "integer"), 10**5_000) == "definitions.field_above_max"
    assert error_of(Field("f", "link", to="cards"), 10**5_000) == "definitions.field_not_text"


@pytest.mark.parametrize(
    "typed", ["2026-11-23", "23/11/2026", "٢٣/١١/٢٠٢٦", "۲۰۲۶-۱۱-۲۳", "23.11.2026", " 2026-11-23 "]
)
def test_a_date_may_be_typed_in_the_ways_people_write_it(typed: str) -> None:
    assert Field("f", "date").clean(typed) == "2026-11-23"


def test_a_date_from_a_program_is_taken_too() -> None:
    assert Field("f", "date").clean(datetime.date(2026, 1, 2)) == "2026-01-02"


def test_a_field_that_need_not_be_given_may_be_blank() -> None:
    optional = Fields((Field("f", "text", required=False), Field("g", "list", required=False, members=ROWS)))
    assert optional.validate({"f": "  ", "g": []}) == Validation({})
    assert optional.validate({}) == Validation({})


def test_a_declaration_is_required_whatever_the_definition_says() -> None:
    pledge = Fields((Field("pledge", "declaration", required=False),))
    assert codes(pledge.validate({})) == {"pledge": "definitions.field_required"}


@given(st.integers(-MAX_INTEGER, MAX_INTEGER), st.sampled_from(["ar", "ckb", "en"]))
def test_a_whole_number_reads_the_same_in_every_digit_system(number: int, lang: str) -> None:
    assert Field("f", "integer").clean(local_digits(str(number), lang)) == number


@pytest.mark.parametrize(
    ("form", "typed", "kept"), [("[0-9]+(-[0-9]+)?", "١٧-٣", "17-3"), ("[+0-9]{8,15}", "۰۷۷۰۰۰۰۰", "07700000")]
)
def test_what_has_a_form_of_digits_is_typed_in_any_digit_system(form: str, typed: str, kept: str) -> None:
    assert Field("f", "text", pattern=form).clean(typed) == kept


@given(st.text(max_size=40))
def test_any_text_is_cleaned_once_and_for_all_or_refused(text: str) -> None:
    field = Field("f", "long_text")
    try:
        once = field.clean(text)
    except CodedError:
        return
    assert field.clean(once) == once


@given(st.sampled_from(EVERY.items), st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
))  # fmt: skip
def test_no_value_whatever_breaks_a_field(field: Field, value: object) -> None:
    validation = Fields((field,)).validate({field.name: value})
    assert all(error.code.startswith("definitions.field_") for _, error in validation.errors)


def test_the_schema_accepts_what_the_fields_accept() -> None:
    schema = json_schema(EVERY)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    values = EVERY.validate(GOOD | {"crops": [{"crop": "wheat", "area": 1}]}).values
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert validator.is_valid(values)
    for path, wrong in (("area", 0), ("crop", "rice"), ("born", "1990"), ("number", "1"), ("pledge", False)):
        assert not validator.is_valid(values | {path: wrong})
    assert not validator.is_valid(values | {"colour": "red"})
    assert not validator.is_valid({name: value for name, value in values.items() if name != "name"})


@given(
    st.dictionaries(
        st.sampled_from([item.name for item in EVERY]), st.text(max_size=14) | st.integers(-9, 9), max_size=6
    )
)
def test_whatever_the_fields_clean_fits_the_schema(typed: dict[str, object]) -> None:
    optional = Fields(tuple(replace(item, required=False) for item in EVERY if item.type != "declaration"))
    validation = optional.validate(typed)
    assert jsonschema_rs.is_valid(json_schema(optional), validation.values)


def test_fields_are_found_by_name_and_walked_with_their_members() -> None:
    assert EVERY["area"].maximum == 5_000
    assert EVERY.find("colour") is None
    with pytest.raises(KeyError):
        EVERY["colour"]
    assert [item.name for item in EVERY.walk()][-8:] == [
        "area", "parents", "mother", "father", "home", "place", "owner", "number", "pledge",
    ][-8:]  # fmt: skip
    assert len(EVERY) == len(EVERY.items)
