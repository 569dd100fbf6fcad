"""Several words in one line."""

from collections.abc import Iterable


def listed(parts: Iterable[str], lang: str) -> str:
    """Words one after the other, with the comma of `lang` between them."""
    return (", " if lang == "en" else "، ").join(parts)
