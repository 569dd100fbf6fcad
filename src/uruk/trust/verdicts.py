"""What a verification answers: one of three outcomes, with what to compare and what to be told besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from uruk.kernel.api import CodedError, Dinars, Text, error_sentence, format_date, local_digits
from uruk.trust.status import DocumentStatus

Exit = Literal[0, 1, 2]
GENUINE: Final = 0
REFUSED: Final = 1
UNDECIDED: Final = 2
Grade = Literal["sealed", "signed", "timestamped", "witnessed"]

_YES_NO = {True: Text("نعم", "بەڵێ", "yes"), False: Text("لا", "نەخێر", "no")}
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Remark:
    """A coded sentence; ``code`` is that of errors.yaml, ``values`` what it speaks of."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """The sentence for a reader of ``lang``."""
        return error_sentence(self.code, lang, self.values)

    @classmethod
    def of(cls, error: CodedError) -> "Remark":
        """The remark that says what the error says."""
        return cls(error.code, error.values)


@dataclass(frozen=True)
class FieldValue:
    """A field to compare with the paper; ``shortened`` where the code had no room for the whole text.

    ``value`` is as the code holds it: text, an integer (dates as days since 1970-01-01, money in dinars), yes or no.
    """

    number: int
    name: str
    label: Text
    type: str
    value: str | int | bool
    shortened: bool = False
    choices: Mapping[str, Text] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """The value as a reader of ``lang`` reads it."""
        if isinstance(self.value, bool):
            return _YES_NO[self.value].get(lang)
        if isinstance(self.value, str):
            return self.choices[self.value].get(lang) if self.value in self.choices else self.value
        if self.type == "money":
            return Dinars(self.value).format(lang)
        if self.type == "date":
            return _day(self.value, lang)
        return local_digits(str(self.value), lang)


def _day(days: int, lang: str) -> str:
    try:
        return format_date(_EPOCH + timedelta(days=days), lang)
    except OverflowError:
        return local_digits(str(days), lang)


@dataclass(frozen=True)
class Verdict:
    """The answer.

    ``exit``: 0 issued by the institution, with fresh keys and lists; 1 altered, revoked, expired or untrusted; 2 cannot
    be told. ``status_until``: until when revocations are known. ``two_persons``: None where this way of verifying
    cannot show it. ``original``: SHA-256 of a sealed PDF. ``grade``: what the issue is proved by; ``proved_at``: when
    an independent timestamp shows it to have existed.
    """

    exit: Exit
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    institution: Text | None = None
    institution_code: str | None = None
    type: Text | None = None
    type_code: str | None = None
    document_id: bytes | None = None
    fields: tuple[FieldValue, ...] = ()
    issued: date | None = None
    expires: date | None = None
    status: DocumentStatus | Literal["unknown"] = "unknown"
    status_until: datetime | None = None
    grade: Grade | None = None
    two_persons: bool | None = None
    original: bytes | None = None
    proved_at: datetime | None = None
    demonstration: bool = False
    warnings: tuple[Remark, ...] = ()

    def sentence(self, lang: str) -> str:
        """The answer in a sentence; never a bare "valid"."""
        return error_sentence(self.code, lang, self.values)

    def with_answer(self, outcome: Exit, code: str, /, **values: Any) -> "Verdict":
        """The same findings with another answer."""
        return replace(self, exit=outcome, code=f"trust.{code}", values=values)

    def with_warning(self, code: str, /, **values: Any) -> "Verdict":
        """The same answer with one more remark."""
        return replace(self, warnings=(*self.warnings, Remark(f"trust.{code}", values)))

    def to_map(self, lang: str) -> dict[str, Any]:
        """The answer as JSON values, with the sentences in ``lang``."""
        return {
            "exit": self.exit,
            "code": self.code,
            "sentence": self.sentence(lang),
            "institution": self.institution_code,
            "institution_name": self.institution.get(lang) if self.institution else None,
            "type": self.type_code,
            "type_name": self.type.get(lang) if self.type else None,
            "document": self.document_id.hex() if self.document_id else None,
            "fields": [
                {
                    "name": entry.name,
                    "label": entry.label.get(lang),
                    "value": entry.value,
                    "text": entry.text(lang),
                    "shortened": entry.shortened,
                }
                for entry in self.fields
            ],
            "issued": self.issued.isoformat() if self.issued else None,
            "expires": self.expires.isoformat() if self.expires else None,
            "status": self.status,
            "status_until": self.status_until.isoformat() if self.status_until else None,
            "grade": self.grade,
            "two_persons": self.two_persons,
            "demonstration": self.demonstration,
            "warnings": [{"code": remark.code, "sentence": remark.sentence(lang)} for remark in self.warnings],
        }


def refusal(error: CodedError, outcome: Exit) -> Verdict:
    """A verdict of which only the answer is known."""
    return Verdict(exit=outcome, code=error.code, values=error.values)
