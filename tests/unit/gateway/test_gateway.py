"""What a gateway finds wrong with itself, told by its own clock."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.flows.exchange.country import NAMES, Country
from uruk.exchange.api import Offer, System
from uruk.gateway.gateway import Gateway
from uruk.kernel.api import FixedClock, load_settings


@pytest.fixture
def country(tmp_path: Path) -> Country:
    """A country of one node, published today."""
    found = Country(tmp_path, {"north": ("authority",)})
    system = System("persons", NAMES, offers=(Offer("by-number", NAMES, ()),))
    found.nodes["north"].systems["authority"] = (system,)
    found.publish()
    found.write_snapshots()
    return found


@pytest.fixture
def gateway(country: Country) -> Iterator[Gateway]:
    """Its gateway, not opened; the clock stands."""
    given = {"URUK_DATA": str(country.nodes["north"].folder), "URUK_NODE": "north"}
    found = Gateway(load_settings(given), FixedClock(country.now))
    found._connect_parts()
    yield found
    found.upstream.close()
    found._let_go()


def codes(gateway: Gateway) -> dict[str, str]:
    """Check → code of what is wrong."""
    return {check.name: error.code for check in gateway._checks() for error in check.find()}


def advance(gateway: Gateway, **step: float) -> None:
    """Let time pass."""
    assert isinstance(gateway.clock, FixedClock)
    gateway.clock.advance(timedelta(**step))


def test_a_system_that_is_nowhere_is_told(gateway: Gateway) -> None:
    assert codes(gateway) == {"systems": "exchange.provider_not_connected"}


def test_a_directory_that_nobody_confirms_is_told_before_it_stops_anything(gateway: Gateway) -> None:
    advance(gateway, days=3)
    assert codes(gateway)["directory-age"] == "exchange.directory_in_grace"
    advance(gateway, days=6)
    assert codes(gateway)["directory"] == "exchange.directory_too_old" and "directory-age" not in codes(gateway)


def test_a_certificate_that_ends_soon_is_told(gateway: Gateway) -> None:
    advance(gateway, days=720)
    assert codes(gateway)["certificate"] == "exchange.certificate_ending"


def test_a_log_that_no_witness_has_seen_for_long_is_told(gateway: Gateway, country: Country) -> None:
    origin = country.nodes["north"].origin("authority")
    gateway.cosigned.looked(origin, 5, 1, country.now)
    advance(gateway, minutes=11)
    assert codes(gateway)["witnesses"] == "exchange.witness_late" and gateway._witness_delay() == 660
