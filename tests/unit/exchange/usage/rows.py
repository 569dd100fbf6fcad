"""Rows of made-up reads."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from uruk.exchange.api import Names, Usage

MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NUMBER = "199012345678"
HOLDER = "interior"
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Reads:
    """Makes rows, each of an act of its own."""

    made: int = 0

    def row(self, subject: str = NUMBER, at: datetime = MOMENT, **changes: Any) -> Usage:
        """A read by Agriculture of a person's record at the Interior."""
        self.made += 1
        facts: dict[str, Any] = {
            "holder": HOLDER,
            "consumer": "xx/GOV/agriculture/season-plan",
            "service": "xx/GOV/interior/persons/by-number",
            "action": Names("خطة الموسم", "پلانی وەرز", "The season's plan"),
            "purpose": "case 7",
            "law": "agriculture/7",
            "reference": UUID(int=self.made).bytes,
        }
        return Usage(subject=subject, time=int(at.timestamp()), **(facts | changes))
