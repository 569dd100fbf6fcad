"""What was typed into a form of any definition's fields, as values."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from uruk.definitions.api import Entry, Field, Fields
from uruk.ui.places import typed_place

# The buttons of a list: names that no field can have.
ADD, TAKE_OUT = "row-add", "row-remove"
# The button that looks for the record a link shall lead to, and the answer that was chosen of those found.
FIND, PICKED = "link-find", "pick-"
FileOf = Callable[[str], str | None]
_MAX_ROWS = 200
_MAX_DIGITS = 3


def form_values(
    fields: Fields, typed: Mapping[str, str], path: str = "", file_of: FileOf | None = None
) -> dict[str, Any]:
    """What was typed into such a form, as values that `Fields.validate` takes; fields left blank are not there.

    Files come another way: `file_of` gives the digest of the one that a question has, by its path; without it they are
    left out. Rows of a list that are left blank are dropped; a row that is asked for or taken out by the list's buttons
    is there or gone.
    """
    asked = (field for field in fields if field.type != "file" or file_of is not None)
    found = {field.name: _value(field, typed, f"{path}{field.name}", file_of) for field in asked}
    return {name: value for name, value in found.items() if value or value == 0}


def differing_values(fields: Fields, typed: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The fields whose typed value is another than the stored one; None for one that was left blank."""
    found: dict[str, Any] = {}
    for one in fields:
        new, known = typed.get(one.name), stored.get(one.name)
        if new is None and known is not None:
            found[one.name] = None
        elif new is not None and not _is_same(one, new, known):
            found[one.name] = new
    return found


def _is_same(field: Field, typed: Any, stored: Any) -> bool:
    checked = Fields((replace(field, required=False),)).validate({field.name: typed})
    return checked.ok and checked.values.get(field.name) == stored


def asks_for_rows(typed: Mapping[str, str]) -> bool:
    """Whether a button of a list or of a link sent the form: it is shown again, and nothing is judged."""
    return ADD in typed or TAKE_OUT in typed or FIND in typed


def _value(field: Field, typed: Mapping[str, str], name: str, file_of: FileOf | None) -> Any:
    if field.type == "list":
        return _rows(field, typed, name, file_of)
    if field.type == "location":
        return typed_place(typed, name)
    if field.type == "file":
        return file_of(name) if file_of is not None else None
    if field.entry is not None:
        return _entered(field.entry, typed.get(name, "").strip())
    if field.type == "link":
        return (typed.get(f"{PICKED}{name}") or typed.get(name, "")).strip()
    return form_values(field.members, typed, f"{name}.", file_of) if field.is_parts else typed.get(name, "").strip()


def _entered(entry: Entry, typed: str) -> int | str:
    """A number in the unit in which it is kept; what is no such number stays as it was typed."""
    kept = entry.kept(typed)
    return typed if kept is None else kept


def _rows(field: Field, typed: Mapping[str, str], name: str, file_of: FileOf | None) -> list[dict[str, Any]]:
    gone = typed.get(TAKE_OUT)
    kept = [at for at in _positions(typed, f"{name}.") if f"{name}.{at}" != gone]
    rows = [form_values(field.members, typed, f"{name}.{at}.", file_of) for at in kept]
    return [row for row in rows if row] + ([{}] if typed.get(ADD) == name else [])


def _positions(typed: Mapping[str, str], start: str) -> list[int]:
    """The positions of the rows that a form sent, in order."""
    texts = {key[len(start) :].partition(".")[0] for key in typed if key.startswith(start)}
    numbers = {int(one) for one in texts if one.isascii() and one.isdigit() and len(one) <= _MAX_DIGITS}
    return sorted(numbers)[:_MAX_ROWS]
