"""Keeping texts of different direction from turning each other around (Unicode UAX #9)."""

import unicodedata
from functools import lru_cache
from typing import Literal

FSI, PDI = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# Embeddings, overrides and isolates (U+202A-202E, U+2066-2069): one left open turns the rest of the page.
_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])

Script = Literal["arabic", "latin", "other", "mixed", "none"]


def isolate(text: str) -> str:
    """Return the text between FSI and PDI, so that its direction neither takes nor gives (UAX #9, 2.4).

    Direction controls inside are dropped, so no text can break out of its isolate; twice is the same as once.
    """
    return f"{FSI}{without_controls(text)}{PDI}"


def without_controls(text: str) -> str:
    """Return the text without embeddings, overrides and isolates."""
    return text.translate(_CONTROLS)


def script_of(text: str) -> Script:
    """Return the script of the text's letters: "arabic" (also Kurdish), "latin", "other", "mixed", or "none"."""
    scripts = {script for letter in set(text) if (script := _script_of_letter(letter)) != "none"}
    if not scripts:
        return "none"
    return scripts.pop() if len(scripts) == 1 else "mixed"


@lru_cache(maxsize=10_000)
def _script_of_letter(letter: str) -> Script:
    """Asked of each letter of each text that comes in: a country writes with some hundred."""
    if not unicodedata.category(letter).startswith("L"):
        return "none"
    # Compatibility letters (ﷲ, Ａ) count as what they stand for.
    name = unicodedata.name(unicodedata.normalize("NFKC", letter)[0], "")
    if name.startswith("ARABIC"):
        return "arabic"
    return "latin" if name.startswith("LATIN") else "other"
