"""Ten million records by the database's own hand: the tables of one registry, and the two layouts that were not chosen.

The rows are those that the room would write; only the words of full text stop at a million records.
"""

from dataclasses import dataclass

from uruk.definitions.api import Field, Fields
from uruk.registries.database import database
from uruk.registries.dialect import Database
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.opening import Opened
from uruk.registries.tables import Tables, make_indexes, make_tables, registry_number

HISTORIES = RegistryDefinition(
    fields=Fields((
        Field("number", "text"), Field("name", "text", find=True), Field("town", "text", find=True),
        Field("born", "date", find=True), Field("note", "text"),
    )),
    keys=(("number",),), title=("name",),
)  # fmt: skip
MOST_WORDS = 1_000_000
# One row for each value is four times as many rows; what it costs is plain before ten million records.
MOST_VALUES = 1_000_000
_FACTS = "'born', born, 'name', name, 'note', 'nothing in particular', 'number', number, 'town', town"
LETTERS = "ابتثجحخدذرزسشصضطظعغفقکلمنهوی"
# One name in ten is the same, as in life; the others are two hundred of equal weight.
NAMES = ["محمد", *(f"{LETTERS[i % 28]}{LETTERS[i // 8 % 28]}{LETTERS[(i * 5 + 3) % 28]}ی" for i in range(200))]


@dataclass(frozen=True)
class Writing:
    """How one database makes many rows."""

    series: str
    number: str
    uuid: str
    act: str
    json: str
    words: str
    day: str

    @classmethod
    def of(cls, kind: str) -> "Writing":
        """The words of SQLite or PostgreSQL for it."""
        if kind == "sqlite":
            return cls(
                series="WITH RECURSIVE n(i) AS (SELECT {low} + 1 UNION ALL SELECT i + 1 FROM n WHERE i < {high})",
                number="printf('%012d', i * 7919 % 1000000007)", uuid="CAST(printf('%016d', i) AS BLOB)",
                act="CAST(printf('%016d', i / 1000) AS BLOB)",
                json=f"json_object({_FACTS})",
                words="name || ' ' || town", day="date('1930-01-01', '+' || (i * 31 % 33000) || ' days')",
            )  # fmt: skip
        return cls(
            series="WITH n(i) AS (SELECT generate_series({low}::bigint + 1, {high}::bigint))",
            number="lpad((i * 7919 % 1000000007)::text, 12, '0')", uuid="lpad(to_hex(i), 32, '0')::uuid",
            act="lpad(to_hex(i / 1000), 32, '0')::uuid",
            json=f"json_build_object({_FACTS})::text",
            words="array_to_tsvector(string_to_array(name || ' ' || town, ' '))",
            day="(date '1930-01-01' + (i * 31 % 33000)::int)::text",
        )  # fmt: skip


class Filling:
    """The registry that is measured, and the two other layouts, filled to one size after another."""

    def __init__(self, kind: str, registry: Opened) -> None:
        self.kind, self.db, self.writing = kind, database(), Writing.of(kind)
        self.definition, self.number, self.format = registry.model, registry.number, registry.format
        self.tables: Tables = Tables(self.number)
        self.size = 0
        self.filled: list[range] = []
        _names(self.db)
        _others(self.db, kind)

    def fill(self, size: int) -> None:
        """Fill all tables to that many records; indexes over columns are made anew, as after a large import."""
        assert size > self.size, "each size must leave room for what was written at the one before"
        low, self.size = self.size, size
        self.filled.append(range(low + 1, size + 1))
        _hurry(self.db, self.kind)
        for column in self.definition.columns:
            self.db.run(f"DROP INDEX IF EXISTS {self.tables.index('f_' + column.name)}")
        if self.kind == "postgresql":
            self.db.run(f"DROP INDEX IF EXISTS {self.tables.text}")
        self.db.run(self._current(low, size))
        self.db.run(self._version(low))
        self.db.run(
            f"INSERT INTO {self.tables.key} SELECT 0, f_number, rid FROM {self.tables.current} "
            f"WHERE rid > {low} ORDER BY 2"
        )
        make_indexes(self.number, self.definition)
        self._index_words()
        _extend_others(self.db, self.kind, self.tables, size)
        counter = self.tables.counter
        self.db.all(
            f"SELECT setval('{counter}', {size})"
            if self.kind == "postgresql"
            else f"UPDATE {counter} SET value = {size} RETURNING 1"
        )
        _settle(self.db, self.kind)

    def one_of_them(self, at: int) -> int:
        """A record that was filled in, not written by a measure: the one asked for, or another."""
        return at if any(at in some for some in self.filled) else 1 + at % len(self.filled[0])

    def _index_words(self) -> None:
        if self.kind == "postgresql":
            for statement in self.db.make_text(self.tables.text, self.tables.current):
                self.db.run(statement)
        elif self.size <= MOST_WORDS:
            self.db.rebuild_words(self.tables.text)

    def _current(self, low: int, high: int) -> str:
        w, names = self.writing, "(SELECT word FROM bench_names WHERE place = {})"
        words = w.words if high <= MOST_WORDS else "NULL"
        first = names.format("CASE WHEN i % 10 = 0 THEN 0 ELSE i * 13 % 200 + 1 END")
        rows = (
            f"{w.series.format(low=low, high=high)}, p AS (SELECT i, {w.number} AS number, {w.day} AS born, "
            f"{first} || ' ' || {names.format('i / 7 % 200 + 1')} || ' ' || "
            f"{names.format('i / 1400 % 200 + 1')} AS name, "
            "'town' || (i % 300) AS town FROM n)"
        )
        columns = (
            "rid, record, latest, number, status, content, format, valid_from, changed_us, act_id, ordered, words, "
            "f_number, f_name, f_town, f_born"
        )
        return (
            f"INSERT INTO {self.tables.current} ({columns}) {rows} SELECT i, {w.uuid}, 1, 1, 'live', {w.json}, "
            f"{self.format}, '2026-01-01', 1767225600000000 + i, {w.act}, 1, {words}, number, name, town, born FROM p"
        )

    def _version(self, low: int) -> str:
        blob = (
            "CAST('12345678901234567890123456789012' AS BLOB)"
            if self.kind == "sqlite"
            else "'12345678901234567890123456789012'::bytea"
        )
        columns = (
            "rid, number, record, kind, status, content, format, valid_from, recorded_us, act_id, position, salt, "
            "leaf, author, role, channel, reason"
        )
        return (
            f"INSERT INTO {self.tables.version} ({columns}) SELECT rid, 1, record, 'create', 'live', content, format, "
            f"valid_from, changed_us, act_id, rid % 1000, {blob}, {blob}, "
            "'0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000', 'registrar', 'import', 'taken over from the old register' "
            f"FROM {self.tables.current} WHERE rid > {low}"
        )


