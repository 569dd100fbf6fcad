"""Lists and points on a map in any definition's form: rows are added and taken out without JavaScript."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from uruk.definitions.api import Entry, Field, Fields, Texts
from uruk.kernel.api import Text
from uruk.ui.api import amount_told, asks_for_rows, facts, form_rows, form_values, problems, with_unit
from uruk.ui.templatetags.ui import lists

MEMBERS = Fields((Field("what", "text"), Field("count", "integer", unit="kg"), Field("scan", "file", required=False)))
FIELDS = Fields(
    (
        Field("name", "text"),
        Field("crops", "list", members=MEMBERS),
        Field("place", "location", required=False),
        Field("plan", "file", required=False),
    )
)
TEXTS = Texts(
    {
        "fields.crops": Text("المحاصيل", "بەرهەمەکان", "Crops"),
        "fields.what": Text("المحصول", "بەرهەم", "Crop"),
        "fields.count": Text("الوزن", "کێش", "Weight"),
        "fields.place": Text("الموقع", "شوێن", "Place"),
    }
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_a_required_list_begins_with_a_row_and_an_optional_one_with_none() -> None:
    (crops,) = [row for row in form_rows(FIELDS, TEXTS, {}) if row.kind == "list"]
    assert [(row.name, row.label, row.kind) for row in crops.rows] == [("crops.0", "Crops 1", "group")]
    assert [(row.name, row.label) for row in crops.rows[0].rows] == [
        ("crops.0.what", "Crop"),
        ("crops.0.count", "Weight"),
    ]
    optional = Fields((Field("crops", "list", required=False, members=MEMBERS),))
    assert form_rows(optional, TEXTS, {})[0].rows == ()
    assert lists(form_rows(optional, TEXTS, {})) and not lists(form_rows(Fields((Field("name", "text"),)), TEXTS, {}))


def test_rows_come_as_values_in_their_order_and_blank_ones_are_dropped() -> None:
    typed = {"name": "x", "crops.10.what": "rice", "crops.2.what": "wheat", "crops.2.count": "5", "crops.3.what": " "}
    assert form_values(FIELDS, typed)["crops"] == [{"what": "wheat", "count": "5"}, {"what": "rice"}]
    assert not asks_for_rows(typed)


def test_a_row_is_added_and_another_taken_out() -> None:
    typed = {"crops.0.what": "wheat", "crops.1.what": "rice"}
    assert asks_for_rows({"row-add": "crops"}) and asks_for_rows({"row-remove": "crops.0"})
    assert form_values(FIELDS, {**typed, "row-add": "crops"})["crops"] == [{"what": "wheat"}, {"what": "rice"}, {}]
    assert form_values(FIELDS, {**typed, "row-remove": "crops.0"})["crops"] == [{"what": "rice"}]
    assert form_values(FIELDS, {**typed, "row-remove": "crops.9"})["crops"] == [{"what": "wheat"}, {"what": "rice"}]


@pytest.mark.parametrize("name", ["crops.x.what", "crops..what", "crops.-1.what", "crops.٣.what", "crops.99999.what"])
def test_a_position_that_is_none_is_passed_over(name: str) -> None:
    assert form_values(FIELDS, {name: "wheat"}) == {}


def test_a_list_cannot_be_made_longer_than_a_form_bears() -> None:
    typed = {f"crops.{at}.what": "x" for at in range(999)}
    values = form_values(FIELDS, typed)
    assert len(values["crops"]) == 200
    assert ("crops", "definitions.field_too_many") in [(path, e.code) for path, e in FIELDS.validate(values).errors]


def test_an_error_in_a_row_is_told_at_its_box() -> None:
    values = {"crops": [{"what": "wheat", "count": "many"}]}
    wrong = dict(FIELDS.validate(values).errors)
    rows = form_rows(FIELDS, TEXTS, {}, values, wrong)
    assert "field-crops.0.count" in [one.id for one in problems(rows)]


@pytest.mark.parametrize(
    ("latitude", "longitude", "stored"),
    [
        ("33.3152", "44.3661", (33_315_200, 44_366_100)),
        ("٣٣٫٣١٥٢", "٤٤٫٣٦٦١", (33_315_200, 44_366_100)),
        ("-33,5", "+44", (-33_500_000, 44_000_000)),
        ("33.31524999999", "0", (33_315_249, 0)),
    ],
)
def test_a_point_is_typed_in_degrees_and_kept_in_millionths(
    latitude: str, longitude: str, stored: tuple[int, int]
) -> None:
    values = form_values(FIELDS, {"place.latitude": latitude, "place.longitude": longitude})
    assert values["place"] == {"latitude_udeg": stored[0], "longitude_udeg": stored[1]}


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("north", "44"), ("33", ""), ("91", "0"), ("1e5", "1"), ("9" * 900, "1")]
)
def test_what_is_no_point_comes_back_as_typed_with_its_error(latitude: str, longitude: str) -> None:
    values = form_values(FIELDS, {"place.latitude": latitude, "place.longitude": longitude})
    wrong = {path: error for path, error in FIELDS.validate(values).errors if path == "place"}
    assert wrong["place"].code == "definitions.field_not_a_location"
    place = next(row for row in form_rows(FIELDS, TEXTS, {}, values, wrong) if row.name == "place")
    assert [row.value for row in place.rows] == [latitude, longitude]
    assert place.error


@pytest.mark.parametrize(
    ("language", "point", "crops"),
    [("en", "33.3152°, 44.3661°", "wheat, 5 kg\nrice"), ("ar", "\u200f٣٣٫٣١٥٢°، ٤٤٫٣٦٦١°", "wheat، ٥ كغم\nrice")],
)
def test_points_and_rows_are_read_in_the_readers_language(language: str, point: str, crops: str) -> None:
    values = {
        "crops": [{"what": "wheat", "count": 5}, {"what": "rice"}],
        "place": {"latitude_udeg": 33_315_200, "longitude_udeg": 44_366_100},
    }
    with translation.override(language):
        assert [fact.value for fact in facts(FIELDS, TEXTS, {}, values)] == [crops, point]


def test_a_unit_stands_behind_its_number_and_an_unknown_one_as_it_is_written() -> None:
    assert (with_unit("5", "m3"), with_unit("5", None), with_unit("5", "percent")) == ("5 m³", "5", "5%")
    assert with_unit("5", "furlong") == "5 furlong"
    assert amount_told(900_000_000, "m3") == "900,000,000 m³"
    with translation.override("ckb"):
        assert amount_told(25_000, "m2") == "٢٥٬٠٠٠ م²"


def test_a_form_takes_and_shows_the_unit_in_which_people_write_and_keeps_the_other() -> None:
    area = Field("area", "integer", unit="m2", entry=Entry("dunam", 2500), maximum=50_000)
    fields = Fields((area,))
    assert form_values(fields, {"area": "٢٫٥"}) == {"area": 6250}
    assert form_values(fields, {"area": "0"}) == {"area": 0}
    assert form_values(fields, {"area": "1/3"}) == {"area": "1/3"} and form_values(fields, {"area": " "}) == {}
    for kept, boxed in ((6250, "2.5"), ("6250", "2.5"), ("1/3", "1/3"), (None, "")):
        (row,) = form_rows(fields, TEXTS, {}, {"area": kept})
        assert row.value == boxed and "dunams" in row.hint
    (row,) = form_rows(fields, TEXTS, {}, {"area": 75_000}, dict(fields.validate({"area": 75_000}).errors))
    assert row.error == "The number is above 20 dunams."
    assert [one.value for one in facts(fields, TEXTS, {}, {"area": 6250})] == ["2.5 dunams"]
