"""A service in numbers: read, asked for other months, taken along as a file; nobody is told apart by them."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.services.conftest import Office
from tests.unit.services.tasks import refuse
from tests.unit.services.test_owning import copies
from uruk.kernel.api import LANGUAGES

pytestmark = pytest.mark.django_db(transaction=True)
PAGE, FILE = "services/stall/numbers/", "services/stall/numbers/numbers.csv"


@pytest.fixture
def many(owners: Office) -> Office:
    """Twelve that were granted within two hours, and eight refused after two days."""
    granted, refused = owners.submitted(), refuse(owners)
    copies(granted, 11, lasted_h=2)
    copies(refused, 7, lasted_h=48)
    return owners


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_numbers_are_read_by_state_month_and_reason(many: Office, desk: Callable[..., Any]) -> None:
    found = desk(many.head)
    found.get(PAGE)
    assert "2 hours" in found.text and "2 days" in found.text and "60%" in found.text
    assert "Numbers below five are not shown" not in found.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_says_what_the_page_says(many: Office, desk: Callable[..., Any], language: str) -> None:
    found = desk(many.head, language)
    answer = found.get(FILE)
    assert answer["Content-Disposition"] == 'attachment; filename="stall-numbers.csv"'
    counts = [row[2] for row in lines(answer)[1:]]
    assert counts == ["12", "8", "20", "20", "8", "2", "48"]
    assert all(len(row) == 3 and row[1] for row in lines(answer))


def test_few_cases_are_told_nowhere(owners: Office, desk: Callable[..., Any]) -> None:
    copies(owners.submitted(), 3)
    found = desk(owners.head)
    found.get(PAGE)
    assert "Numbers below five are not shown" in found.text and "Too few have ended." in found.text
    assert len(lines(found.get(FILE))) == 1


def test_other_months_are_asked_for_and_a_wrong_period_is_said_to_be(many: Office, desk: Callable[..., Any]) -> None:
    found = desk(many.head)
    found.get(f"{PAGE}?since=2025-01&until=2025-03")
    assert found.page.answer.status_code == 200 and "There are none." in found.text
    assert "since=2025-01" in found.text and "until=2025-03" in found.text
    for asked in ("?since=2026-09&until=2026-01", "?since=1990-01&until=2026-01"):
        assert found.get(f"{PAGE}{asked}").status_code == 422
        assert found.says("services.period_wrong", max=120)
        assert found.get(f"{FILE}{asked}").status_code == 409
    assert found.get(f"{PAGE}?since=never&until=2026-13").status_code == 200
