"""Records of registries in words, alike for officers and for the persons whom they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from uruk.definitions.api import Definition, Field
from uruk.kernel.api import LANGUAGES, direction, isolate, listed
from uruk.publishing.api import country, institutions
from uruk.registries.api import MASK, FieldChange, RecordView, RegistryDefinition
from uruk.ui.fields import field_label
from uruk.ui.language import reader_language
from uruk.ui.shown import Table, TableRow, shown
from uruk.ui.templatetags.ui import day

NOTHING = "—"


@dataclass(frozen=True)
class Withheld:
    """A field that is kept but not shown to whom the record is about, and the offices that read it."""

    label: str
    readers: str


def registry_model(definition: Definition) -> RegistryDefinition:
    """What the definition of a registry says."""
    return cast(RegistryDefinition, definition.model)


def record_field(definition: Definition, name: str) -> Field | None:
    """A field of the registry, or what its offers tell beside them; None where it has none of that name."""
    model = registry_model(definition)
    return model.fields.find(name) or model.offered_fields.find(name)


def record_label(definition: Definition, name: str) -> str:
    """What a field is called; its code where this definition does not have it."""
    found = record_field(definition, name)
    return name if found is None else field_label(found, definition.texts, name)


def record_value(definition: Definition, name: str, value: Any) -> str:
    """A value as the reader writes it; what is not there is a dash, and what is kept secret is said to be."""
    if value is None:
        return NOTHING
    if value == MASK:
        return _("Kept secret")
    found = record_field(definition, name)
    return str(value) if found is None else shown(found, value, definition.texts, country().shared.catalogues)


def record_title(definition: Definition, values: Mapping[str, Any]) -> str:
    """What names a record, of the values that are seen; empty where none of them is."""
    model = registry_model(definition)
    names = [name for name in model.title or model.main_key if model.fields.find(name) is not None]
    told = [_in_reader_language(model, name, values) for name in names]
    seen = [name for name in told if values.get(name) not in (None, MASK)]
    return _beside([record_value(definition, name, values[name]) for name in seen])


def _beside(parts: Sequence[str]) -> str:
    """Parts of a name in the reader's direction, each in its own: of two scripts, numbers would change places."""
    if len(parts) < 2:
        return "".join(parts)
    start = "\N{RIGHT-TO-LEFT MARK}" if direction(reader_language()) == "rtl" else ""
    return start + " · ".join(isolate(one) for one in parts)


def _in_reader_language(model: RegistryDefinition, name: str, values: Mapping[str, Any]) -> str:
    """A field that is called like `title_ar` is read as `title_ckb` or `title_en` by whoever reads these."""
    stem, _sign, language = name.rpartition("_")
    other = f"{stem}_{reader_language()}"
    if language not in LANGUAGES or model.fields.find(other) is None or values.get(other) in (None, "", MASK):
        return name
    return other


def title_fields(model: RegistryDefinition) -> frozenset[str]:
    """The fields that name a record, in any language."""
    stems = {(name, *name.rpartition("_")[::2]) for name in model.title or model.main_key}
    others = {f"{stem}_{one}" for _name, stem, language in stems if language in LANGUAGES for one in LANGUAGES}
    return frozenset({name for name, _stem, _language in stems} | others)


def institution_name(code: str) -> str:
    """What an institution is called; its code where this node does not know it."""
    known = institutions().get(code)
    return known.names.get(reader_language()) if known else code


def office_name(institution: str, role: str) -> str:
    """An office of an institution."""
    known = institutions().get(institution)
    found = known.roles.get(role) if known else None
    return found.name.get(reader_language()) if found else role


def withheld(found: RecordView) -> tuple[Withheld, ...]:
    """The fields that are kept and not shown to whom the record is about, and who reads them; masked ones too."""
    masked = [name for name, value in found.values.items() if value == MASK]
    return tuple(
        Withheld(record_label(found.definition, name), _readers(found, name)) for name in (*found.withheld, *masked)
    )


def _readers(found: RecordView, name: str) -> str:
    field = record_field(found.definition, name)
    roles = field.read if field is not None else ()
    said = [office_name(found.institution, role) for role in roles]
    return listed(said, reader_language()) or _("No office")


def changes_table(definition: Definition, changes: Sequence[FieldChange]) -> Table:
    """What a version changed, field by field."""
    rows = tuple(TableRow(_change(definition, each)) for each in changes)
    return Table(_("What changed"), (_("Field"), _("Before"), _("After")), rows)


def _change(definition: Definition, each: FieldChange) -> tuple[str, str, str]:
    before, after = (record_value(definition, each.field, value) for value in (each.before, each.after))
    return record_label(definition, each.field), before, after


def period_told(start: date, end: date | None) -> str:
    """From which day on something is true, and until when."""
    if end is None:
        return _("True from %(start)s") % {"start": day(start)}
    return _("True from %(start)s, no longer from %(end)s") % {"start": day(start), "end": day(end)}


def status_told(status: str) -> tuple[str, str]:
    """What a record is, and the tone of its tag."""
    return {
        "live": (pgettext("record", "In force"), "good"),
        "withdrawn": (_("Withdrawn"), "bad"),
        "merged": (_("Merged into another"), "bad"),
        "dormant": (_("Not in force today"), "wait"),
        "forgotten": (_("Forgotten"), "bad"),
    }[status]


def kind_told(kind: str) -> str:
    """What a change does, as a heading."""
    return {
        "create": _("First recorded"),
        "change": _("Changed"),
        "correct": _("Corrected"),
        "withdraw": pgettext("version", "Withdrawn"),
        "restore": _("Restored"),
        "merge": pgettext("version", "Merged into another"),
        "unmerge": _("Merge undone"),
    }[kind]


def asked_told(kind: str) -> str:
    """What is asked for, as a heading."""
    return {
        "create": _("A new record"),
        "change": _("A change"),
        "correct": _("A correction"),
        "withdraw": _("A withdrawal"),
        "restore": _("A restoration"),
        "merge": _("A merge of two records"),
        "unmerge": _("The undoing of a merge"),
        "forget": _("The forgetting of a record"),
    }[kind]
