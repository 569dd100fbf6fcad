"""A country whose directory tests read, and what they change in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.exchange.country import Country
from uruk.exchange.api import (
    DirectoryStore,
)
from uruk.kernel.api import CodedError

NODES = {"north": ("interior",), "south": ("agriculture", "water"), "hub": ("authority",)}


@pytest.fixture
def country(tmp_path: Path) -> Country:
    made = Country(tmp_path, NODES)
    made.publish()
    return made


def store(country: Country, node: str = "north") -> DirectoryStore:
    return country.nodes[node].directory


def refused(code: str, deed: Callable[[], object]) -> CodedError:
    with pytest.raises(CodedError) as found:
        deed()
    assert found.value.code == code
    assert found.value.sentence("ar")
    return found.value
