"""Numbers and check codes as printed and typed: 12 digits, and 10 characters of Crockford's base 32 (50 bits)."""

from uruk.kernel.api import ascii_digits

NUMBER_DIGITS = 12
CODE_CHARACTERS = 10
# No I, L, O, U: a reader takes them for digits or for each other (https://www.crockford.com/base32.html).
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110")
_SEPARATORS = str.maketrans("", "", " -\u2010\u2011\u2012\u2013\u00a0\u202f\u200e\u200f\u2066\u2067\u2068\u2069")


def make_number(random: bytes) -> str:
    """Twelve digits, the first not 0, from 16 random bytes: they tell nothing about how many were issued."""
    low, high = 10 ** (NUMBER_DIGITS - 1), 10**NUMBER_DIGITS
    return str(low + int.from_bytes(random, "big") % (high - low))


def make_code(random: bytes) -> str:
    """Ten characters from 7 random bytes, of which 50 bits are used."""
    value = int.from_bytes(random, "big") & ((1 << 5 * CODE_CHARACTERS) - 1)
    return "".join(_ALPHABET[value >> 5 * place & 31] for place in reversed(range(CODE_CHARACTERS)))


def group_number(number: str) -> str:
    """The number as printed: groups of four digits."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def group_code(code: str) -> str:
    """The check code as printed: two groups of five."""
    return f"{code[:5]}-{code[5:]}"


def read_number(typed: str) -> str | None:
    """The number that somebody typed, in any digits and grouping; None where it cannot be one."""
    digits = ascii_digits(typed).translate(_SEPARATORS)
    return digits if len(digits) == NUMBER_DIGITS and digits.isascii() and digits.isdigit() else None


def read_code(typed: str) -> str | None:
    """The check code that somebody typed; I, L and O count as the digits they resemble. None where it cannot be one."""
    letters = ascii_digits(typed).translate(_SEPARATORS).upper().translate(_MISREAD)
    return letters if len(letters) == CODE_CHARACTERS and set(letters) <= set(_ALPHABET) else None
