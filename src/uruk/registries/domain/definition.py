"""The model of a registry's definition: what `registry.yaml` says, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from uruk.definitions.api import Duration, Expression, Field, Fields
from uruk.exchange.api import OfferDefinition

Right = Literal["read", "propose", "approve", "import", "export", "merge", "forget"]
RIGHTS: tuple[Right, ...] = get_args(Right)
SqlType = Literal["text", "integer", "date"]
Why = Literal["key", "link", "find", "capacity"]
OfferKind = Literal["read", "list", "exists", "reserve"]
Representing = Literal["guardian", "company", "institution"]
MatchRole = Literal["name", "mother", "born", "number", "phone", "text"]

_SQL: Mapping[str, SqlType] = {"integer": "integer", "money": "integer", "yes_no": "integer", "date": "date"}
# What of a `find:` field has a real column (to filter and sort by), and what stands in the full text.
COLUMN_TYPES = frozenset({
    "text", "integer", "money", "yes_no", "date", "time", "choice", "national_number", "link",
})  # fmt: skip
SEARCHED_TYPES = frozenset({"text", "long_text", "national_number", "person", "address", "group", "list"})


@dataclass(frozen=True, slots=True)
class Column:
    """A real, indexed column of a registry's current records. A yes_no is an integer (0 or 1), a time text."""

    name: str
    sql: SqlType
    why: Why


@dataclass(frozen=True)
class Condition:
    """What must be true between the fields of a record; its text `conditions.<name>` says so when it is not."""

    name: str
    must: Expression
    law: str | None


@dataclass(frozen=True)
class Capacity:
    """A field whose amount may be reserved: the sum of what is reserved and confirmed never exceeds it.

    `hold`: how long a reservation stands that nobody confirms. `left` names the derived field with what remains:
    `left`, with the end of `of` where that is its unit (`granted_m3` gives `left_m3`).
    """

    of: str
    hold: Duration
    left: str
    unit: str | None = None


@dataclass(frozen=True)
class Series:
    """Numbers that nobody types: `of` the main key's field, in the `form` `FC-{year}-{number}`, of so many `digits`.

    They are drawn one after the other, in each year anew where the form names it; what was drawn is drawn never again.
    """

    of: str
    form: str
    digits: int

    def stem(self, year: int) -> str:
        """What the numbers of a year have in common: all of the form but the number."""
        return self.form.replace("{year}", str(year))

    def written(self, stem: str, number: int) -> str:
        """A number as it is written: with zeros before it, and with more digits once those are used up."""
        return stem.replace("{number}", str(number).zfill(self.digits))


@dataclass(frozen=True)
class RegistryOffer:
    """What other institutions may ask: one record by a key (read), many by a field (list), whether there is one
    (exists), or a part of a capacity (reserve).

    `fields`: what comes back; `by`: the fields whose values stand in the path, in that order. `unsure`: a field that
    it names was not understood.
    """

    code: str
    kind: OfferKind
    fields: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    unsure: bool = False


@dataclass(frozen=True)
class MandateSource:
    """That whom `by` names in a record may act for whom the record is about, as long as `holds` (None: always).

    `offer`: what other institutions ask to know it; `number`: the field with the number of whom they act for.
    """

    code: str
    kind: Representing
    offer: str
    by: str
    number: str
    holds: Expression | None
    law: str


