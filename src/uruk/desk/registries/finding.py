"""Finding the record that a link shall lead to, within a form and without scripts: by its key or by words."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from uruk.definitions.api import Field, Fields
from uruk.desk.registries.room import Room
from uruk.desk.registries.telling import linked_told, record_title
from uruk.kernel.api import CodedError
from uruk.registries.api import MASK, PageQuery, RecordView, get_record, get_registry, list_records
from uruk.ui.api import Choice, Row

MAX_FOUND = 12
_WORDS_MAX = 100


def link_at(fields: Fields, path: str) -> Field | None:
    """The link at a dotted path of a form, with positions in lists; None for any other question."""
    found = None
    for name in (one for one in path.split(".") if not one.isdigit()):
        found = fields.find(name)
        if found is None:
            return None
        fields = found.members
    return found if found is not None and found.type == "link" else None


def with_finder(room: Room, row: Row, link: Field, *, asked: bool) -> Row:
    """The question with a button that finds, and with what was found; as it was where the office may not read there.

    What is found of persons is noted as a list that the officer was shown.
    """
    target = _target(room, link)
    if target is None:
        return row
    row = replace(row, kind="link")
    if row.value and (asked or row.error):
        choices = tuple(_choices(target, row.value))
        none = _("Nothing is found for what you typed.") if asked and not choices else ""
        return replace(row, choices=choices, hint=f"{row.hint} {none}".strip())
    told = linked_told(room, link, row.value) if row.value else ""
    return row if told == row.value else replace(row, hint=f"{row.hint} {told}".strip())


def _target(room: Room, link: Field) -> Room | None:
    """The registry that a link leads to, where the office may read it and its records have a key of one field."""
    try:
        target = Room(room.office, get_registry(room.actor, room.institution, link.to or ""))
    except CodedError:
        return None
    return target if target.may("read") and len(target.model.main_key) == 1 else None


def _choices(target: Room, typed: str) -> Iterator[Choice]:
    """The records that are known by what was typed, or have its words; each once, by its key."""
    seen = set()
    for one in (*_by_key(target, typed), *_by_words(target, typed)):
        key = one.values.get(target.model.main_key[0])
        if key not in (None, MASK) and key not in seen:
            seen.add(key)
            title = record_title(target, one.values)
            yield Choice(str(key), str(key) if title == str(key) else f"{title} ({key})")


def _by_key(target: Room, typed: str) -> tuple[RecordView, ...]:
    try:
        return (get_record(target.actor, target.institution, target.code, key=typed),)
    except CodedError:
        return ()


def _by_words(target: Room, typed: str) -> tuple[RecordView, ...]:
    query = PageQuery(words=typed[:_WORDS_MAX], limit=MAX_FOUND)
    try:
        return list_records(target.actor, target.institution, target.code, query).records
    except CodedError:
        return ()
