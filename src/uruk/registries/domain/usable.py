"""Which fields of a registry may serve for what: keys, titles, matching, search, links, rights."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from uruk.definitions.api import Cursor, Field, Fields
from uruk.registries.domain.definition import COLUMN_TYPES, SEARCHED_TYPES, MatchRole, RegistryDefinition

KEY_TYPES = frozenset({"text", "integer", "money", "date", "time", "choice", "national_number", "link"})
TITLE_TYPES = KEY_TYPES | {"person", "address", "yes_no"}
# A text with a pattern is another number by which a person is known: of another country, or an older register.
SUBJECT_TYPES = frozenset({"national_number", "text", "link"})
SUMMARY_TYPES = frozenset({"choice"})
CAPACITY_TYPES = frozenset({"integer"})
# Types that an expression can give: the others are objects, lists and files.
CONVERTED_TYPES = KEY_TYPES | {"long_text", "yes_no", "declaration"}
DATE_TYPES = frozenset({"date"})
MATCH_TYPES: Mapping[MatchRole, frozenset[str]] = {
    "name": frozenset({"text", "person"}),
    "mother": frozenset({"text", "person"}),
    "born": DATE_TYPES,
    "number": frozenset({"national_number", "text", "integer"}),
    "phone": frozenset({"text"}),
    "text": frozenset({"text", "long_text"}),
}  # fmt: skip


def usable(
    cursor: Cursor, key: str, names: Iterable[str], fields: Fields, types: Collection[str] | None = None
) -> tuple[str, ...]:
    """The names that are fields which may stand under a key; the others are reported at its value.

    `types`: those allowed, None for any.
    """
    return tuple(name for name in names if _is_usable(cursor, key, name, fields, types))


def _is_usable(cursor: Cursor, key: str, name: str, fields: Fields, types: Collection[str] | None) -> bool:
    item = fields.find(name)
    if item is None:
        if name not in fields.unread:
            cursor.report(key, "registries.field_unknown", field=name[:40], key=key)
        return False
    if item.secret:
        cursor.report(key, "registries.secret_used", field=name, key=key)
        return False
    if types is not None and item.type not in types:
        cursor.report(key, "registries.field_not_usable", field=name, type=item.type, key=key)
        return False
    return True


def possible_lefts(fields: Fields) -> frozenset[str]:
    """What the field with what is left of a capacity can be called, while nobody knows which field has the amount."""
    return frozenset({"left", *(f"left_{one.unit}" for one in fields if one.unit)})


def report_field(cursor: Cursor, name: str, code: str, /, **values: object) -> None:
    """Report a finding where a field of a registry begins."""
    block = cursor.mapping("fields")
    if block is not None:
        block.findings.report(block.place(name), code, field=name, **values)


def check_fields(registry: RegistryDefinition, cursor: Cursor) -> None:
    """What is wrong with single fields: found or unique where their type cannot be, roles without a right."""
    for item in registry.fields:
        for key, code, values in (*_attributes(item), *_roles(registry, item)):
            report_field(cursor, item.name, code, key=key, **values)


def _attributes(item: Field) -> Iterator[tuple[str, str, dict[str, str]]]:
    allowed = {"find": (item.find, COLUMN_TYPES | SEARCHED_TYPES), "unique": (item.unique, KEY_TYPES)}
    for key, (written, types) in allowed.items():
        if written and item.secret:
            yield key, "registries.secret_used", {}
        elif written and item.type not in types:
            yield key, "registries.field_not_usable", {"type": item.type}


def _roles(registry: RegistryDefinition, item: Field) -> Iterator[tuple[str, str, dict[str, str]]]:
    """A role that is named at a field needs a right on the registry, or it would never come to it."""
    for key, named in (("read", item.read), ("write", item.write)):
        for role in (one for one in named if one not in registry.roles):
            yield key, "registries.field_role", {"role": role}
