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

FOLDER = Path(__file__).parents[1] / "src/uruk/ui/static/ui"
FONT = "package/fonts/ttf/Vazirmatn-Regular.ttf"
LICENCE = "package/OFL.txt"

LATIN = "".join(map(chr, range(0x20, 0x7F))) + "êîûçşÊÎÛÇŞ«»·×–—‘’“”…\u00a0"
ARABIC = "".join(map(chr, [*range(0x621, 0x63B), *range(0x640, 0x653), 0x670, *range(0x660, 0x66D)]))
SORANI = "پچژگکیەێۆڕڵڤۊھ"
MARKS = " !\"#%&'()*+,-./0123456789:;=?[]_·×–—…«»،؛؟\u00a0\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069"
FILES = {"vazirmatn.woff2": ARABIC + SORANI + MARKS, "vazirmatn-latin.woff2": LATIN + MARKS}
FEATURES = ["ccmp", "locl", "isol", "init", "medi", "fina", "rlig", "liga", "calt", "mark", "mkmk"]


def write(font: TTFont, letters: str, path: Path) -> None:
    """Subsets the font to these letters and writes it as woff2."""
    options = subset.Options(layout_features=FEATURES, hinting=False, flavor="woff2", notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    subset.save_font(font, str(path), options)


def main(archive: str) -> None:
    """Takes font and licence out of the archive and writes both into the ui room."""
    with tarfile.open(archive) as files:
        font, licence = (files.extractfile(name).read() for name in (FONT, LICENCE))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, letters in FILES.items():
        write(TTFont(io.BytesIO(font)), letters, FOLDER / name)
    (FOLDER / "OFL.txt").write_bytes(licence)


if __name__ == "__main__":
    main(sys.argv[1])
