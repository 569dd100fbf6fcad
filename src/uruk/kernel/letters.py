"""What no text that is kept may hold."""


def has_half_letter(text: str) -> bool:
    """Whether half a letter (a lone surrogate) stands in it: no file is written with it, and no database keeps it."""
    return not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)
