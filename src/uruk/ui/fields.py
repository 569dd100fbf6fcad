"""Any definition's fields as questions of a form, and what was typed there as values."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from uruk.definitions.api import Catalogue, Field, Fields, Texts
from uruk.kernel.api import CodedError
from uruk.ui.language import reader_language
from uruk.ui.rows import Choice, Kind, Row

Catalogues = Mapping[str, Catalogue]
Problems = Mapping[str, CodedError]

_KINDS: Mapping[str, Kind] = {
    "long_text": "textarea",
    "choice": "select",
    "yes_no": "radios",
    "declaration": "checkbox",
    "file": "file",
    "group": "group",
    "person": "group",
    "address": "group",
}
_NOT_ASKED = frozenset({"list", "location"})
_NOT_TYPED = _NOT_ASKED | {"file"}


def form_rows(
    fields: Fields,
    texts: Texts,
    catalogues: Catalogues,
    values: Mapping[str, Any] | None = None,
    problems: Problems | None = None,
) -> tuple[Row, ...]:
    """The fields as rows of a form, in the reader's language.

    `values` are what was stored or typed; `problems` are errors by the dotted path of their field. Names in HTML are
    the dotted paths. Lists and points on a map have a page of their own and are left out.
    """
    form = _Form(texts, catalogues, problems or {})
    asked = [field for field in fields if field.type not in _NOT_ASKED]
    return tuple(form.row(field, (values or {}).get(field.name), "") for field in asked)


def form_values(fields: Fields, typed: Mapping[str, str], path: str = "") -> dict[str, Any]:
    """What was typed into such a form, as values that `Fields.validate` takes; fields left blank are not there."""
    found: dict[str, Any] = {}
    for field in fields:
        name = f"{path}{field.name}"
        value: Any = form_values(field.members, typed, f"{name}.") if field.is_parts else typed.get(name, "").strip()
        if value and field.type not in _NOT_TYPED:
            found[field.name] = value
    return found


class _Form:
    """What every row of one form needs: texts, catalogues, problems."""

    def __init__(self, texts: Texts, catalogues: Catalogues, problems: Problems) -> None:
        self._texts, self._catalogues, self._problems = texts, catalogues, problems

    def row(self, field: Field, value: Any, path: str) -> Row:
        """One field as a question, its parts inside it."""
        name = f"{path}{field.name}"
        inner = value if isinstance(value, Mapping) else {}
        members = field.members if field.is_parts else Fields(())
        error = self._problems.get(name)
        return Row(
            name=name,
            label=self._label(field, name),
            kind=_KINDS.get(field.type, "text"),
            value=_typed(value),
            hint=self._hint(field, name),
            error=error.sentence(reader_language()) if error else "",
            required=field.required,
            choices=field_choices(field, self._texts, self._catalogues),
            attributes=_attributes(field),
            rows=tuple(self.row(each, inner.get(each.name), f"{name}.") for each in members),
        )

    def _label(self, field: Field, name: str) -> str:
        return field_label(field, self._texts, name)

    def _hint(self, field: Field, name: str) -> str:
        told = self._texts.find(f"help.{name}")
        parts = [told.get(reader_language()) if told else "", _HINTS[field.type]() if field.type in _HINTS else ""]
        return " ".join(part for part in parts if part)


def field_label(field: Field, texts: Texts, path: str) -> str:
    """The label of a field at a dotted path, in the reader's language."""
    told = texts.find(f"fields.{path}")
    if told is not None:
        return told.get(reader_language())
    return _PARTS[field.name]() if field.name in _PARTS else field.name


def field_choices(field: Field, texts: Texts, catalogues: Catalogues) -> tuple[Choice, ...]:
    """What may be chosen, in the reader's language; none for a field that is no choice."""
    if field.type == "yes_no":
        return Choice("yes", _("Yes")), Choice("no", _("No"))
    return tuple(Choice(code, choice_label(field, code, texts, catalogues)) for code in field.options)


def choice_label(field: Field, code: str, texts: Texts, catalogues: Catalogues) -> str:
    """The name of a chosen code; the code itself where neither catalogue nor texts name it any longer."""
    if field.catalogue is not None:
        known = catalogues.get(field.catalogue)
        told = known.names.get(code) if known else None
    else:
        told = texts.find(f"choices.{field.name}.{code}")
    return told.get(reader_language()) if told else code


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None or isinstance(value, Mapping | list) else str(value)


def _attributes(field: Field) -> tuple[tuple[str, str], ...]:
    """Direction and keyboard of a box. The length is checked by the server, which says so in words."""
    if field.type in {"text", "long_text"}:
        return (("dir", "auto"),)
    if field.type in {"integer", "money", "national_number"}:
        return (("dir", "auto"), ("inputmode", "numeric"), ("class", "number"), ("autocomplete", "off"))
    if field.type in {"date", "time"}:
        return (("dir", "auto"), ("class", "short"), ("autocomplete", "off"))
    return ()


_HINTS: Mapping[str, Callable[[], str]] = {
    "date": lambda: _("Day/month/year, for example 23/11/2026."),
    "time": lambda: _("Hours and minutes, for example 14:30."),
    "money": lambda: _("In whole dinars."),
}
_PARTS: Mapping[str, Callable[[], str]] = {
    "given": lambda: _("Given name"),
    "father": lambda: _("Father's name"),
    "grandfather": lambda: _("Grandfather's name"),
    "surname": lambda: _("Surname"),
    "governorate": lambda: _("Governorate"),
    "district": lambda: _("District"),
    "quarter": lambda: _("Quarter"),
    "mahalla": lambda: _("Mahalla"),
    "zuqaq": lambda: _("Zuqaq"),
    "house": lambda: _("House"),
    "landmark": lambda: _("Near which known place"),
}
