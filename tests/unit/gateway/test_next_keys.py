"""The next key of a gateway's log: others hear of it before it signs, so that nobody refuses what it signs."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from tests.flows.exchange.country import NAMES, Country
from tests.unit.gateway.parties import Parties, played, refused
from uruk.exchange.api import HostedMember, read_snapshot, statements, write_snapshot
from uruk.gateway.gateway import Gateway
from uruk.gateway.reloading import Reloading
from uruk.kernel.api import FixedClock, load_settings


def list_next(found: Parties, *reached: str) -> None:
    """Interior's next log key stands in the directory that these nodes hold; the others hold the one from before."""
    country = found.country
    country.nodes["north"].generations["interior"] = 2
    parts = [country.entry(country.nodes["north"])]
    for code in reached:
        country.nodes[code].directory.offer(parts[0])
    for party in found.all:
        party.state.take(read_snapshot(party.node.gateway), party.node.directory.current())


async def answered_under(found: Parties) -> str:
    """The log in which Interior's answer to a message of Agriculture stands."""
    reply = await found.south.ask()
    assert reply.error is None, reply.error
    return found.north.writer.receipt(statements.act_of(reply.request, statements.ANSWERED)).origin


def test_a_peer_with_the_directory_from_before_is_answered_under_the_old_key_meanwhile(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        list_next(found, "north", "hub")
        assert await answered_under(found) == "xx/interior/north/1/1"
        list_next(found, "south")
        assert await answered_under(found) == "xx/interior/north/1/1"
        found.north.writer.renew("interior", 2)
        assert await answered_under(found) == "xx/interior/north/1/2", "everybody has heard by now"

    played(tmp_path, journey)


def test_a_key_that_signed_before_others_have_heard_of_it_would_be_refused(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        assert await answered_under(found) == "xx/interior/north/1/1"
        list_next(found, "north", "hub")
        found.north.writer.renew("interior", 2)
        assert refused(await found.south.ask()) == "trust.log_unlisted"

    played(tmp_path, journey)


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    """A gateway whose log has an entry."""
    country = Country(tmp_path, {"north": ("authority",)})
    country.publish()
    country.write_snapshots()
    given = {"URUK_DATA": str(country.nodes["north"].folder), "URUK_NODE": "north"}
    return Gateway(load_settings(given), FixedClock(country.now))


def say(gateway: Gateway, number: int) -> str:
    return gateway.writer.append("authority", UUID(int=number), b"said %d" % number).origin


def test_a_gateway_closes_its_log_when_its_snapshot_says_so_and_only_then(gateway: Gateway) -> None:
    async def turns() -> None:
        reloading = Reloading(gateway)
        await reloading.turn()
        assert say(gateway, 1).endswith("/1/1")
        known = read_snapshot(gateway.folder)
        member = HostedMember("authority", "xx/GOV/authority", NAMES, generation=2)
        write_snapshot(gateway.folder, msgspec.structs.replace(known, members=(member,)))
        await reloading.turn()
        assert [log.closed is not None for log in gateway.writer.logs()] == [True]
        assert say(gateway, 2).endswith("/1/2")
        await reloading.turn()
        assert say(gateway, 3).endswith("/1/2"), "once"

    asyncio.run(turns())
    gateway._let_go()


def test_a_log_of_a_year_that_is_long_over_is_told(gateway: Gateway) -> None:
    say(gateway, 1)
    assert isinstance(gateway.clock, FixedClock)
    (log,) = gateway.writer.logs()
    gateway.clock.set(log.ends + timedelta(days=7))
    assert gateway._overdue() == []
    gateway.clock.advance(timedelta(days=2))
    (found,) = gateway._overdue()
    assert (found.code, found.values) == ("exchange.log_overdue", {"origin": "xx/authority/north/1/1", "days": 9})
    gateway._let_go()
