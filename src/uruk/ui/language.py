"""The reader's language."""

from django.utils.translation import get_language

from uruk.kernel.api import LANGUAGES


def reader_language() -> str:
    """The language of the page being made: ar, ckb or en."""
    language = (get_language() or LANGUAGES[0]).split("-")[0]
    return language if language in LANGUAGES else LANGUAGES[0]
