"""The tables of one registry: their names, how they are made, and how they follow a newer definition."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db import transaction

from uruk.registries.database import database
from uruk.registries.dialect import Database
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.models import Registry, RegistryFormat

PREFIX = "f_"


@dataclass(frozen=True, slots=True)
class Tables:
    """The names of a registry's tables."""

    number: int

    @property
    def version(self) -> str:
        """All versions, only ever added to."""
        return f"r{self.number}_version"

    @property
    def current(self) -> str:
        """Every record as it is today."""
        return f"r{self.number}_current"

    @property
    def key(self) -> str:
        """Which record has a key, or will have once its act has its receipt."""
        return f"r{self.number}_key"

    @property
    def match(self) -> str:
        """Under which numbers duplicates of a record are looked for."""
        return f"r{self.number}_match"

    @property
    def text(self) -> str:
        """The index of words."""
        return f"r{self.number}_text"

    @property
    def counter(self) -> str:
        """Where the numbers of records come from."""
        return f"r{self.number}_rid"

    def index(self, column: str) -> str:
        """The index of a column of current rows."""
        return f"{self.current}_{column}"


# Every column: its name, its logical type (`Database.types`) and whether it may be empty.
VERSION_COLUMNS = (
    ("rid", "integer", False), ("number", "integer", False), ("record", "uuid", False), ("kind", "text", False),
    ("status", "text", False), ("content", "text", True), ("format", "integer", False), ("valid_from", "date", False),
    ("valid_until", "date", True), ("recorded_us", "integer", False), ("act_id", "uuid", False),
    ("position", "integer", False), ("salt", "bytes", True), ("leaf", "bytes", False), ("author", "text", False),
    ("role", "text", False), ("channel", "text", False), ("reason", "text", True), ("evidence", "text", True),
    ("request", "uuid", True), ("other", "uuid", True),
)  # fmt: skip
CURRENT_COLUMNS = (
    ("record", "uuid", False), ("latest", "integer", False), ("number", "integer", False), ("status", "text", False),
    ("merged_into", "uuid", True), ("content", "text", True), ("format", "integer", False),
    ("valid_from", "date", True), ("valid_until", "date", True), ("changed_us", "integer", False),
    ("act_id", "uuid", False), ("cap", "integer", True), ("ordered", "integer", False), ("words", "words", True),
)  # fmt: skip


def registry_number(institution: str, code: str) -> int:
    """The number of a registry; given at its first use."""
    row, _ = Registry.objects.get_or_create(institution=institution, code=code)
    return row.number


def format_number(registry: int, digest: str) -> int:
    """The small number of a definition's digest (hex) in a registry; given at its first use."""
    row, _ = RegistryFormat.objects.get_or_create(registry_id=registry, digest=digest)
    return row.number


@lru_cache(maxsize=4096)
def format_digest(number: int) -> str:
    """The digest (hex) of the definition with this small number."""
    return RegistryFormat.objects.get(pk=number).digest


def make_tables(number: int, definition: RegistryDefinition) -> None:
    """Make what is missing of a registry's tables and columns, in the transaction at hand; no row is touched.

    A registry that has no record yet is complete then; another once ``lay_out`` has been through it.
    """
    db = database()
    with transaction.atomic():
        # One at a time: PostgreSQL would let two make the same table and fail the second.
        row = Registry.objects.select_for_update().get(pk=number)
        tables = Tables(number)
        if not db.has_table(tables.current):
            _run(db, _statements(db, tables))
        _run(db, _changed_columns(db, tables, definition))
        if db.one(f"SELECT 1 FROM {tables.version} LIMIT 1") is None:
            make_indexes(number, definition)
            Registry.objects.filter(pk=row.pk).update(layout=layout_of(definition), laying="", laid_to=0)


def make_indexes(number: int, definition: RegistryDefinition) -> None:
    """Index the columns of a registry that are not yet; its rows are to have their values by now."""
    db, tables = database(), Tables(number)
    for name in columns_of(definition):
        index = tables.index(PREFIX + name)
        if not db.has_index(index):
            # The record's number comes second so that a page sorted by the column goes on where it ended.
            db.run(f"CREATE INDEX {index} ON {tables.current} ({PREFIX}{name}, rid)")


def columns_of(definition: RegistryDefinition) -> Mapping[str, str]:
    """The fields with a column of their own and its logical type: the definition's, and whom a record is about."""
    found: dict[str, str] = {column.name: column.sql for column in definition.columns}
    return found | {name: "text" for name in definition.subjects if name not in found}


