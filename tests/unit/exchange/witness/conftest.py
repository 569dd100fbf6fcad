"""A country in a temporary folder."""

import pytest

from tests.unit.exchange.witness.country import NOW, Country
from uruk.kernel.api import FixedClock


@pytest.fixture
def clock():
    return FixedClock(NOW)


@pytest.fixture
def country(tmp_path, clock):
    return Country.make(tmp_path, clock)
