"""An auditor at the pages: the head of the office may read whole cases."""

from tests.unit.desk.cases.conftest import Desk, Office, _nothing_remembered, desk, head_supervises, office, town

__all__ = ["Desk", "Office", "_nothing_remembered", "desk", "head_supervises", "office", "town"]
