"""Texts in the three languages, and the direction each is written in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from uruk.kernel.errors import CodedError

Language = Literal["ar", "ckb", "en"]
LANGUAGES: tuple[Language, ...] = ("ar", "ckb", "en")
REQUIRED_LANGUAGES: tuple[Language, ...] = ("ar", "ckb")


def direction(lang: str) -> Literal["rtl", "ltr"]:
    """Return the writing direction of a language, as HTML's `dir` wants it."""
    return "ltr" if lang == "en" else "rtl"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Arabic, Central Kurdish (Sorani) and, where given, English.

    Arabic and Kurdish are official everywhere in the country and so required; English is third.
    """

    ar: str
    ckb: str
    en: str | None = None

    def get(self, lang: str) -> str:
        """Return the text in `lang` ("ar", "ckb", "en"); Arabic where English is missing.

        Errors: kernel.language_unknown.
        """
        if lang == "ar":
            return self.ar
        if lang == "ckb":
            return self.ckb
        if lang == "en":
            return self.ar if self.en is None else self.en
        raise CodedError("kernel.language_unknown", language=lang)

    def as_dict(self) -> dict[str, str]:
        """Return the languages that are there, in the fixed order ar, ckb, en."""
        texts = {"ar": self.ar, "ckb": self.ckb}
        return texts if self.en is None else {**texts, "en": self.en}

    def filled(self, **values: "Text") -> "Text":
        """Return the text in all three languages with `{name}` replaced by each value in the same language."""
        told = [self.get(lang) for lang in LANGUAGES]
        for name, value in values.items():
            told = [text.replace(f"{{{name}}}", value.get(lang)) for lang, text in zip(LANGUAGES, told, strict=True)]
        return Text(*told)

    @classmethod
    def parse(cls, mapping: object) -> "Text":
        """Read a text from a mapping of language to non-empty string.

        Errors: kernel.text_not_a_mapping, kernel.text_missing, kernel.text_language_unknown, kernel.text_empty.
        """
        if not isinstance(mapping, Mapping):
            raise CodedError("kernel.text_not_a_mapping")
        for lang in mapping:
            if lang not in LANGUAGES:
                raise CodedError("kernel.text_language_unknown", language=str(lang))
        for required in REQUIRED_LANGUAGES:
            if required not in mapping:
                raise CodedError("kernel.text_missing", language=required)
        return cls(**{lang: _sentence(lang, text) for lang, text in mapping.items()})


def _sentence(lang: str, text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise CodedError("kernel.text_empty", language=lang)
    return text
