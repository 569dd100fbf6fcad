"""Codes that people read aloud and type: Crockford's base32, forgiving about what looks alike."""

from uruk.kernel.api import ascii_digits

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
BITS_PER_SYMBOL = 5


def code_text(number: int, symbols: int) -> str:
    """The number's lowest bits as a code of so many symbols, 5 bits each, in groups of five: ``7K2MV-0Q9XT``."""
    text = "".join(_ALPHABET[(number >> (BITS_PER_SYMBOL * each)) & 31] for each in reversed(range(symbols)))
    return "-".join(text[start : start + 5] for start in range(0, symbols, 5))


def plain_code(typed: str) -> str:
    """A typed code as it is compared: upper case, no separators, O read as 0, I and L as 1."""
    letters = ascii_digits(typed[:100]).upper().translate(_ALIKE)
    return "".join(letter for letter in letters if letter in _ALPHABET)
