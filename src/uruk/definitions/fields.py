"""The one `fields:` block: what registries, steps, documents, actions and offers ask for and keep."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from uruk.definitions import values as cleaning
from uruk.definitions.entry import Entry
from uruk.definitions.values import MAX_ITEMS
from uruk.kernel.api import CodedError

FieldTypeName = Literal[
    "text", "long_text", "integer", "money", "yes_no", "date", "time", "file", "choice", "list", "group", "address",
    "location", "person", "national_number", "declaration", "link",
]  # fmt: skip


OnRemoval = Literal["refuse", "keep", "withdraw"]
# Types that are about a person wherever they stand.
PERSONAL_TYPES = frozenset({"national_number", "person", "address"})


@dataclass(frozen=True)
class Field:
    """One field. `minimum` and `maximum` bound the length of texts, the value of numbers, the size of lists.

    `personal`: it says something about a person. `secret`: kept encrypted. `read`, `write`: the roles that may, () for
    whoever has the right on the registry. A link holds the main key of a record of the registry `to`, as text.
    `entry`: another unit than `unit` in which people write the number, or digits after the point.
    """

    name: str
    type: FieldTypeName
    required: bool = True
    unit: str | None = None
    entry: Entry | None = None
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None
    mask: str | None = None
    script: Literal["arabic", "latin"] | None = None
    catalogue: str | None = None
    options: tuple[str, ...] = ()
    qr: int | None = None
    unique: bool = False
    find: bool = False
    public: bool = False
    personal: bool = False
    secret: bool = False
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    to: str | None = None
    on_removal: OnRemoval = "refuse"
    members: "Fields" = field(default_factory=lambda: Fields(()))

    def clean(self, value: object) -> object:
        """The value as it is stored. Errors: CodedError `definitions.field_…`."""
        return _CLEANERS[self.type](self, value)

    def clean_into(self, values: dict[str, object], value: object) -> "Wrong":
        """Put the value as it is stored among `values`, or nothing where it is blank; what is wrong with it.

        Absent, None and blank texts count as not given.
        """
        # Run for each field of each of a million rows: a text is looked at first, because most values are texts.
        blank = (not value or value.isspace()) if isinstance(value, str) else value is None or value in ({}, [])
        if blank:
            needed = self.required or self.type == "declaration"
            return ((self.name, CodedError("definitions.field_required")),) if needed else ()
        try:
            values[self.name] = _CLEANERS[self.type](self, value)
        except CodedError as error:
            return ((self.name, error),)
        except PartsError as inner:
            return tuple((f"{self.name}.{path}", error) for path, error in inner.errors)
        return ()

    @property
    def scale(self) -> int:
        """How many of what is kept are one, where people write digits after the point; else 1."""
        return 1 if self.entry is None or self.entry.unit else self.entry.each

    @property
    def is_parts(self) -> bool:
        """Whether the value is an object with named parts."""
        return self.type in {"group", "address", "person", "list"}


Wrong = tuple[tuple[str, CodedError], ...]
"""What is wrong, each with the path of its field, dotted, with positions from 0: `crops.0.area_m2`."""


@dataclass(frozen=True)
class Validation:
    """What came in, cleaned, and what is wrong with it."""

    values: dict[str, object]
    errors: Wrong = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors


Cleaner = Callable[[Field, object], object]
"""From what somebody typed into a field to the value that is stored."""


class PartsError(Exception):
    """Errors inside a group, person, address or list, each with its path below the field."""

    def __init__(self, errors: Wrong) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True)
class Fields:
    """The fields of one block, in order."""

    items: tuple[Field, ...]
    # Names that an author wrote but whose type could not be understood: they are not said to be unknown as well.
    unread: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Field]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        # Compiled expressions are looked up by their fields: to hash every field of every part each time costs more.
        return hash((self.items, self.unread))

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {item.name: item for item in reversed(self.items)}

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Field:
        found = self.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def find(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return self._by_name.get(name)

    def walk(self) -> Iterator[Field]:
        """Every field that an author named, inner ones after the field that holds them."""
        for item in self.items:
            yield item
            if item.type in {"group", "list"}:
                yield from item.members.walk()

    def validate(self, values: Mapping[str, object]) -> Validation:
        """Clean `values`, as `Field.clean_into` does each; everything wrong is said at once."""
        cleaned: dict[str, object] = {}
        errors: list[tuple[str, CodedError]] = []
        if not values.keys() <= self._by_name.keys():
            errors += [(str(name)[:60], CodedError("definitions.field_unknown")) for name in values if name not in self]
        for item in self.items:
            errors += item.clean_into(cleaned, values.get(item.name))
        return Validation(cleaned, tuple(errors))


def _clean_parts(item: Field, value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise CodedError("definitions.field_not_parts")
    validation = item.members.validate(value)
    if validation.errors:
        raise PartsError(validation.errors)
    return validation.values


def _clean_list(item: Field, value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise CodedError("definitions.field_not_a_list")
    if len(value) > min(item.maximum or MAX_ITEMS, MAX_ITEMS):
        raise CodedError("definitions.field_too_many", max=min(item.maximum or MAX_ITEMS, MAX_ITEMS))
    if len(value) < (item.minimum or 0):
        raise CodedError("definitions.field_too_few", min=item.minimum)
    return _clean_rows(item, value)


def _clean_rows(item: Field, rows: list[object] | tuple[object, ...]) -> list[object]:
    cleaned: list[object] = []
    errors: list[tuple[str, CodedError]] = []
    for position, row in enumerate(rows):
        try:
            cleaned.append(_clean_parts(item, row))
        except CodedError as error:
            errors.append((str(position), error))
        except PartsError as inner:
            errors += [(f"{position}.{path}", error) for path, error in inner.errors]
    if errors:
        raise PartsError(tuple(errors))
    return cleaned


# A person as papers name them: given, father, grandfather, then an optional surname.
PERSON_PARTS = Fields((
    Field("given", "text", maximum=40), Field("father", "text", maximum=40), Field("grandfather", "text", maximum=40),
    Field("surname", "text", required=False, maximum=40),
))  # fmt: skip
# Few streets have names: a landmark finds the house, and the mahalla, zuqaq and house numbers where there are any.
ADDRESS_PARTS = Fields((
    Field("governorate", "text", maximum=40), Field("district", "text", maximum=60),
    Field("quarter", "text", required=False, maximum=60), Field("mahalla", "text", required=False, maximum=10),
    Field("zuqaq", "text", required=False, maximum=10), Field("house", "text", required=False, maximum=10),
    Field("landmark", "text", required=False, maximum=120),
))  # fmt: skip

_CLEANERS: Mapping[str, Cleaner] = {
    "text": cleaning.clean_text, "long_text": cleaning.clean_long_text, "integer": cleaning.clean_integer,
    "money": cleaning.clean_money, "yes_no": cleaning.clean_yes_no, "date": cleaning.clean_date,
    "time": cleaning.clean_time, "file": cleaning.clean_file, "choice": cleaning.clean_choice,
    "list": _clean_list, "group": _clean_parts, "address": _clean_parts, "location": cleaning.clean_location,
    "person": _clean_parts, "national_number": cleaning.clean_national_number,
    "declaration": cleaning.clean_declaration, "link": cleaning.clean_link,
}  # fmt: skip
FIELD_TYPES: tuple[str, ...] = tuple(_CLEANERS)
