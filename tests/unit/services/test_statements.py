"""How many statements a submission, a decision and a page of a program's cases take: what makes them slow again is
seen.
"""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.unit.services.conftest import ANSWERS, Office
from tests.unit.services.samples import STALL
from tests.unit.services.test_pins import publish_newer
from uruk.kernel.api import Actor, Text, new_id

SUBMISSION, HANDED_IN = 40, 45


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
def test_a_batch_takes_as_many_statements_as_one_case_that_is_handed_in(office: Office, rights: None) -> None:
    from uruk.people.api import admit_program
    from uruk.services.api import HandedIn, ToHandIn, submit_many_by_program

    names = Text("برنامج", "بەرنامە")
    view, _ = admit_program(Actor.system("interior"), "interior", "clerk", (), names, services=("stall",))
    program = Actor(channel="rest", program=view.id, institution="interior", role="clerk")

    def statements(cases: int) -> int:
        several = [ToHandIn(new_id(), office.consent(), ANSWERS) for _ in range(cases)]
        outcomes: list[Any] = []
        found = counted(lambda: outcomes.extend(submit_many_by_program(program, "stall", several)))
        assert len(outcomes) == cases and all(isinstance(one, HandedIn) for one in outcomes)
        return len(found)

    statements(1)
    assert statements(9) == statements(2) <= HANDED_IN
    # So they do where cases begin in a state that has a deadline.
    first, _, others = STALL.partition("  received:\n")
    received, _, others = others.partition("  review:\n")
    publish_newer(office, stall=f"{first}  review:\n{others}  received:\n{received}")
    statements(1)
    assert statements(9) == statements(2) <= HANDED_IN + 1


@pytest.mark.database
def test_cases_of_a_state_are_found_by_an_index_in_the_order_in_which_they_came(office: Office) -> None:
    from uruk.services.models import CaseStanding

    rows = CaseStanding.objects.filter(institution="interior", service="stall", state="refused")
    found = rows.order_by("arrived", "case_id").explain()
    assert connection.vendor != "sqlite" or ("services_in_state" in found and "TEMP B-TREE" not in found), found
