"""Officers at the pages of rounds."""

from tests.unit.desk.cases.conftest import desk
from tests.unit.services.conftest import _nothing_remembered, town
from tests.unit.services.rounds.conftest import hall

__all__ = ["_nothing_remembered", "desk", "hall", "town"]
