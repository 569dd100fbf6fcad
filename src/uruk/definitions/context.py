"""What a kind's parser sees of the country, and what it notes while it parses: findings, laws, catalogues, texts."""

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from uruk.definitions.blocks import read_fields
from uruk.definitions.cursor import Cursor
from uruk.definitions.expressions import Expression, ExpressionError, ResultType, compile_expression
from uruk.definitions.fields import Fields
from uruk.definitions.findings import Findings, Place
from uruk.definitions.nodes import ScalarNode
from uruk.definitions.shared import Institution, Shared
from uruk.kernel.api import add_working_days, take_working_days

_DURATION = re.compile(r"([1-9][0-9]{0,3}) (days?|weeks?|months?|years?|working days?)")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as an author wrote it: `count` of `unit` (day, week, month, year, working_day)."""

    count: int
    unit: str

    def after(self, start: date, holidays: Collection[date] = ()) -> date:
        """The day that lies this long after another; `holidays` are no working days.

        A year from 29 February ends on 28 February; a month from the 31st on the month's last day.
        """
        if self.unit == "working_day":
            return add_working_days(start, self.count, holidays)
        return self._from(start, self.count)

    def before(self, end: date, holidays: Collection[date] = ()) -> date:
        """The day that lies this long before another; months end as with `after`."""
        if self.unit == "working_day":
            return take_working_days(end, self.count, holidays)
        return self._from(end, -self.count)

    def _from(self, start: date, count: int) -> date:
        days = {"day": 1, "week": 7}.get(self.unit)
        if days is not None:
            return start + timedelta(days=days * count)
        months = count * (12 if self.unit == "year" else 1)
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


class Kind(Protocol):
    """A kind of definition that lies in an institution's folder; each is owned by one room.

    `folder` is where its definitions lie (`documents`), `files` the names of the other files that each must have. A
    `single` kind is one file, `<folder>/<code>.yaml`, that holds its own texts.
    """

    name: str
    version: int
    folder: str
    files: frozenset[str]
    single: bool

    def parse(self, cursor: Cursor, context: "Context") -> object | None:
        """The room's own model of the definition; what is wrong is reported to the context. None if unusable."""

    def check(self, definitions: "Iterable[Parsed]", findings: Findings) -> None:
        """Report what is wrong between the definitions of one institution (a number used twice)."""

    def check_across(self, found: "Parsings", findings: Findings) -> None:
        """Report what is wrong between definitions of several institutions or kinds (an agreement about nothing)."""


@dataclass(frozen=True)
class Parsed:
    """A definition's code, where its file begins, and the room's model of it."""

    code: str
    cursor: Cursor
    model: object


@dataclass(frozen=True)
class Parsings:
    """All definitions of a country as they were parsed. `unreadable`: files that could not be read (by path)."""

    parsed: Mapping[tuple[str, str, str], Parsed]
    institutions: Mapping[str, Institution]
    unreadable: frozenset[str]

    def of_kind(self, kind: str) -> "Iterable[tuple[str, Parsed]]":
        """Institution and definition of each of a kind."""
        return ((institution, one) for (name, institution, _), one in self.parsed.items() if name == kind)

    def find(self, kind: str, institution: str, code: str) -> Parsed | None:
        """One definition, or None."""
        return self.parsed.get((kind, institution, code))

    def named(self, institution: str, code: str) -> "Iterable[Parsed]":
        """The definitions of an institution that have this code, of whatever kind."""
        return (one for (_, owner, name), one in self.parsed.items() if (owner, name) == (institution, code))

    def may_have(self, *paths: str) -> bool:
        """Whether what is not found may stand in a file that could not be read (`*`: any one name in a path)."""
        return any(_lies_at(name.split("/"), path.split("/")) for name in self.unreadable for path in paths)


def _lies_at(name: list[str], path: list[str]) -> bool:
    return len(name) >= len(path) and all(part in (given, "*") for part, given in zip(path, name, strict=False))


