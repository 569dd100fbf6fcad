"""`uruk definition`: what an operator types to see, try and propose a draft, and to have a registry archived."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import Result

from tests.fixtures import Officer
from tests.unit.registries.conftest import Archive
from tests.unit.registries.revising import Life
from tests.unit.registries.samples import sample_country
from uruk.kernel.api import Actor, FixedClock, Settings
from uruk.people import offices
from uruk.publishing.api import publish_country
from uruk.publishing.countries import rights
from uruk.registries.tables import forget_caches

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

Run = Callable[..., Result]


@pytest.fixture
def life(
    transactional_db: None, node: Settings, institution: str, officer: Callable[..., Officer], clock: FixedClock
) -> Life:
    """Registries in force on a node whose log is served, and the heads who approve their definitions."""
    forget_caches()
    publish_country(Actor.system(institution), sample_country())
    offices.tell_rights(rights)
    archive = Archive(officer("registrar"), officer("head"), officer("auditor"), node)
    return Life(archive, officer, clock)


def lines(result: Result) -> list[dict[str, Any]]:
    """What was printed as JSON."""
    return [json.loads(line) for line in result.output.splitlines() if line.startswith("{")]


def shops(run: Run) -> dict[str, Any]:
    [found] = [one for one in lines(run("definition", "list", "--json")) if one["definition"] == "interior/shops"]
    return found


def test_a_draft_is_listed_tried_and_proposed(life: Life, served: None, run: Run) -> None:
    record = life.archive.create()
    assert shops(run) | {"digest": ""} == {
        "kind": "registry", "definition": "interior/shops", "digest": "",
        "archived": False, "draft": None, "waits": None,
    }  # fmt: skip
    life.draft("shops", ("max: 10000, required: false", "max: 30, required: false"))
    assert shops(run)["draft"] and "✎" in run("definition", "list").output
    tried = run("definition", "try", "registry", "interior/shops", "--json")
    assert tried.exit_code == 1 and "registries.records_unfit" in tried.output
    [misfit] = [one for one in lines(tried) if "record" in one]
    assert (misfit["record"], misfit["field"], misfit["code"]) == (str(record), "area", "definitions.field_above_max")
    told = run("definition", "try", "registry", "interior/shops", "--language", "ckb")
    assert str(record) in told.output and "area" in told.output
    assert run("definition", "propose", "registry", "interior/shops").exit_code == 1
    life.draft("shops", ("max: 80, find", "max: 90, find"))
    assert lines(run("definition", "try", "registry", "interior/shops", "--json")) == [{"fits": True, "records": 1}]
    assert "1" in run("definition", "try", "registry", "interior/shops").output
    [proposed] = lines(run("definition", "propose", "registry", "interior/shops", "--json"))
    assert shops(run)["waits"] == proposed["proposal"]


def test_a_registry_is_archived_and_listed_as_such(life: Life, served: None, run: Run) -> None:
    done = run("definition", "archive", "registry", "interior/shops")
    assert done.exit_code == 0 and "To archive a definition" in done.output
    life.clock.advance(timedelta(minutes=1))
    life.archived("shops")
    assert shops(run)["archived"] and "▣" in run("definition", "list").output
