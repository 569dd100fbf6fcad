"""The bundled fonts draw every letter that papers are written with; nothing is taken from the machine."""

from importlib.resources import files
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

ARABIC = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي" + "ًٌٍَُِّْٰـ" + "،؛؟٪٫٬" + "٠١٢٣٤٥٦٧٨٩"
SORANI = "ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنوۆهەیێھ" + "\u200c"
KURMANJI = "ABCÇDEÊFGHIÎJKLMNOPQRSŞTUÛVWXYZabcçdeêfghiîjklmnopqrsştuûvwxyz"
MARKS = "0123456789+-/.,:()«»%…—" + "\u200e\u200f"


@pytest.fixture(params=["Regular", "Bold"])
def drawn(request: pytest.FixtureRequest) -> set[str]:
    """The letters that a font has a drawing of."""
    data = files("uruk.documents").joinpath(f"fonts/Vazirmatn-{request.param}.ttf").read_bytes()
    return {chr(code) for code in TTFont(BytesIO(data)).getBestCmap()}


@pytest.mark.parametrize("letters", [ARABIC, SORANI, KURMANJI, MARKS], ids=["arabic", "sorani", "kurmanji", "marks"])
def test_the_font_of_papers_has_every_letter(drawn: set[str], letters: str) -> None:
    assert [f"U+{ord(letter):04X}" for letter in letters if letter not in drawn] == []


def test_the_fonts_licence_lies_beside_them() -> None:
    assert (
        "SIL OPEN FONT LICENSE" in files("uruk.documents").joinpath("fonts/OFL.txt").read_text(encoding="utf-8").upper()
    )
