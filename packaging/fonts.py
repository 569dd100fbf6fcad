"""Makes the pages' fonts in src/uruk/ui/static/ui: Vazirmatn with only the letters the pages use.

    .venv/bin/python packaging/fonts.py vazirmatn-33.0.3.tgz

The archive is npm's package `vazirmatn` (SIL Open Font License 1.1, whose text is put beside the fonts). The letters
are Arabic and Sorani in one file, English and Kurmanji (Latin) in the other, so that an Arabic page loads 13 kB and
no more; digits and marks are in both. One weight: browsers embolden it well, and a second one would double what a
phone loads.
"""

import io
import sys
import tarfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FOLDER = Path(__file__).parents[1] / "src/uruk/ui/static/ui"
REGULAR = "package/fonts/ttf/Vazirmatn-Regular.ttf"
VARIABLE = "package/fonts/variable/Vazirmatn[wght].ttf"
WEIGHTS = (400, 700)
LICENCE = "package/OFL.txt"

LATIN = "".join(map(chr, range(0x20, 0x7F))) + "êîûçşÊÎÛÇŞ«»·×–—‘’“”…\u00a0"
ARABIC = "".join(map(chr, [*range(0x621, 0x63B), *range(0x640, 0x653), 0x670, *range(0x660, 0x66D)]))
SORANI = "پچژگکیەێۆڕڵڤۊھ"
MARKS = " !\"#%&'()*+,-./0123456789:;=?[]_·×–—…«»،؛؟\u00a0\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069"
FILES = {"vazirmatn.woff2": (REGULAR, ARABIC + SORANI + MARKS), "vazirmatn-latin.woff2": (VARIABLE, LATIN + MARKS)}
FEATURES = ["ccmp", "locl", "isol", "init", "medi", "fina", "rlig", "liga", "calt", "mark", "mkmk"]


def read(data: bytes) -> TTFont:
    """The font; a variable one with its axis cut to `WEIGHTS`, read back so that its tables agree."""
    font = TTFont(io.BytesIO(data))
    if "fvar" not in font:
        return font
    buffer = io.BytesIO()
    instancer.instantiateVariableFont(font, {"wght": WEIGHTS}).save(buffer)
    buffer.seek(0)
    return TTFont(buffer)


def write(font: TTFont, letters: str, path: Path) -> None:
    """Subsets the font to these letters and writes it as woff2."""
    options = subset.Options(layout_features=FEATURES, hinting=False, flavor="woff2", notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    subset.save_font(font, str(path), options)


def main(archive: str) -> None:
    """Takes fonts and licence out of the archive and writes them into the ui room."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as files:
        for name, (source, letters) in FILES.items():
            write(read(files.extractfile(source).read()), letters, FOLDER / name)
        (FOLDER / "OFL.txt").write_bytes(files.extractfile(LICENCE).read())


if __name__ == "__main__":
    main(sys.argv[1])
