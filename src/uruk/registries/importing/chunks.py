"""Some rows of a file at once: which changes they are, which may be recorded, and what is wrong with the others."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, today
from uruk.publishing.api import country
from uruk.registries.checking import Problem
from uruk.registries.domain.change import Change, canonical
from uruk.registries.importing.columns import Heading, read_heading
from uruk.registries.importing.keeping import rows_file
from uruk.registries.importing.reading import Place, Row, read_lines, read_table
from uruk.registries.importing.seen import SaidRow, SeenRows, key_digest, key_digests
from uruk.registries.models import Import
from uruk.registries.opening import Opened
from uruk.registries.preparing import Draft, Preparation
from uruk.registries.store import CurrentRow

CHUNK = 1_000
Way = Literal["create", "key"]
Wrong = tuple[int, str, CodedError]
"""The row's number, the path of the field ("" for the whole), the error."""
_NOTHING_NEW = "registries.nothing_changed"
_NO_TARGET = "registries.link_to_nothing"


@dataclass(frozen=True)
class Judged:
    """What was found of some rows: the versions that may be recorded, what is wrong, how many say nothing new.

    `said`: what each row says, where that stays the same until it is written; `ground`: on what they were found right.
    """

    drafts: list[Draft]
    wrong: list[Wrong]
    same: int
    preparation: Preparation
    keys: Sequence[tuple[bytes, int]] = ()
    said: Sequence[SaidRow] = ()
    ground: str = ""

    @property
    def bad(self) -> int:
        """How many rows something is wrong with."""
        return len({number for number, _, _ in self.wrong})


def rows_from(row: Import, registry: Opened, start: Place) -> Iterator[Row]:
    """The rows of an import's file from a place on; errors of reading as `reading` names them."""
    left_out = frozenset(row.heading.get("left_out", ()))
    rows = _read(row, registry, start)
    return (one for one in rows if one.number not in left_out) if left_out else rows


def _read(row: Import, registry: Opened, start: Place) -> Iterator[Row]:
    path = rows_file(row.pk, row.file_format)
    if row.file_format == "jsonl":
        return read_lines(path, start)
    return read_table(path, row.file_format, heading_of(row, registry), start, row.heading["delimiter"])


def heading_of(row: Import, registry: Opened) -> Heading:
    """What the first line of an import's table says, or a person said of it; errors as `read_heading`."""
    model, texts = registry.model, registry.definition.texts
    chosen = row.heading.get("chosen", {})
    cells = [(chosen[str(at)] or None) if str(at) in chosen else cell for at, cell in enumerate(row.heading["cells"])]
    return read_heading(cells, model.fields, texts, country().shared.catalogues)


def columns_told(heading: Heading, cells: Sequence[str]) -> dict[str, list[str]]:
    """What is kept of a first line that was understood: the fields' paths, and the columns that are no field's."""
    unknown = [cells[at].strip()[:80] for at, name in enumerate(heading.names) if not name]
    return {"columns": [name for name in heading.names if name], "unknown": unknown}


def author_of(row: Import, institution: str) -> Actor:
    """Who brought the file in, in the office in which they did."""
    if row.author is None:
        return Actor(channel=row.channel, institution=institution)
    who = {"program": row.author} if row.channel == "rest" else {"person": row.author}
    return Actor(channel=row.channel, institution=institution, role=row.author_role or None, **who)


def judge(registry: Opened, actor: Actor, way: Way, rows: Sequence[Row], seen: SeenRows | None = None) -> Judged:
    """Check some rows against their fields, the records there are, and the rows `seen` before; nothing is written.

    Without `seen` they are about to be written, and whether their keys are taken is left to the tables.
    """
    read = [row for row in rows if row.readable]
    preparation = Preparation(registry, actor, changes_of(registry, way, read))
    drafts = preparation.drafts(keys=seen is not None)
    problems = _problems(preparation, seen)
    keys = {} if seen is None else _keys(preparation)
    for at, error in _repeated(keys, seen):
        problems.setdefault(at, [(", ".join(registry.model.main_key), error)])
    same = sum(any(error.code == _NOTHING_NEW for _, error in some) for some in problems.values())
    wrong = [(row.number, path, error) for row in rows for path, error in row.wrong]
    wrong += [
        (read[at].number, path, error)
        for at, some in problems.items()
        for path, error in some
        if error.code != _NOTHING_NEW
    ]
    shown = [(key, read[at].number) for at, some in keys.items() if at not in problems for key in some]
    good = [one for one in drafts if one.position not in problems]
    found = Judged(good, sorted(wrong, key=_row), same, preparation, shown)
    return found if seen is None or way != "create" else _with_said(found, rows, read)


