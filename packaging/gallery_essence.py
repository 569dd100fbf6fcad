"""What a page shows, without what differs by chance: a picture is taken anew only where this changed.

Each demonstration has its own moments, numbers of cases and documents, codes and keys. They are masked here, so that
two runs of the same pages come to the same digest; words, form, style and the kind of digits stay.
"""

import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from gallery_world import LANGUAGES, ROOT
from uruk.kernel.api import format_date

STYLES = sorted((ROOT / "src" / "uruk" / "ui" / "static" / "ui").glob("*.css"))
# Every element with its class, in order, and every text between them; of a closed <details> and of scripts nothing.
SHAPE = """() => {
  const found = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return found.push(node.data.trim());
    if (node.nodeType !== Node.ELEMENT_NODE || !node.checkVisibility()) return;
    const value = node.matches("input:not([type=hidden]), textarea") ? node.value : "";
    found.push([node.tagName, node.getAttribute("class") || "", node.disabled ? "disabled" : "", value].join(" "));
    if (!node.closest("svg")) node.childNodes.forEach(walk);
  };
  walk(document.body);
  return found.filter(Boolean).join("\\n");
}"""
CODES = re.compile(r"\b(?:[0-9A-F]{4}-[0-9A-F]{4}|[0-9A-Z]{5}-[0-9A-Z]{5}|[0-9a-f]{8,})\b")
NUMBERS = re.compile(r"[0-9](?:[0-9.,:/ -]*[0-9])?")
ARABIC_NUMBERS = re.compile(r"[٠-٩](?:[٠-٩.,:/ ٫٬-]*[٠-٩])?")


def _months() -> re.Pattern[str]:
    """The name of every month in every language, longest first."""
    days = [date(2026, month, 1) for month in range(1, 13)]
    said = {re.sub(r"[0-9٠-٩]+ی?", "", format_date(day, language)).strip() for day in days for language in LANGUAGES}
    return re.compile("|".join(sorted(map(re.escape, said), key=len, reverse=True)))


MONTHS = _months()


def masked(text: str) -> str:
    """A text with one sign in the place of whatever is of this run alone."""
    for pattern, sign in ((CODES, "#"), (MONTHS, "month"), (NUMBERS, "0"), (ARABIC_NUMBERS, "٠")):
        text = pattern.sub(sign, text)
    return text


def essence(page: Page) -> str:
    """The digest of a page as it looks: its size, its styles, its elements and words."""
    parts = [json.dumps(page.viewport_size), *(path.read_text(encoding="utf-8") for path in STYLES)]
    parts.append(masked(page.evaluate(SHAPE)))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


class Seen:
    """What each picture of a folder was taken of, in a file beside them."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "seen.json"
        known = self._file.read_text(encoding="utf-8") if self._file.is_file() else "{}"
        self._digests: dict[str, Any] = json.loads(known)

    def is_new(self, picture: Path, digest: str) -> bool:
        """Whether the picture is not there, or was taken of something else; from now on it is of this."""
        was, self._digests[picture.name] = self._digests.get(picture.name), digest
        return was != digest or not picture.is_file()

    def keep(self) -> None:
        """Write it, without pictures that are gone."""
        there = {name: one for name, one in sorted(self._digests.items()) if (self._file.parent / name).is_file()}
        self._file.write_text(json.dumps(there, indent=0) + "\n", encoding="utf-8")