@dataclass(frozen=True)
class Conversion:
    """How records written under the definition `source` (its digest) become records of this one.

    `fields`: expressions over the old fields, as written; a field that is not named keeps its value.
    """

    source: bytes
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RegistryDefinition:
    """A registry as its room reads it.

    `keys`: each a tuple of fields, unique among live records; those written under `keys:` first (the first is the main
    key), then one for each `unique: true`. Without any, records have ids only. `subjects`: the fields with the persons
    a record is about (national numbers, other numbers as texts, or links that lead to national numbers). `title`: what
    names a record in lists. `roles`: the rights of each role on the registry. `keep`: how long a withdrawn record is
    kept, None for ever. `match`: the field that plays each role when duplicates are looked for. `exchange_offers`: the
    offers as the exchange knows them. `keys_unread`: something of the keys was not understood. `values`: how each field
    is reckoned that nobody types. `summary`: the choice by which its public page counts.
    """

    fields: Fields
    keys: tuple[tuple[str, ...], ...] = ()
    subjects: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    roles: Mapping[str, frozenset[Right]] = field(default_factory=dict)
    capacity: Capacity | None = None
    keep: Duration | None = None
    match: Mapping[MatchRole, str] = field(default_factory=dict)
    offers: Mapping[str, RegistryOffer] = field(default_factory=dict)
    mandates: Mapping[str, MandateSource] = field(default_factory=dict)
    convert: Conversion | None = None
    exchange_offers: Mapping[str, OfferDefinition] = field(default_factory=dict)
    keys_unread: bool = False
    values: Mapping[str, Expression] = field(default_factory=dict)
    summary: str | None = None
    series: Series | None = None

    @property
    def main_key(self) -> tuple[str, ...]:
        """The fields by which a record is known; none where records have ids only."""
        return self.keys[0] if self.keys else ()

    @cached_property
    def said(self) -> Fields:
        """The fields that somebody says: all but those that the registry reckons."""
        return Fields(tuple(one for one in self.fields if one.name not in self.values), self.fields.unread)

    @cached_property
    def reckoned(self) -> Fields:
        """The fields that the registry reckons from the others."""
        return Fields(tuple(one for one in self.fields if one.name in self.values))

    @cached_property
    def second_person(self) -> bool:
        """Whether every write waits for a second person: some role may approve."""
        return any("approve" in rights for rights in self.roles.values())

    @cached_property
    def personal(self) -> bool:
        """Whether a record says something about a person."""
        return any(one.personal for one in self.fields)

    @cached_property
    def is_public(self) -> bool:
        """Whether everybody may read what is public of it: it is about nobody, and its records may be named."""
        named = [self.fields[name] for name in (*self.main_key, *self.title) if name in self.fields]
        return not self.personal and bool(named) and all(one.public and not one.secret for one in named)

    @cached_property
    def links(self) -> tuple[Field, ...]:
        """The fields that lead to records of other registries, or of this one."""
        return tuple(one for one in self.fields if one.type == "link")

    @cached_property
    def has_files(self) -> bool:
        """Whether some field, also within groups and lists, is a file."""
        return any(one.type == "file" for one in self.fields.walk())

    @cached_property
    def secrets(self) -> frozenset[str]:
        """The fields that are kept encrypted."""
        return frozenset(one.name for one in self.fields if one.secret)

    @cached_property
    def searched(self) -> tuple[str, ...]:
        """The fields whose words are in the full text."""
        return tuple(one.name for one in self.fields if one.find and one.type in SEARCHED_TYPES)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The fields with a real column, in the order of the fields."""
        found = ((one, self._why(one)) for one in self.fields)
        return tuple(Column(one.name, _SQL.get(one.type, "text"), why) for one, why in found if why is not None)

    def _why(self, item: Field) -> Why | None:
        if any(item.name in key for key in self.keys):
            return "key"
        if item.type == "link":
            return "link"
        if item.find and item.type in COLUMN_TYPES:
            return "find"
        return "capacity" if self.capacity is not None and item.name == self.capacity.of else None

    def may(self, role: str, right: Right) -> bool:
        """Whether a role has a right on the registry."""
        return right in self.roles.get(role, ())

    def may_read(self, role: str, name: str) -> bool:
        """Whether a role may see a field: it may read the registry, and the field names it or nobody."""
        readers = self.fields[name].read
        return self.may(role, "read") and (not readers or role in readers)

    def may_write(self, role: str, name: str) -> bool:
        """Whether a role may write a field: it may propose or import, the field names it or nobody, and it is said."""
        writers = self.fields[name].write
        may = self.may(role, "propose") or self.may(role, "import")
        return may and name not in self.values and (not writers or role in writers)

    @property
    def offered_fields(self) -> Fields:
        """The fields an offer may name: those of a record that are no secret, and what is left of a capacity."""
        kept = tuple(one for one in self.fields if not one.secret)
        if self.capacity is None or self.capacity.of not in self.fields:
            return Fields(kept, self.fields.unread)
        left = Field(self.capacity.left, "integer", unit=self.capacity.unit)
        return Fields((*kept, left), self.fields.unread)
