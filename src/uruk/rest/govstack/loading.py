"""The data with which GovStack's public suites try a system: registries, records, cases that are really there.

Everything goes the way that it would go without a suite: definitions are checked and approved by two persons, records
are acts of a program, and what a file says that is no fact of this node (who read what) is left out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from uruk.acts.api import node_settings
from uruk.definitions.api import Fields
from uruk.kernel.api import Actor, CodedError
from uruk.publishing.api import find_name
from uruk.registries import api as registries
from uruk.registries.api import Change
from uruk.rest.govstack import numbers
from uruk.rest.govstack.approving import approve_by_two, first_institution
from uruk.rest.govstack.callers import believed
from uruk.rest.govstack.data import as_uuid
from uruk.rest.govstack.describing import Description, describe
from uruk.rest.govstack.naming import KIND, SYSTEM, Named, find_registry
from uruk.rest.govstack.registration.loading import load_services

BATCH, MAX_BYTES = 1_000, 32 << 20
_RECORDS = UUID("2b7b4f0e-4a55-4c8c-9d7e-50c9c2f0a7d1")
_KINDS: Mapping[type, str] = {bool: "boolean", int: "integer", Decimal: "number", str: "string"}


@dataclass
class Loaded:
    """What a file brought, counted; `left_out`: what of it is no fact of this node, by its name."""

    institution: str = ""
    registries: int = 0
    records: int = 0
    services: int = 0
    cases: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


def load_test_data(
    institution: str, content: bytes, officers: Sequence[str], empty: str, more: Sequence[str] = ()
) -> Loaded:
    """Make what a suite's `test-data.json` names, for an institution, the first that can where none is named.

    Repeating it makes nothing twice.

    `officers`: the names of two who approve, those of test mode where none are named. `empty`: a registry more, like
    that of the records and without any. `more`: services by their names. Errors: ``rest.demonstration_only``,
    ``rest.nobody_approves``, ``rest.test_data`` with the place, those of definitions and records.
    """
    if not node_settings().demonstration:
        raise CodedError("rest.demonstration_only")
    data, institution = _read(content), institution or first_institution()
    done = Loaded(institution)
    client = _text(_map(data, "informationMediatorClientHeader"), "value") or "test/GOV/suite/data"
    held = _map(data, "registries")
    if held:
        _load_records(institution, held, (client, officers, empty), done)
    for group in _maps(data, "databases"):
        for one in _maps(group, "databases"):
            _load_database(institution, group, one, officers, done)
    if any(name in data for name in ("services", "applications", "tasks")):
        made = load_services(institution, data, officers, more)
        done.services, done.cases = made.services, made.cases
    return done


def _read(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content[:MAX_BYTES], parse_float=numbers.exact)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise CodedError("rest.test_data", at="{")
    return found


def _load_records(
    institution: str, held: Mapping[str, Any], said: tuple[str, Sequence[str], str], done: Loaded
) -> None:
    client, officers, empty = said
    name, version, rows = _text(held, "registryname"), _text(held, "versionnumber"), _maps(held, "records")
    if not name:
        raise CodedError("rest.test_data", at="registryname")
    acronym, schema = _text(held, "databaseID"), _schema_of(rows, done)
    for each in (name, empty):
        if each and find_name(SYSTEM, KIND, each) is None:
            given = Description(each, each, schema, version, acronym=acronym if each == name else "")
            _describe(institution, given, officers, done)
    found = find_registry(name, institution)
    _write(believed(client, found), found, rows, done)


def _load_database(
    institution: str, group: Mapping[str, Any], one: Mapping[str, Any], officers: Sequence[str], done: Loaded
) -> None:
    schema, number = numbers.plain(_map(one, "schema")), one.get("id")
    if not schema or type(number) is not int:
        raise CodedError("rest.test_data", at="databases")
    name = _text(one, "name") or _text(group, "code") or str(number)
    # Databases of one name are told apart by their ids.
    known = next((each for each in (name, f"{name}-{number}") if _is_free(each, number)), "")
    if known and find_name(SYSTEM, KIND, known) is None:
        title, acronym = _text(one, "description") or name, _text(group, "code")
        _describe(
            institution, Description(known, title, schema, _text(one, "version"), number, acronym), officers, done
        )


def _is_free(name: str, number: int) -> bool:
    kept = find_name(SYSTEM, KIND, name)
    return kept is None or kept.details.get("number") == number


def _describe(institution: str, given: Description, officers: Sequence[str], done: Loaded) -> None:
    _, proposal = describe(Actor.system(institution), institution, given)
    if proposal is not None:
        approve_by_two(proposal, officers)
        done.registries += 1


def _schema_of(rows: Sequence[Mapping[str, Any]], done: Loaded) -> dict[str, Any]:
    """The schema that the records show. Lists of who read a record are left out: a reading is an act of this log."""
    properties: dict[str, Any] = {}
    for row in rows:
        for name, value in row.items():
            if isinstance(value, list | dict):
                done.left_out[name] = done.left_out.get(name, 0) + len(value)
            elif name != "uuid":
                properties.setdefault(_field(name), {"type": _KINDS.get(type(value), "string")})
    return {"type": "object", "properties": properties, "required": [one for one in properties if one == "ID"]}


def _field(name: str) -> str:
    """The name by which the suites call a field that their data calls id."""
    return "ID" if name.lower() == "id" else name


def _write(actor: Actor, found: Named, rows: Sequence[Mapping[str, Any]], done: Loaded) -> None:
    fields = registries.get_registry(actor, *found.place).model.fields
    made = (_created(found, fields, row) for row in rows)
    fresh = [one for one in made if not _is_there(actor, found, one)]
    for start in range(0, len(fresh), BATCH):
        some = fresh[start : start + BATCH]
        registries.change(actor, *found.place, some, "test data")
        done.records += len(some)


def _created(found: Named, fields: Fields, row: Mapping[str, Any]) -> Change:
    values = {_field(name): one for name, one in row.items() if name != "uuid" and not isinstance(one, list | dict)}
    record = as_uuid(_text(row, "uuid")) or uuid5(_RECORDS, f"{found.name} {sorted(values.items())!r}")
    return Change("create", record, values=numbers.kept(fields, found.own_values(values)))


def _is_there(actor: Actor, found: Named, one: Change) -> bool:
    """Whether the record was made before, though it may have been deleted since."""
    try:
        registries.get_record(actor, *found.place, one.record)
    except CodedError as error:
        if error.code != "registries.record_unknown":
            raise
        return False
    return True


def _map(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _maps(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = data.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _text(data: Mapping[str, Any], name: str) -> str:
    found = data.get(name)
    return str(found) if isinstance(found, str | int) else ""