def layout_of(definition: RegistryDefinition) -> str:
    """All that decides how a record is laid out beside its versions, as one text: another text, another layout."""
    facts = {
        "columns": sorted(columns_of(definition).items()),
        "keys": definition.keys,
        "searched": definition.searched,
        "match": sorted(definition.match.items()),
        "capacity": definition.capacity.of if definition.capacity else "",
    }
    made = _conversion(definition)
    return json.dumps(facts | ({"convert": made} if made else {}))


def keys_follow(number: int, definition: RegistryDefinition) -> bool:
    """Whether the keys of all records are those of this definition by now; the rest may still be laid out."""
    (layout,) = database().one("SELECT layout FROM registries_registry WHERE number = ?", (number,)) or ("",)
    if layout == layout_of(definition):
        return True
    known, made = json.loads(layout or "{}"), _conversion(definition)
    return known.get("keys") == [list(key) for key in definition.keys] and made in ({}, known.get("convert"))


def _conversion(definition: RegistryDefinition) -> dict[str, object]:
    """Other columns or not: what an expression says of a record stands in them."""
    convert = definition.convert
    if convert is None:
        return {}
    return {"from": convert.source.hex(), "by": [list(one) for one in sorted(convert.fields.items())]}


def indexed_columns(number: int, definition: RegistryDefinition) -> Mapping[str, str]:
    """The fields by which one may filter and sort today, with their types."""
    wanted = columns_of(definition)
    return {name: wanted[name] for name in wanted if name in _INDEXED.get(number, ()) or _has_index(number, name)}


# What was once seen indexed stays so: an index goes only with its column, when a field takes another type.
_INDEXED: dict[int, set[str]] = {}


def _has_index(number: int, name: str) -> bool:
    found = database().has_index(Tables(number).index(PREFIX + name))
    if found:
        _INDEXED.setdefault(number, set()).add(name)
    return found


def forget_caches() -> None:
    """Forget what this process remembers of numbers; a test whose rows were rolled back meets the same ones again."""
    _INDEXED.clear()
    format_digest.cache_clear()


def _run(db: Database, statements: Iterator[str]) -> None:
    for statement in statements:
        db.run(statement)


def _changed_columns(db: Database, tables: Tables, definition: RegistryDefinition) -> Iterator[str]:
    present = {name: kind for name, kind in db.columns(tables.current).items() if name.startswith(PREFIX)}
    for name, kind in columns_of(definition).items():
        stored = "integer" if kind == "integer" else "text"
        if present.get(PREFIX + name, stored) != stored:
            yield f"DROP INDEX IF EXISTS {tables.index(PREFIX + name)}"
            yield f"ALTER TABLE {tables.current} DROP COLUMN {PREFIX}{name}"
            del present[PREFIX + name]
        if PREFIX + name not in present:
            yield f"ALTER TABLE {tables.current} ADD COLUMN {PREFIX}{name} {db.types[kind]}"


def _statements(db: Database, tables: Tables) -> Iterator[str]:
    integer = db.types["integer"]
    yield f"CREATE TABLE {tables.version} ({_columns(db, VERSION_COLUMNS)}, PRIMARY KEY (rid, number))"
    yield from db.version_indexes(tables.version)
    yield f"CREATE INDEX {tables.version}_act ON {tables.version} (act_id, position)"
    yield (
        f"CREATE TABLE {tables.current} (rid {integer} PRIMARY KEY, {_columns(db, CURRENT_COLUMNS)}, "
        f"taken {integer} NOT NULL DEFAULT 0, UNIQUE (record))"
    )
    # Nearly all records are live: what is not is found by an index of its own, which costs the others nothing.
    yield f"CREATE INDEX {tables.current}_status ON {tables.current} (status, rid) WHERE status <> 'live'"
    yield from _by_rid(db, tables.key, f"place {integer} NOT NULL, value {db.types['text']} NOT NULL", "place, value")
    yield from _by_rid(db, tables.match, f"key {integer} NOT NULL", "key, rid")
    yield from db.make_text(tables.text, tables.current)
    yield from db.make_counter(tables.counter)


def _by_rid(db: Database, table: str, columns: str, primary: str) -> Iterator[str]:
    """A table that leads to records, and back from a record to its rows."""
    integer, clustered = db.types["integer"], db.types["clustered"]
    yield f"CREATE TABLE {table} ({columns}, rid {integer} NOT NULL, PRIMARY KEY ({primary})){clustered}"
    yield f"CREATE INDEX {table}_rid ON {table} (rid)"


def _columns(db: Database, columns: tuple[tuple[str, str, bool], ...]) -> str:
    return ", ".join(f"{name} {db.types[kind]}{'' if empty else ' NOT NULL'}" for name, kind, empty in columns)
