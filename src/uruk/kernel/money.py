"""Money: whole dinars. The fils is not in use and floats do not exist."""

from dataclasses import dataclass
from typing import Self

from uruk.kernel.bidi import isolate
from uruk.kernel.digits import local_digits

CASH_STEP_IQD = 250  # the smallest note in use
_ARABIC_THOUSANDS = "\N{ARABIC THOUSANDS SEPARATOR}"


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
