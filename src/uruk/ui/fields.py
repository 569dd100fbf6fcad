"""Any definition's fields as questions of a form."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from uruk.definitions.api import Catalogue, Field, Fields, Texts
from uruk.kernel.api import CodedError, local_digits
from uruk.ui.language import reader_language
from uruk.ui.places import COORDINATES, degrees
from uruk.ui.rows import Choice, Kind, Row
from uruk.ui.units import field_amount, kept_amount, unit_label

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
    "location": "place",
    "list": "list",
}


def form_rows(
    fields: Fields,
    texts: Texts,
    catalogues: Catalogues,
    values: Mapping[str, Any] | None = None,
    problems: Problems | None = None,
    *,
    nested_files: bool = False,
) -> tuple[Row, ...]:
    """The fields as rows of a form, in the reader's language.

    `values` are what was stored or typed; `problems` are errors by the dotted path of their field. Names in HTML are
    the dotted paths, with positions from 0 in lists. `nested_files`: files are asked for in groups and lists too, by a
    form that carries them (`form_values` with `file_of`).
    """
    form = _Form(texts, catalogues, problems or {}, nested_files=nested_files)
    return tuple(form.row(field, (values or {}).get(field.name), "") for field in fields)


class _Form:
    """What every row of one form needs: texts, catalogues, problems, whether it takes files within parts."""

    def __init__(self, texts: Texts, catalogues: Catalogues, problems: Problems, *, nested_files: bool) -> None:
        self._texts, self._catalogues, self._problems = texts, catalogues, problems
        self._nested_files = nested_files

    def row(self, field: Field, value: Any, path: str) -> Row:
        """One field as a question, its parts inside it."""
        name = f"{path}{field.name}"
        return Row(
            name=name,
            label=self._label(field, name),
            kind=_KINDS.get(field.type, "text"),
            value=_boxed(field, value),
            hint=self._hint(field, name),
            error=self._error(name, field),
            required=field.required,
            choices=field_choices(field, self._texts, self._catalogues),
            attributes=_attributes(field),
            rows=self._inner(field, value, name),
        )

    def _inner(self, field: Field, value: Any, name: str) -> tuple[Row, ...]:
        """The questions inside a question: parts of a group, coordinates of a point, rows of a list."""
        if field.type == "list":
            items = value if isinstance(value, list) else []
            return tuple(self._item(field, item, name, at) for at, item in enumerate(items or [{}] * field.required))
        if field.type == "location":
            return tuple(_coordinate(part, value, name) for part in COORDINATES)
        return self._parts(field, value, f"{name}.") if field.is_parts else ()

    def _item(self, field: Field, value: Any, name: str, at: int) -> Row:
        """One row of a list."""
        place = f"{name}.{at}"
        label = f"{self._label(field, name)} {local_digits(str(at + 1), reader_language())}"
        rows = self._parts(field, value, f"{place}.")
        return Row(place, label, "group", error=self._error(place), rows=rows)

    def _parts(self, field: Field, value: Any, path: str) -> tuple[Row, ...]:
        inner = value if isinstance(value, Mapping) else {}
        asked = (each for each in field.members if self._nested_files or each.type != "file")
        return tuple(self.row(each, inner.get(each.name), path) for each in asked)

    def _error(self, name: str, field: Field | None = None) -> str:
        error = self._problems.get(name)
        if error is not None and field is not None and field.entry is not None:
            error = in_entry(field, error)
        return error.sentence(reader_language()) if error else ""

    def _label(self, field: Field, name: str) -> str:
        return field_label(field, self._texts, name)

    def _hint(self, field: Field, name: str) -> str:
        told = self._texts.find(f"help.{_without_positions(name)}") or self._texts.find(f"help.{field.name}")
        counted = field.unit if field.entry is None else field.entry.unit
        unit = _("Counted in: %(unit)s.") % {"unit": unit_label(counted)} if counted else ""
        parts = [
            told.get(reader_language()) if told else "",
            _HINTS[field.type]() if field.type in _HINTS else "",
            unit,
        ]
        return " ".join(part for part in parts if part)


def field_label(field: Field, texts: Texts, path: str) -> str:
    """The label of a field at a dotted path, in the reader's language; what stands in a list has its own name alone."""
    told = texts.find(f"fields.{_without_positions(path)}") or texts.find(f"fields.{field.name}")
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


def _without_positions(path: str) -> str:
    return path if "." not in path else ".".join(part for part in path.split(".") if not part.isdigit())


def _coordinate(part: str, value: Any, name: str) -> Row:
    """Latitude or longitude in degrees, as typed or as stored in millionths."""
    given = value.get(f"{part}_udeg", "") if isinstance(value, Mapping) else ""
    typed = degrees(given) if isinstance(given, int) else str(given)
    attributes = (("dir", "ltr"), ("inputmode", "decimal"), ("class", "short"), ("autocomplete", "off"))
    return Row(f"{name}.{part}", _PARTS[part](), value=typed, attributes=attributes)


def in_entry(field: Field, error: CodedError) -> CodedError:
    """What is wrong with a number, its bounds in the unit in which people write it."""
    told = {name: field_amount(field, one) if isinstance(one, int) else one for name, one in error.values.items()}
    return CodedError(error.code, **told)


def _boxed(field: Field, value: Any) -> str:
    """What stands in a box: as typed, or what is kept as people write it."""
    kept = kept_amount(value) if field.entry is not None else None
    return _typed(value) if field.entry is None or kept is None else field.entry.typed(kept)


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None or isinstance(value, Mapping | list) else str(value)


def _attributes(field: Field) -> tuple[tuple[str, str], ...]:
    """Direction and keyboard of a box. The length is checked by the server, which says so in words."""
    if field.type in {"text", "long_text", "link"}:
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
    "location": lambda: _("In degrees, for example 33.3152 and 44.3661."),
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
    "latitude": lambda: _("Latitude"),
    "longitude": lambda: _("Longitude"),
    "landmark": lambda: _("Near which known place"),
}