@dataclass
class Context:
    """Given to `Kind.parse`. Its helpers read what all kinds share and note what the definition depends on."""

    shared: Shared
    institution: Institution
    code: str
    files: Mapping[str, bytes]
    findings: Findings
    # A definition that was published once: its institution may have other roles today.
    frozen: bool = False
    laws: set[str] = field(default_factory=set)
    catalogues: set[str] = field(default_factory=set)
    needed_texts: dict[str, Place] = field(default_factory=dict)
    allowed_texts: dict[str, Place] = field(default_factory=dict)
    used_files: set[str] = field(default_factory=set)
    rests: list[tuple[str, Callable[[object], bool]]] = field(default_factory=list)

    def file(self, name: str) -> bytes | None:
        """A file beside the definition that it names; None where it is missing."""
        self.used_files.add(name)
        return self.files.get(name)

    def rest_on(self, code: str, is_meant: Callable[[object], bool]) -> None:
        """Another definition of the same institution belongs to this one: its files enter the digest.

        It may be of any kind whose model `is_meant` accepts.
        """
        self.rests.append((code, is_meant))

    def need_text(self, path: str, place: Place) -> None:
        """The definition needs a sentence under this path in Arabic and Kurdish."""
        self.needed_texts[path] = place

    def allow_text(self, path: str, place: Place) -> None:
        """The definition may have a sentence under this path."""
        self.allowed_texts[path] = place

    def law(self, cursor: Cursor, key: str = "law", *, required: bool = True) -> str | None:
        """A citation `law/article` that stands in laws.yaml."""
        citation = cursor.string(key, required=required)
        if citation is None:
            return None
        if self.shared.laws.find(citation) is None:
            if not self.shared.may_have_law():
                cursor.report(key, "definitions.law_unknown", law=citation[:80])
            return None
        self.laws.add(citation)
        return citation

    def roles(self, cursor: Cursor, key: str, *, required: bool = True) -> tuple[str, ...]:
        """Roles of the institution."""
        return cursor.strings(key, required=required, one_of=None if self.frozen else tuple(self.institution.roles))

    def fields(self, cursor: Cursor, key: str = "fields", *, required: bool = True) -> Fields:
        """The `fields:` block: each field needs the text `fields.<name>` and may have `help.<name>`."""
        block = cursor.mapping(key, required=required)
        if block is None:
            return Fields(())
        fields = read_fields(block, self.shared, None if self.frozen else tuple(self.institution.roles))
        self._note_fields(fields, block)
        return fields

    def _note_fields(self, fields: Fields, block: Cursor) -> None:
        seen: set[str] = set()
        for name in fields.unread:
            self.allow_text(f"fields.{name}", block.place(name))
            self.allow_text(f"help.{name}", block.place(name))
        for item in fields.walk():
            place = block.place(item.name)
            if item.name in seen:
                self.findings.report(place, "definitions.field_twice", field=item.name)
            seen.add(item.name)
            self.need_text(f"fields.{item.name}", place)
            self.allow_text(f"help.{item.name}", place)
            if item.catalogue:
                self.catalogues.add(item.catalogue)
            elif item.type == "choice":
                for option in item.options:
                    self.need_text(f"choices.{item.name}.{option}", place)

    def expression(self, cursor: Cursor, key: str, fields: Fields, result: ResultType = "bool") -> Expression | None:
        """A CEL expression over `fields` and `today`."""
        node = cursor.node(key)
        if isinstance(node, ScalarNode) and isinstance(node.value, bool | str) and node.source.strip():
            try:
                return compile_expression(node.source, fields, result)
            except ExpressionError as error:
                if error.values.get("name") in fields.unread:
                    return None
                self.findings.report(node.place_inside(error.line, error.column), error.code, **error.values)
        elif node is not None:
            cursor.report(key, "definitions.not_text", key=key)
        return None

    def duration(self, cursor: Cursor, key: str, *words: str) -> Duration | str | None:
        """A length of time like `5 years`, or one of `words` (`forever`)."""
        written = cursor.string(key)
        if written is None or written in words:
            return written
        found = _DURATION.fullmatch(written)
        if found is None:
            cursor.report(key, "definitions.not_a_duration", key=key)
            return None
        return Duration(int(found[1]), found[2].rstrip("s").replace(" ", "_"))
