"""How many statements a submission, a decision and a page of a program's cases take: what makes them slow again is
seen.
"""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.unit.services.conftest import Office
from uruk.kernel.api import new_id

SUBMISSION = 40


def counted(call: Any) -> list[str]:
    """The statements of a call, as they are begun."""
    with CaptureQueriesContext(connection) as found:
        call()
    return [one["sql"] for one in found.captured_queries]


@pytest.mark.database
def test_a_submission_takes_no_more_statements_than_it_needs(office: Office) -> None:
    office.submit()
    office.run()
    assert len(counted(office.submit)) <= SUBMISSION


@pytest.mark.database
def test_what_is_written_of_many_cases_is_written_by_as_many_statements_as_of_two(office: Office) -> None:
    from uruk.services.running.together import advance_together

    def writes(cases: int) -> int:
        asked = [{"case": str(office.submit(case=new_id())), "seq": 1} for _ in range(cases)]
        found = counted(lambda: advance_together(asked))
        return len([one for one in found if one.startswith(("INSERT", "UPDATE", "DELETE"))])

    assert writes(8) == writes(2)


@pytest.mark.database
def test_cases_of_a_state_are_found_by_an_index_in_the_order_in_which_they_came(office: Office) -> None:
    from uruk.services.models import CaseStanding

    rows = CaseStanding.objects.filter(institution="interior", service="stall", state="refused")
    found = rows.order_by("arrived", "case_id").explain()
    assert connection.vendor != "sqlite" or ("services_in_state" in found and "TEMP B-TREE" not in found), found