def judge_again(registry: Opened, actor: Actor, rows: Sequence[SaidRow]) -> Judged:
    """Rows that were found right on the same ground: what other records have to do with them is looked at anew."""
    right = [row for row in rows if row.readable]
    preparation = Preparation(registry, actor, ())
    drafts = preparation.known_drafts([str(row.content) for row in right])
    wrong = [(right[one.position].number, one.field, one.error) for one in preparation.problems]
    bad = {one.position for one in preparation.problems}
    return Judged([one for one in drafts if one.position not in bad], sorted(wrong, key=_row), 0, preparation)


def ground_of(registry: Opened) -> str:
    """On what the values of a row are right by themselves: the definition in force, and the day."""
    return f"{registry.definition.digest.hex()} {today(clock())}"


def _with_said(found: Judged, rows: Sequence[Row], read: Sequence[Row]) -> Judged:
    """The same with what each row says; secrets as they stand in the file, because they are sealed for a record."""
    registry, noted = found.preparation.registry, found.preparation.checker.noted
    said = {read[one.position].number: one.content for one in found.drafts}
    if registry.model.secrets:
        clear = {at: canonical(values) for at, _, values in noted if registry.model.secrets.intersection(values)}
        said |= {read[at].number: content for at, content in clear.items() if read[at].number in said}
    kept = [SaidRow(row.number, row.after.at, said.get(row.number)) for row in rows]
    return replace(found, said=kept, ground=ground_of(registry))


def _row(wrong: Wrong) -> int:
    return wrong[0]


def _problems(preparation: Preparation, seen: SeenRows | None) -> dict[int, list[tuple[str, CodedError]]]:
    """What is wrong, by the position of the row: path of the field and error."""
    found: dict[int, list[tuple[str, CodedError]]] = defaultdict(list)
    said = {position: values for position, _, values in preparation.checker.noted}
    for one in preparation.problems:
        if seen is None or not _stands_before(preparation.registry, one, said, seen):
            found[one.position].append((one.field, one.error))
    return found


def _stands_before(registry: Opened, problem: Problem, said: Mapping[int, Mapping[str, Any]], seen: SeenRows) -> bool:
    """Whether what a row links to is an earlier row of the same file: it will be there when this one is written."""
    if problem.error.code != _NO_TARGET or registry.model.fields[problem.field].to != registry.code:
        return False
    return bool(seen.first_rows([key_digest(0, str(said[problem.position][problem.field]))]))


def _keys(preparation: Preparation) -> dict[int, list[bytes]]:
    """The keys of the rows that were found right, by their position."""
    keys = preparation.registry.model.keys
    return {position: key_digests(keys, values) for position, _, values in preparation.checker.noted}


def _repeated(keys: Mapping[int, Sequence[bytes]], seen: SeenRows | None) -> Iterator[tuple[int, CodedError]]:
    """The rows of which an earlier part of the file has a key already."""
    before = {} if seen is None else seen.first_rows([key for some in keys.values() for key in some])
    for at, some in keys.items() if before else ():
        first = next((before[key] for key in some if key in before), None)
        if first is not None:
            yield at, CodedError("registries.import_key_twice", row=first)


def changes_of(registry: Opened, way: Way, rows: Sequence[Row]) -> list[Change]:
    """The change that each row is: a new record, or with `key` what a record that is there is to say from now on."""
    known = _known(registry, rows) if way == "key" else {}
    return [_change(row, known.get(at)) for at, row in enumerate(rows)]


def _change(row: Row, known: CurrentRow | None) -> Change:
    if known is None:
        return Change("create", values={name: value for name, value in row.values.items() if value is not None})
    return Change("change", known.record, known.latest, row.values)


def _known(registry: Opened, rows: Sequence[Row]) -> dict[int, CurrentRow]:
    """The records that rows have the main key of, by the row's position."""
    fields = [registry.model.fields[name] for name in registry.model.main_key]
    wanted: dict[int, tuple[object, ...]] = {}
    for at, row in enumerate(rows):
        try:
            wanted[at] = tuple(field.clean(row.values[field.name]) for field in fields)
        except (CodedError, KeyError):
            continue  # the key itself is wrong: the field says so
    found = registry.store.find_by_keys(0, list(wanted.values()))
    return {at: found[key] for at, key in wanted.items() if key in found}
