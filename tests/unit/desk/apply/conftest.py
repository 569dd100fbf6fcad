"""A clerk at the counter's pages."""

from tests.unit.desk.cases.conftest import Desk, Office, _nothing_remembered, desk, office, town

__all__ = ["Desk", "Office", "_nothing_remembered", "desk", "office", "town"]
