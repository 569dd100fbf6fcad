"""Money: whole dinars. The fils is not in use and floats do not exist."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from uruk.kernel.bidi import isolate
from uruk.kernel.digits import ascii_digits, local_digits
from uruk.kernel.errors import CodedError

CASH_STEP_IQD = 250  # the smallest note in use
_ARABIC_THOUSANDS = "\N{ARABIC THOUSANDS SEPARATOR}"
_PLAIN = re.compile(r"-?[0-9]{1,15}")
_GROUPED = re.compile(rf"-?[0-9]{{1,3}}(?:[,{_ARABIC_THOUSANDS} ][0-9]{{3}}){{1,4}}")
_SEPARATORS = str.maketrans("", "", f", {_ARABIC_THOUSANDS}")


@dataclass(frozen=True, slots=True, order=True)
class Dinars:
    """An amount in whole dinars (IQD); negative for what is owed back."""

    amount_iqd: int

    def __post_init__(self) -> None:
        if isinstance(self.amount_iqd, bool) or not isinstance(self.amount_iqd, int):
            raise TypeError("dinars are whole numbers")

    def __add__(self, other: Self) -> "Dinars":
        return Dinars(self.amount_iqd + other.amount_iqd)

    def __sub__(self, other: Self) -> "Dinars":
        return Dinars(self.amount_iqd - other.amount_iqd)

    def __mul__(self, times: int) -> "Dinars":
        return Dinars(self.amount_iqd * times)

    @classmethod
    def total(cls, amounts: Iterable["Dinars"]) -> "Dinars":
        """Return the sum of the amounts; nothing sums to zero."""
        return cls(sum(each.amount_iqd for each in amounts))

    @classmethod
    def parse(cls, typed: str) -> "Dinars":
        """Read an amount somebody typed: any digit system, grouped by thousands or not, at most 15 digits.

        Errors: kernel.amount_invalid.
        """
        digits = ascii_digits(typed.strip())
        if not _PLAIN.fullmatch(digits) and not _GROUPED.fullmatch(digits):
            raise CodedError("kernel.amount_invalid", value=typed)
        return cls(int(digits.translate(_SEPARATORS)))

    def cash(self) -> "Dinars":
        """Return the nearest amount that notes can pay, a multiple of 250; halves go away from zero."""
        size = (abs(self.amount_iqd) + CASH_STEP_IQD // 2) // CASH_STEP_IQD * CASH_STEP_IQD
        return Dinars(size if self.amount_iqd >= 0 else -size)

    def format(self, lang: str) -> str:
        """Return the amount for a reader of `lang`, grouped by thousands and isolated from the text around it."""
        grouped = f"{self.amount_iqd:,}"
        if lang == "en":
            return isolate(f"{grouped} IQD")
        return isolate(f"{local_digits(grouped, lang).replace(',', _ARABIC_THOUSANDS)} د.ع")
