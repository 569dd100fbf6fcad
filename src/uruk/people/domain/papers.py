"""Numbers that persons are known by, as they are typed and as they are kept."""

import re
import unicodedata

from uruk.kernel.api import CodedError, ascii_digits

NATIONAL = "national"
# Separators, dashes, and characters that are not seen (direction marks, joiners).
_LEFT_OUT = {"Zs", "Pd", "Cf", "Cc"}
# No public checksum of the national number is known, so none is invented: twelve digits, no more is checked.
_PATTERNS = {
    NATIONAL: re.compile(r"[0-9]{12}"),
    "passport": re.compile(r"[A-Z][A-Z0-9]{5,11}"),
    "civil-status": re.compile(r"[0-9A-Z/]{4,20}"),
    "residence-permit": re.compile(r"[0-9A-Z/]{4,20}"),
    "refugee-card": re.compile(r"[0-9A-Z/]{4,24}"),
}
PAPER_KINDS: tuple[str, ...] = tuple(_PATTERNS)


def plain_number(typed: str) -> str:
    """A number without the spaces, hyphens and direction marks that people and programs put in, in ASCII digits."""
    kept = (letter for letter in ascii_digits(typed[:200]) if unicodedata.category(letter) not in _LEFT_OUT)
    return "".join(kept).upper()


def check_number(kind: str, typed: str) -> str:
    """Return the number as it is kept.

    Errors: ``people.paper_kind_unknown``, ``people.national_number_digits``, ``people.paper_number_malformed``.
    """
    if kind not in _PATTERNS:
        raise CodedError("people.paper_kind_unknown", kind=kind[:32])
    number = plain_number(typed)
    if _PATTERNS[kind].fullmatch(number):
        return number
    raise CodedError("people.national_number_digits" if kind == NATIONAL else "people.paper_number_malformed")
