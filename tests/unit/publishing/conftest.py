"""The sample country's institution and its kind of definition, on this node for one test."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fixtures import make_institution
from tests.unit.definitions.samples import NOTES
from uruk.publishing import kinds as contributed
from uruk.publishing.kinds import contribute_kind


@pytest.fixture
def gardens(transactional_db: None, log: Any) -> Iterator[None]:
    """The sample country's institution on this node, and its kind."""
    before = dict(contributed._KINDS)
    contribute_kind(NOTES)
    make_institution("gardens")
    yield
    contributed._KINDS.clear()
    contributed._KINDS.update(before)
