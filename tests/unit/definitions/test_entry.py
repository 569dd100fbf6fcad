"""A number that people write in another unit than the one in which it is kept."""

import pytest

from uruk.definitions.api import Entry, Field, Fields, json_schema
from uruk.definitions.entry import is_finite
from uruk.kernel.api import CodedError

DUNAM = Entry("dunam", 2500)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("10", 25000), ("٢٫٥", 6250), ("۴", 10000), ("10.16", 25400), ("1,250", 3_125_000), (" 2 ", 5000),
        ("0.0004", 1), ("0", 0), ("0.00001", None), ("1/3", None), ("عشرة", None), ("", None), ("-3", -7500),
        ("1.2.3", None), ("9" * 13, 24_999_999_999_997_500),
    ],
)  # fmt: skip
def test_what_is_typed_is_kept_to_the_square_metre_or_not_at_all(typed: str, kept: int | None) -> None:
    assert DUNAM.kept(typed) == kept


@pytest.mark.parametrize("kept", [0, 1, 25, 2500, 25400, 6250, 999_999, 10**15])
def test_whatever_is_kept_can_be_written_and_comes_back(kept: int) -> None:
    written = DUNAM.typed(kept)
    assert "E" not in written and (kept > 10**12 or DUNAM.kept(written) == kept)


def test_only_what_leaves_no_remainder_is_a_unit_to_write_in() -> None:
    assert [each for each in (2, 3, 10, 15, 100, 2500, 7000) if is_finite(each)] == [2, 10, 100, 2500]


def test_programs_are_told_the_unit_in_which_it_is_kept_and_give_it_in_that() -> None:
    fields = Fields((Field("area", "integer", unit="m2", entry=DUNAM, minimum=25),))
    schema: object = json_schema(fields)["properties"]["area"]  # type: ignore[index]
    assert schema["description"] == "m2 (people write dunam: 2500 m2 each)"  # type: ignore[index]
    assert fields.validate({"area": 25000}).values == fields.validate({"area": "25000"}).values == {"area": 25000}
    for typed in ("ten", "10.00001"):
        ((_, error),) = fields.validate({"area": typed}).errors
        assert isinstance(error, CodedError) and error.code == "definitions.field_not_entry"
