"""What a registry offers is in the gateway's snapshot, beside the subsystems, once it is in force."""

from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import make_institution
from tests.kinds import KINDS
from tests.unit.registries.domain.town import STALLS, Town
from uruk.definitions.api import load_country
from uruk.exchange.api import System, read_snapshot
from uruk.kernel.api import Actor, Settings
from uruk.publishing.api import publish_country, write_snapshot

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def systems(folder: Path, node: Settings) -> dict[str, System]:
    """The systems of the town as the gateway knows them, after the country in `folder` came into force."""
    publish_country(Actor.system(None), load_country(folder, KINDS))
    write_snapshot()
    [member] = read_snapshot(node.data / "gateway").members
    assert [one.code for one in member.systems] == sorted(one.code for one in member.systems)
    return {one.code: one for one in member.systems}


def test_registries_with_offers_are_systems_that_nobody_can_be(
    transactional_db: None, log: Any, node: Settings, tmp_path: Path
) -> None:
    make_institution("town")
    found = systems(Town(tmp_path).write(), node)
    assert set(found) >= {"market-days", "permits", "stalls", "traders"}
    days = found["market-days"]
    assert [one.code for one in days.offers] == ["left", "reserve"] and days.names.en == "Market days"
    assert days.protection == "mutual" and days.certificates == ()


def test_a_registry_that_offers_nothing_is_no_system(
    transactional_db: None, log: Any, node: Settings, tmp_path: Path
) -> None:
    make_institution("town")
    town = Town(tmp_path)
    texts = {f"{STALLS.rpartition('/')[0]}/texts.{lang}.yaml": "" for lang in ("ar", "ckb", "en")}
    silent = {name: _without_offers(town, name) for name in texts}
    changes = {STALLS: ("offers:\n  of-trader: {list: [code, area_m2], by: [trader]}\n", "")}
    assert "stalls" not in systems(town.write(changes, silent), node)


def _without_offers(town: Town, name: str) -> str:
    return (town.write() / name).read_text(encoding="utf-8").partition("offers:")[0]
