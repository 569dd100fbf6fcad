"""What stands on the paper: a proposal put into the words of three languages, as the templates read it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from uruk.definitions.api import Field, Texts
from uruk.documents.domain.definition import DocumentType
from uruk.documents.domain.numbers import group_code, group_number
from uruk.documents.domain.proposal import Proposal
from uruk.kernel.api import LANGUAGES, Dinars, Text, amount_in, format_date, hijri, local_digits, script_of

ChoiceName = Callable[[Field, str], Text]
_HOLE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
_YES_NO = {True: Text("نعم", "بەڵێ", "Yes"), False: Text("لا", "نەخێر", "No")}
_NAME_PARTS = ("given", "father", "grandfather", "surname")
_ADDRESS_PARTS = ("governorate", "district", "quarter", "mahalla", "zuqaq", "house", "landmark")


@dataclass(frozen=True)
class Letterhead:
    """What the paper says about who issues it: country, institution, host of the check, and whether it is for show."""

    country: Text
    institution: Text
    host: str
    demonstration: bool
    hijri_offset_days: int = 0


@dataclass(frozen=True)
class Words:
    """What a type contributes: its texts, the names of its choices, the law it stands on.

    ``law``: title (texts), article, and number and year where they are known.
    """

    texts: Texts
    law: Mapping[str, Any] | None
    choice_name: ChoiceName


def paper(proposal: Proposal, document_type: DocumentType, words: Words, head: Letterhead) -> dict[str, Any]:
    """Everything that is printed, as JSON values; texts are maps of ar, ckb and, where there is one, en."""
    shown = {
        field.name: _value(field, proposal.fields[field.name], words)
        for field in document_type.fields
        if field.name in proposal.fields
    }
    found: dict[str, Any] = {
        "country": head.country.as_dict(),
        "institution": head.institution.as_dict(),
        "title": words.texts.get("title").as_dict(),
        "number": group_number(proposal.number),
        "code": group_code(proposal.check_code),
        "host": head.host,
        "demonstration": head.demonstration,
        "issued": _day(proposal.issued, head.hijri_offset_days),
        "date": {"year": proposal.issued.year, "month": proposal.issued.month, "day": proposal.issued.day},
        "fields": [_row(field, shown[field.name], words) for field in document_type.fields if field.name in shown],
    }
    return found | _optional(proposal, words, shown, head)


def _optional(proposal: Proposal, words: Words, shown: Mapping[str, Text], head: Letterhead) -> dict[str, Any]:
    found: dict[str, Any] = {}
    statement = words.texts.find("statement")
    if statement:
        found["statement"] = _filled(statement, shown, head)
    if words.law:
        found["law"] = dict(words.law)
    if proposal.expires:
        found["expires"] = _day(proposal.expires, head.hijri_offset_days)
    if proposal.original:
        found["original"] = proposal.original.sha256.hex()
    return found


def _row(field: Field, value: Text, words: Words) -> dict[str, Any]:
    rtl = any(script_of(value.get(lang)) in {"arabic", "mixed"} for lang in ("ar", "ckb"))
    return {
        "name": field.name,
        "label": words.texts.get(f"fields.{field.name}").as_dict(),
        "value": {lang: value.get(lang) for lang in LANGUAGES},
        "direction": "rtl" if rtl or field.type in {"integer", "money"} else "ltr",
    }


def _value(field: Field, value: Any, words: Words) -> Text:
    if field.type == "date":
        return _each(lambda lang: format_date(date.fromisoformat(value), lang))
    if field.type == "choice":
        return words.choice_name(field, value)
    if field.type == "money":
        return _each(Dinars(value).format)
    if field.type == "integer":
        return _each(lambda lang: _amount(field, value, lang))
    if isinstance(value, bool):
        return _YES_NO[value]
    return _same(_plain(field, value))


def _amount(field: Field, value: int, lang: str) -> str:
    """A number with its unit; without one it may be a year, whose digits stay together."""
    if field.entry is not None:
        return amount_in(field.entry.written(value), field.entry.unit, lang)
    return amount_in(value, field.unit, lang) if field.unit else local_digits(str(value), lang)


def _plain(field: Field, value: Any) -> str:
    if field.type == "person":
        return " ".join(value[part] for part in _NAME_PARTS if part in value)
    if field.type == "address":
        return "، ".join(value[part] for part in _ADDRESS_PARTS if part in value)
    return str(value)


def _day(day: date, offset_days: int) -> dict[str, Any]:
    moon = hijri(day, offset_days)
    return _each(lambda lang: format_date(day, lang)).as_dict() | {"hijri": _each(moon.format).as_dict()}


def _filled(statement: Text, shown: Mapping[str, Text], head: Letterhead) -> dict[str, str]:
    """The type's sentence with its fields put in; a field left empty leaves a dash."""
    known = {**shown, "institution": head.institution}

    def fill(lang: str) -> str:
        return _HOLE.sub(lambda hole: known[hole[1]].get(lang) if hole[1] in known else "—", statement.get(lang))

    return {lang: fill(lang) for lang in statement.as_dict()}


def _each(write: Callable[[str], str]) -> Text:
    return Text(write("ar"), write("ckb"), write("en"))


def _same(text: str) -> Text:
    return Text(text, text, text)
