"""How people write a number otherwise than it is kept: in dunams of 2,500 m², or with digits after the point."""

import re
from dataclasses import dataclass
from decimal import Decimal

from uruk.kernel.api import ascii_digits

MAX_EACH = 10**9
_TYPED = re.compile(r"[-+]?[0-9]{1,16}(\.[0-9]{1,9})?")
_GROUPING = str.maketrans({" ": None, "\u00a0": None, "\u202f": None, "\u066c": None, ",": None, "٫": "."})


@dataclass(frozen=True)
class Entry:
    """The unit in which people write a number; `each` of it is so many of the unit in which it is kept.

    `each` has no prime factor but 2 and 5, so whatever is kept can be written without a remainder. Without a unit it is
    the bare number: 12.34 is kept as 1234 of `each` 100.
    """

    unit: str
    each: int

    def __str__(self) -> str:
        return f"{self.unit or 1} = {self.each}"

    def written(self, kept: int) -> Decimal:
        """What is kept as people write it: 25,400 m² are 10.16 dunams."""
        found = (Decimal(kept) / self.each).normalize()
        return found.quantize(Decimal(1)) if found == found.to_integral() else found

    def typed(self, kept: int) -> str:
        """The same for the box of a form."""
        return f"{self.written(kept):f}"

    def kept(self, typed: str) -> int | None:
        """What was typed as it is kept, in any of the three digit systems; None where it is no such number."""
        text = ascii_digits(typed.translate(_GROUPING))
        if not _TYPED.fullmatch(text):
            return None
        found = Decimal(text) * self.each
        return int(found) if found == found.to_integral() else None


def is_finite(each: int) -> bool:
    """Whether whatever is kept can be written without a remainder."""
    for prime in (2, 5):
        while each % prime == 0:
            each //= prime
    return each == 1
