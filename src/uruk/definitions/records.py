"""First records of a registry: what is known when a node begins, as JSON lines beside the definitions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from uruk.definitions.fields import Fields
from uruk.definitions.findings import Findings, Place
from uruk.definitions.relative import dated
from uruk.kernel.api import load_whole_json

# The one kind of definition that has records; its own room reads its definitions.
KEEPS_RECORDS = "registry"
SUFFIX = ".jsonl"
MAX_RECORDS = 5_000
MAX_LINE = 32_000


@dataclass(frozen=True)
class FirstRecords:
    """The records that lie ready for one registry, cleaned, in the order they were written.

    `synthetic`: made up for the demonstration (they lie below `demo/records`), and never loaded anywhere else.
    """

    institution: str
    registry: str
    synthetic: bool
    rows: tuple[Mapping[str, object], ...]


def registry_of(name: str) -> tuple[str, str, bool] | None:
    """Institution, registry and whether they are synthetic, of a file with first records; None for any other file."""
    path = PurePosixPath(name)
    match path.parts:
        case ("institutions", institution, "records", _) if path.suffix == SUFFIX:
            return institution, path.stem, False
        case ("demo", "records", institution, _) if path.suffix == SUFFIX:
            return institution, path.stem, True
    return None


def read_records(
    name: str, data: bytes, fields: Fields, findings: Findings, day: date | None = None
) -> tuple[Mapping[str, object], ...]:
    """The records of a file, each line an object of field values; what is wrong is reported at its line.

    `day`: on which the days of synthetic records are counted (`today+60`); None where dates alone are written.
    """
    found = list(_lines(name, data, findings))
    if len(found) > MAX_RECORDS:
        findings.report(Place(name), "definitions.too_many_records", max=MAX_RECORDS)
        return ()
    written = ((place, values if day is None else dated(values, day)) for place, values in found)
    return tuple(_cleaned(place, values, fields, findings) for place, values in written)


def _lines(name: str, data: bytes, findings: Findings) -> Iterator[tuple[Place, Mapping[str, object]]]:
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        values = _object(line)
        if values is None:
            findings.report(Place(name, number), "definitions.record_line")
        else:
            yield Place(name, number), values


def _object(line: bytes) -> Mapping[str, object] | None:
    if len(line) > MAX_LINE:
        return None
    try:
        values = load_whole_json(line)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _cleaned(place: Place, values: Mapping[str, object], fields: Fields, findings: Findings) -> Mapping[str, object]:
    validation = fields.validate(values)
    for path, error in validation.errors:
        if _is_understood(path.partition(".")[0], fields):
            findings.report(place, "definitions.record_field", field=path, reason=error.code)
    return validation.values


def _is_understood(name: str, fields: Fields) -> bool:
    """Whether a record can be judged by a field; that its type or catalogue was not understood is said already."""
    item = fields.find(name)
    return name not in fields.unread and not (item is not None and item.type == "choice" and not item.options)
