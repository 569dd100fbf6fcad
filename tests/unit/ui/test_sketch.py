"""Places are drawn to scale beside each other, from their coordinates alone."""

import re

import pytest
from django.utils import translation

from tests.kinds import KINDS
from tests.unit.services.domain.samples import FOLDERS
from uruk.definitions.api import Definition, load_country
from uruk.ui.sketch import HEIGHT, WIDTH, Spot, answers_sketch, sketch

DOT = re.compile(r'<circle cx="(\d+)" cy="(\d+)" r="11"/><text x="\d+" y="\d+">([^<]+)</text>')
NORTH_WEST, SOUTH_EAST = Spot(1, 36_160_000, 43_260_000), Spot(2, 36_150_000, 43_270_000)


def dots(drawn: str) -> dict[str, tuple[int, int]]:
    """Where each place was drawn, by its number as it is read."""
    return {number: (int(x), int(y)) for x, y, number in DOT.findall(drawn)}


def test_north_is_up_and_east_is_right_and_all_is_within() -> None:
    with translation.override("en"):
        found = dots(sketch((NORTH_WEST, SOUTH_EAST)))
    (x, y), (other_x, other_y) = found["1"], found["2"]
    assert 0 < x < other_x < WIDTH and 0 < y < other_y < HEIGHT
    # A degree of longitude is shorter than one of latitude here: by the cosine of 36°.
    assert abs((other_x - x) / (other_y - y) - 0.807) < 0.02


@pytest.mark.parametrize(("language", "number", "scale"), [("ar", "١", "م"), ("ckb", "١", "م"), ("en", "1", " m<")])
def test_one_place_has_a_scale_and_its_number_in_the_readers_digits(language: str, number: str, scale: str) -> None:
    with translation.override(language):
        drawn = sketch((NORTH_WEST,))
    assert list(dots(drawn)) == [number] and scale in drawn and 'role="img" aria-label="' in drawn


def test_nothing_is_drawn_where_there_is_no_place() -> None:
    assert sketch(()) == ""


@pytest.fixture(scope="module")
def card() -> Definition:
    country = load_country(FOLDERS["farmer-card"], KINDS)
    return next(one for one in country.of_kind("service") if one.code == "farmer-card")


def test_places_are_found_in_repeated_pages_and_what_is_none_is_passed_over(card: Definition) -> None:
    place = {"latitude_udeg": 36_158_000, "longitude_udeg": 43_259_000}
    rows = [
        {"place": place},
        {"plot": "7"},
        {"place": {"latitude_udeg": "north"}},
        {"place": place | {"longitude_udeg": 0}},
    ]
    with translation.override("en"):
        assert list(dots(answers_sketch(card, {"land": rows}))) == ["1", "4"]
        assert answers_sketch(card, {"land": "typed", "water": "well"}) == ""
