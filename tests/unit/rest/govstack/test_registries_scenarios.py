"""GovStack's Digital Registries: what its interface promises, over HTTP, on loaded data of any values."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any
from uuid import UUID

import pytest

from tests.unit.rest.govstack.conftest import CLIENT, make_town
from tests.unit.rest.govstack.scenarios import Scenario, has, lists, made_up, play
from tests.worlds import WORLDS
from uruk.kernel.api import Settings
from uruk.rest.api import load_test_data

FIELDS = ("ID", "FirstName", "LastName", "BirthCertificateID")
WORDS = made_up(20261126)
NAME, VERSION, ACRONYM, EMPTY, NOBODY = islice(WORDS, 5)
PEOPLE = [dict(zip(FIELDS, islice(WORDS, 4), strict=True)) for _ in range(14)]
NEW = [dict(zip(FIELDS, islice(WORDS, 4), strict=True)) for _ in range(8)]
UUIDS = [str(UUID(int=(7 << 76) | (2 << 62) | (number << 90) | 5)) for number in range(1, 15)]
IDS = [4_000_000_000 + 977 * number for number in range(5)]
SCHEMA = {"type": "object", "properties": {"ID": {"type": "string", "primaryKey": True}, "Child": {
    "type": "object", "properties": {"ID": {"type": "string"}}}}, "required": ["ID"]}  # fmt: skip
DATA = {
    "informationMediatorClientHeader": {"key": "Information-Mediator-Client", "value": CLIENT},
    "registries": {
        "registryname": NAME,
        "versionnumber": VERSION,
        "databaseID": ACRONYM,
        "records": [
            {"uuid": uuid, "id": one["ID"], **{name: one[name] for name in FIELDS[1:]}, "PersonalData": []}
            for uuid, one in zip(UUIDS, PEOPLE, strict=True)
        ],
    },
    "databases": [
        {"code": ACRONYM, "databases": [
            {"id": number, "name": next(WORDS), "version": "1.0", "schema": SCHEMA} for number in IDS
        ]},
    ],
}  # fmt: skip
ROWS = f"data/{NAME}/{VERSION}"


def query(**values: str) -> dict[str, Any]:
    return {"query": {"content": values}}


def write(**values: str) -> dict[str, Any]:
    return {"write": {"content": values}}


def holds(**values: str) -> Callable[[Any], bool]:
    """An answer whose content says at least this, and every field of a record."""
    return lambda found: has(content=dict)(found) and values.items() <= found["content"].items() and has(
        **dict.fromkeys(FIELDS, str))(found["content"])  # fmt: skip


def page(*wanted: dict[str, str]) -> Callable[[Any], bool]:
    """A page of a list with just these records, in this order."""
    return lambda found: (
        has(count=len(wanted), next=str, results=list)(found)
        and [{name: one[name] for name in FIELDS} for one in found["results"]] == list(wanted)
    )


def changed(before: dict[str, str], after: dict[str, str]) -> dict[str, Any]:
    return {**query(**before), **write(**after)}


def listing(field: str, one: dict[str, str], ordering: str) -> Scenario:
    asked = {"search": one[field], "filter": field, "ordering": ordering}
    return Scenario(f"by {field}, {ordering}", "GET", ROWS, says=page(one), query=asked)


USED = lists(ReaderID=str, ReaderInstitutionID=str, ReaderInstitutionName=str, SearchDateTime=str)


def usage(what: str, user: str, database: str, status: int = 200) -> Scenario:
    asked = {"userID": user, "DatabaseID": database}
    says = USED if status == 200 else has(detail=str)
    return Scenario(what, "GET", "data/MyPersonalDataUsage/1.0", None, status, says, asked)


SCENARIOS: dict[str, list[Scenario]] = {
    "create": [
        Scenario(f"a record is created, {n}", "POST", f"{ROWS}/create", write(**one), says=holds(**one))
        for n, one in enumerate(NEW[:5])
    ],
    "delete": [
        Scenario("somebody's record goes", "DELETE", f"{ROWS}/{PEOPLE[0]['ID']}/delete", status=204),
        Scenario("and again, which changes nothing", "DELETE", f"{ROWS}/{PEOPLE[0]['ID']}/delete", status=204),
        Scenario("another's", "DELETE", f"{ROWS}/{PEOPLE[1]['ID']}/delete", status=204),
        Scenario("of an id that there never was", "DELETE", f"{ROWS}/{NOBODY}/delete", status=204),
    ],
    "exists": [
        Scenario("who is there", "POST", f"{ROWS}/exists", query(**PEOPLE[2]),
                 says=lambda found: has(status=True, message=str)(found["answer"])),
        *(Scenario(f"who is not, by {name}", "POST", f"{ROWS}/exists", query(**{**PEOPLE[2], name: NOBODY}),
                   says=lambda found: has(status=False, message=str)(found["answer"])) for name in FIELDS),
    ],
    "list": [
        Scenario("all", "GET", ROWS, says=page(*PEOPLE)),
        *(listing("FirstName", one, way) for one in PEOPLE[2:4] for way in ("ascending", "descending")),
        Scenario("of a registry without records", "GET", f"data/{EMPTY}/{VERSION}", says=page()),
    ],
    "usage": [
        *(usage(f"who read of somebody, {n}", one["ID"], ACRONYM) for n, one in enumerate(PEOPLE[:3])),
        usage("of whom nothing is kept", NOBODY, ACRONYM),
        usage("of no id at all", "...", ACRONYM, 400),
        usage("in no database", PEOPLE[0]["ID"], "...", 400),
    ],
    "read": [
        *(Scenario(f"by {name}", "POST", f"{ROWS}/read", query(**{name: one[name]}), says=holds(**one))
          for name, one in zip(FIELDS, PEOPLE[2:6], strict=True)),
        Scenario("by two", "POST", f"{ROWS}/read", query(**dict(islice(PEOPLE[6].items(), 2))),
                 says=holds(**PEOPLE[6])),
        Scenario("by all", "POST", f"{ROWS}/read", query(**PEOPLE[7]), says=holds(**PEOPLE[7])),
        Scenario("of nobody", "POST", f"{ROWS}/read", query(FirstName=NOBODY), 404, has(detail="no record found")),
    ],
    "read-value": [
        Scenario("one field of a record", "GET", f"{ROWS}/{UUIDS[8]}/read-value/FirstName.json",
                 says=lambda found: found == PEOPLE[8]["FirstName"]),
    ],
    "update": [
        Scenario(f"a record is changed, {n}", "PUT", f"{ROWS}/update", changed(old, {**new, "ID": old["ID"]}),
                 says=holds(**{**new, "ID": old["ID"]}))
        for n, (old, new) in enumerate(zip(PEOPLE[:4], NEW[:4], strict=True))
    ],
    "update-entries": [
        *(Scenario(f"all of a first name, {n}", "PUT", f"{ROWS}/update-entries",
                   changed({"FirstName": old["FirstName"]}, {"FirstName": new["FirstName"]}),
                   says=has(matched=1, updated=1))
          for n, (old, new) in enumerate(zip(PEOPLE[:3], NEW[:3], strict=True))),
        Scenario("all that are alike in everything", "PUT", f"{ROWS}/update-entries",
                 changed(PEOPLE[3], {"LastName": NEW[3]["LastName"]}), says=has(matched=1, updated=1)),
    ],
    "update-or-create": [
        *(Scenario(f"who was not there, {n}", "POST", f"{ROWS}/update-or-create", changed(one, one), says=holds(**one))
          for n, one in enumerate(NEW[:2])),
        *(Scenario(f"and is changed, {n}", "POST", f"{ROWS}/update-or-create", changed(old, {**new, "ID": old["ID"]}),
                   says=holds(**{**new, "ID": old["ID"]}))
          for n, (old, new) in enumerate(zip(NEW[:2], NEW[4:6], strict=True))),
    ],
    "database modify": [
        Scenario("a registry is described", "POST", "database/modify",
                 {"code": "Clinics", "catalog_name": "Mothers", "schema": SCHEMA}, says=has(id=int, properties=dict)),
    ],
    "databases": [
        Scenario("all registries", "GET", "databases", says=lambda found: has(databases=list)(found) and lists(
            id=int, name=str, version=str, is_archived=bool)(found["databases"])),
    ],
    "database read": [
        Scenario(f"one, {number}", "GET", f"database/{number}", says=has(id=number, version="1.0", schema=dict))
        for number in IDS
    ],
    "database delete": [
        Scenario(f"one, {number}", "DELETE", f"database/{number}", says=lambda found: isinstance(found, str))
        for number in IDS[1:]
    ],
}  # fmt: skip


def make_loaded() -> tuple[Any, ...]:
    """The town after `uruk govstack load` of the data."""
    make_town()
    done = load_test_data("town", json.dumps(DATA).encode(), (), EMPTY)
    assert (done.registries, done.records) == (2 + len(IDS), len(PEOPLE))
    return ()


WORLDS[f"{__name__}.loaded"] = make_loaded


@pytest.fixture
def loaded(transactional_db: None, node: Settings, log: Any) -> Settings:
    """The node that has loaded the data."""
    return node


@pytest.fixture
def registries(loaded: Settings, settings: Any, live_server: Any) -> str:
    """The address of Digital Registries there, in test mode."""
    settings.URUK = replace(settings.URUK, govstack_trust_header=True)
    return f"{live_server.url}/govstack/registries"


@pytest.mark.parametrize("operation", SCENARIOS)
def test_what_the_interface_of_registries_promises_holds_for_any_data(registries: str, operation: str) -> None:
    assert play(registries, CLIENT, SCENARIOS[operation]) == []


def test_a_scenario_that_goes_otherwise_is_told(registries: str) -> None:
    right = SCENARIOS["read"][0]
    wrong = [
        replace(right, status=404),
        replace(right, says=holds(ID=NOBODY)),
        replace(right, path="data/nothing/1/read"),
    ]
    assert [line.partition(" instead")[0][:10] for line in play(registries, CLIENT, wrong)] == [
        "by ID: 200",
        "by ID: app",
        "by ID: 404",
    ]


def test_the_scenarios_of_registries_are_fifty_seven() -> None:
    assert sum(map(len, SCENARIOS.values())) == 57
