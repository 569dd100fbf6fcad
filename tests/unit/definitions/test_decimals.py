"""Numbers with digits after the point: exact, and kept as whole numbers of the last digit."""

from decimal import Decimal

import pytest

from tests.unit.registries.domain.town import STALLS, Town
from uruk.definitions.api import Entry, Field, Fields, json_schema

HUNDREDTHS = Entry("", 100)
AREA = "area_m2: {type: integer, unit: m2, min: 1, max: 500}"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12.34", 1234), ("12", 1200), ("0.5", 50), ("-0.05", -5), ("١٢٫٣٤", 1234), ("1,250.5", 125050), ("+3", 300),
     ("12.345", None), ("", None), (".5", None), ("1e3", None), ("--1", None), ("9" * 17, None), ("x", None)],
)  # fmt: skip
def test_what_is_typed_is_kept_exactly_or_not_at_all(typed: str, kept: int | None) -> None:
    assert HUNDREDTHS.kept(typed) == kept


@pytest.mark.parametrize(("kept", "typed"), [(1234, "12.34"), (1200, "12"), (-5, "-0.05"), (0, "0")])
def test_what_is_kept_is_written_as_it_was(kept: int, typed: str) -> None:
    assert (HUNDREDTHS.typed(kept), HUNDREDTHS.written(kept)) == (typed, Decimal(typed))


def test_a_field_says_how_many_digits_its_numbers_have(tmp_path_factory: pytest.TempPathFactory) -> None:
    town = Town(tmp_path_factory.mktemp("town"))
    found = town.registry("stalls", {STALLS: (AREA, "area_m2: {type: integer, decimals: 2, min: 1, max: 50000}")})
    assert found.fields["area_m2"].entry == HUNDREDTHS and found.fields["area_m2"].scale == 100
    assert found.fields["area_m2"].clean(5) == 5
    with_unit = {STALLS: (AREA, "area_m2: {type: integer, unit: m2, decimals: 2}")}
    assert town.codes(with_unit) == ["definitions.decimals_unit"]
    assert town.codes({STALLS: (AREA, "area_m2: {type: integer, decimals: 7}")}) != []


def test_programs_are_told_in_what_a_number_is_kept() -> None:
    schema = json_schema(Fields((Field("weight", "integer", entry=HUNDREDTHS, minimum=0),)))
    assert schema["properties"]["weight"]["description"] == "one is 100 (people write 1.5 for 150)"  # type: ignore[index]
