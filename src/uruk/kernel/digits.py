"""The three digit systems people type: 0-9, Arabic-Indic and Eastern Arabic-Indic."""

ARABIC_INDIC = "٠١٢٣٤٥٦٧٨٩"  # U+0660…: Arabic and Sorani in this country
EASTERN_ARABIC_INDIC = "۰۱۲۳۴۵۶۷۸۹"  # U+06F0…: Persian keyboards

_TO_ASCII = str.maketrans(ARABIC_INDIC + EASTERN_ARABIC_INDIC, "0123456789" * 2)
_TO_ARABIC_INDIC = str.maketrans("0123456789" + EASTERN_ARABIC_INDIC, ARABIC_INDIC * 2)


def ascii_digits(text: str) -> str:
    """Return the text with every digit of the three systems as 0-9; all else stays."""
    return text.translate(_TO_ASCII)


def local_digits(text: str, lang: str) -> str:
    """Return the text with its digits as readers of `lang` write them: ٠-٩ in ar and ckb, 0-9 in en."""
    return text.translate(_TO_ASCII if lang == "en" else _TO_ARABIC_INDIC)