def long_histories(kind: str, records: int, versions: int) -> int:
    """Another registry whose records have many versions each, a month apart; its number."""
    number = registry_number("bench", f"histories-{records}")
    make_tables(number, HISTORIES)
    db, tables, w = database(), Tables(number), Writing.of(kind)
    series = w.series.format(low=0, high=records)
    columns = "rid, record, latest, number, status, content, format, valid_from, changed_us, act_id, ordered, f_number"
    text = """'{"number":"' || i || '","note":"what a record of usual length says of somebody or something"}'"""
    db.run(
        f"INSERT INTO {tables.current} ({columns}) {series} "
        f"SELECT i, {w.uuid}, {versions}, {versions}, 'live', {text}, 1, "
        f"'2026-01-01', 0, {w.act}, 1, {w.number} FROM n"
    )
    day = (
        "date('2010-01-01', '+' || k || ' months')"
        if kind == "sqlite"
        else "(date '2010-01-01' + k * interval '1 month')::date::text"
    )
    blob = "CAST('x' AS BLOB)" if kind == "sqlite" else "'x'::bytea"
    again = (
        w.series.format(low=0, high=versions)
        .replace("n(i)", "m(k)")
        .replace("i + 1 FROM n WHERE i", "k + 1 FROM m WHERE k")
    )
    db.run(
        f"INSERT INTO {tables.version} (rid, number, record, kind, status, content, format, valid_from, recorded_us, "
        f"act_id, position, salt, leaf, author, role, channel, reason) {again} "
        "SELECT rid, k, record, 'change', 'live', content, 1, "
        f"{day}, k, act_id, rid, {blob}, {blob}, 'a', 'b', 'c', 'd' FROM m CROSS JOIN {tables.current}"
    )
    _settle(db, kind)
    return number


def _names(db: Database) -> None:
    db.run("CREATE TABLE bench_names (place INTEGER PRIMARY KEY, word TEXT NOT NULL)")
    db.many("INSERT INTO bench_names VALUES (?, ?)", list(enumerate(NAMES)))


def _others(db: Database, kind: str) -> None:
    """JSON with indexes over expressions; and one row for each value (entity, attribute, value)."""
    content = "TEXT" if kind == "sqlite" else "JSONB"
    db.run(f"CREATE TABLE bench_json (rid {db.types['integer']} PRIMARY KEY, content {content})")
    db.run(
        f"CREATE TABLE bench_values (rid {db.types['integer']}, field {db.types['integer']}, value {db.types['text']}, "
        f"PRIMARY KEY (rid, field)){db.types['clustered']}"
    )


def _extend_others(db: Database, kind: str, tables: Tables, size: int) -> None:
    (low,) = db.one("SELECT coalesce(max(rid), 0) FROM bench_json") or (0,)
    cast = "content" if kind == "sqlite" else "content::jsonb"
    for name in ("number", "name", "town", "born"):
        db.run(f"DROP INDEX IF EXISTS bench_json_{name}")
    db.run(f"INSERT INTO bench_json SELECT rid, {cast} FROM {tables.current} WHERE rid > {low} ORDER BY rid")
    for name in ("number", "name", "town", "born"):
        db.run(f"CREATE INDEX bench_json_{name} ON bench_json ({json_value(kind, name)}, rid)")
    if size > MOST_VALUES:
        return
    db.run(
        "INSERT INTO bench_values SELECT rid, f.field, "
        "CASE f.field WHEN 0 THEN f_number WHEN 1 THEN f_name WHEN 2 THEN f_town ELSE f_born END "
        f"FROM {tables.current} CROSS JOIN "
        "(SELECT 0 AS field UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) f "
        f"WHERE rid > {low} ORDER BY rid, f.field"
    )
    db.run("CREATE INDEX IF NOT EXISTS bench_values_by ON bench_values (field, value, rid)")


def json_value(kind: str, name: str) -> str:
    """A field inside the JSON of the second layout."""
    return f"json_extract(content, '$.{name}')" if kind == "sqlite" else f"""(content ->> '{name}') COLLATE "C\""""


def _hurry(db: Database, kind: str) -> None:
    """A filling that is interrupted is begun again: nothing need survive a power cut."""
    if kind == "sqlite":
        for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -1000000"):
            db.all(statement)


def _settle(db: Database, kind: str) -> None:
    """Let the planner know what there is, as both databases do by themselves in time."""
    if kind == "postgresql":
        db.run("VACUUM ANALYZE")
        return
    for statement in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -16000", "analysis_limit = 1000"):
        db.all(f"PRAGMA {statement}")
    db.run("ANALYZE")
