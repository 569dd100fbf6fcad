"""Records in words: their titles, what became of them, who wrote what, their values with where these lead."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from uruk.definitions.api import Definition, Field, Fields
from uruk.desk.offices import office_names
from uruk.desk.pages import person_name
from uruk.desk.registries.room import Room
from uruk.kernel.api import CodedError
from uruk.registries.api import MASK, RecordView, files_in, get_record, get_registry
from uruk.ui.api import (
    Fact,
    amount_told,
    asked_told,
    field_label,
    kind_told,
    record_label,
    record_value,
    status_told,
)
from uruk.ui.api import record_title as title_of

__all__ = [
    "asked_told",
    "counted",
    "kind_told",
    "label",
    "path_told",
    "record_facts",
    "record_title",
    "status_told",
    "value_told",
    "withheld_told",
    "writer_told",
]

NOTHING = "—"


def record_title(room: Room, values: Mapping[str, Any], record: UUID | None = None) -> str:
    """What names a record, of the values that are seen; else the beginning of its id."""
    return title_of(room.view.definition, values) or str(record or "")[:8] or NOTHING


def value_told(room: Room, name: str, value: Any, definition: Definition | None = None) -> str:
    """A value as the reader writes it; what is not there is a dash, and what is kept secret is said to be."""
    return record_value(definition or room.view.definition, name, value)


def label(room: Room, name: str, definition: Definition | None = None) -> str:
    """What a field is called."""
    return record_label(definition or room.view.definition, name)


def path_told(room: Room, path: str) -> str:
    """What stands at a dotted path of a record, or at several (``"a, b.0.c"``), as the reader calls it."""
    return "، ".join(_one_path_told(room, one) for one in path.split(", ") if one)


def _one_path_told(room: Room, path: str) -> str:
    said: list[str] = []
    members: Fields | None = room.model.fields
    way = ""
    for name in path.split("."):
        way = f"{way}.{name}".strip(".")
        if name.isascii() and name.isdigit():
            said.append(counted(int(name) + 1))
            continue
        found = members.find(name) if members is not None else None
        said.append(_parts_told(name) if found is None else field_label(found, room.texts, way))
        members = found.members if found is not None and (found.is_parts or found.type == "list") else None
    return " · ".join(said)


def _parts_told(name: str) -> str:
    """The parts of a point have no field of their own."""
    return {
        "latitude_udeg": _("Latitude, in millionths of a degree"),
        "longitude_udeg": _("Longitude, in millionths of a degree"),
    }.get(name, name)


def counted(number: int) -> str:
    """How many, in groups of three, in the reader's digits."""
    return amount_told(number, None)


def record_facts(room: Room, found: RecordView) -> tuple[Fact, ...]:
    """The fields that have a value, in the words of the definition under which they were written."""
    model: Any = found.definition.model
    facts = [_fact(room, found, field) for field in model.fields if found.values.get(field.name) is not None]
    within = [(path, digest) for path, digest in files_in(model.fields, found.values) if "." in path and digest != MASK]
    return (*facts, *(_file_within(room, found, path, digest) for path, digest in within))


def _file_within(room: Room, found: RecordView, path: str, digest: str) -> Fact:
    """A file in a list or group: a line of its own leads to it."""
    return Fact(path_told(room, path), _("Download the file"), room.url("file", found.record, digest))


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
