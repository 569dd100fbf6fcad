"""How many statements a step of a form takes: what makes it slow again is seen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.unit.portal.test_services import GOODS, begun, market, trader

__all__ = ["market"]

STEP = 35


@pytest.mark.database
def test_a_step_and_the_next_page_take_no_more_statements_than_they_need(market: None) -> None:
    visitor = trader()
    draft = begun(visitor)
    visitor.post(f"{draft}places/0/", **GOODS, oven="no")
    with CaptureQueriesContext(connection) as found:
        visitor.post(f"{draft}day/", day="2/12/2026")
    assert len(found) <= STEP
