"""Records in words: their titles, what became of them, who wrote what, their values with where these lead."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from uruk.definitions.api import Definition, Field
from uruk.desk.offices import office_names
from uruk.desk.pages import catalogues, person_name
from uruk.desk.registries.room import Room
from uruk.kernel.api import CodedError
from uruk.registries.api import MASK, RecordView, get_record, get_registry
from uruk.ui.api import Fact, field_label, shown

NOTHING = "—"


def record_title(room: Room, values: Mapping[str, Any], record: UUID | None = None) -> str:
    """What names a record, of the values that are seen; else the beginning of its id."""
    names = room.model.title or room.model.main_key
    seen = [name for name in names if name in room.model.fields and values.get(name) not in (None, MASK)]
    return " · ".join(value_told(room, name, values[name]) for name in seen) or str(record or "")[:8] or NOTHING


def value_told(room: Room, name: str, value: Any, definition: Definition | None = None) -> str:
    """A value as the reader writes it; what is not there is a dash, and what is kept secret is said to be."""
    if value is None:
        return NOTHING
    if value == MASK:
        return _("Kept secret")
    found = _field(room, name, definition)
    texts = (definition or room.view.definition).texts
    return str(value) if found is None else shown(found, value, texts, catalogues())


def label(room: Room, name: str, definition: Definition | None = None) -> str:
    """What a field is called."""
    found = _field(room, name, definition)
    return name if found is None else field_label(found, (definition or room.view.definition).texts, name)


def _field(room: Room, name: str, definition: Definition | None) -> Field | None:
    model: Any = room.model if definition is None else definition.model
    found: Field | None = model.fields.find(name)
    return found


def record_facts(room: Room, found: RecordView) -> tuple[Fact, ...]:
    """The fields that have a value, in the words of the definition under which they were written."""
    model: Any = found.definition.model
    return tuple(_fact(room, found, field) for field in model.fields if found.values.get(field.name) is not None)


def _fact(room: Room, found: RecordView, field: Field) -> Fact:
    value = found.values[field.name]
    said = value_told(room, field.name, value, found.definition)
    named = field_label(field, found.definition.texts, field.name)
    if value == MASK:
        return Fact(named, said)
    if field.type == "file":
        return Fact(named, _("Download the file"), room.url("file", found.record, value))
    if field.type == "link" and field.name in room.model.fields:
        address = room.url("follow", found.record, field.name)
        return Fact(named, linked_told(room, field, said), address)
    return Fact(named, said)


def linked_told(room: Room, field: Field, key: str) -> str:
    """The key of a linked record, with its title where it is nobody's data and the office may read it."""
    try:
        target = Room(room.office, get_registry(room.actor, room.institution, field.to or ""))
        if target.model.personal or not target.may("read"):
            return key
        title = record_title(target, get_record(room.actor, room.institution, target.code, key=key).values)
    except CodedError:
        return key
    return key if title == key else f"{title} ({key})"


def withheld_told(room: Room, names: tuple[str, ...]) -> str:
    """The fields that this office is not shown, by name."""
    return " · ".join(label(room, name) for name in names)


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
    }[kind]


def writer_told(room: Room, author: str, role: str) -> str:
    """Who wrote: name and role; the node itself where it was no person."""
    name = _name(author)
    if not name:
        return _("The node itself") if not role else office_names(room.institution, role)[1]
    return f"{name} · {office_names(room.institution, role)[1]}" if role else name


def _name(author: str) -> str:
    try:
        return person_name(UUID(author))
    except ValueError:
        return ""
