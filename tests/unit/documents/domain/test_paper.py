"""Numbers on the paper: each with its unit, in the digits of its language, long ones in groups."""

import pytest

from uruk.definitions.api import Entry, Field, Texts
from uruk.documents.domain.paper import Words, _value
from uruk.kernel.api import Text

WORDS = Words(Texts({}), None, lambda _, code: Text(code, code, code))
AREA = Field("area", "integer", unit="m2")


@pytest.mark.parametrize(
    ("field", "value", "ar", "en"),
    [
        (AREA, 25400, "٢٥٬٤٠٠ م²", "25,400 m²"),
        (Field("area", "integer", unit="m2", entry=Entry("dunam", 2500)), 25400, "١٠٫١٦ دونم", "10.16 dunams"),
        (Field("water", "integer", unit="m3"), 10_000, "١٠٬٠٠٠ م³", "10,000 m³"),
        (Field("average", "integer", unit="percent"), 87, "٨٧٪\N{ARABIC LETTER MARK}", "87%"),
        (Field("year", "integer"), 2026, "٢٠٢٦", "2026"),
    ],
)
def test_a_number_is_printed_with_its_unit(field: Field, value: int, ar: str, en: str) -> None:
    told = _value(field, value, WORDS)
    assert (told.ar, told.en) == (ar, en)
