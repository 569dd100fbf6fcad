"""Run by test_crashes in a process of its own.

``begin`` makes a node; ``work CASE POINT`` has forks of itself take a case further, each until it dies at the point,
and tells how many died; ``look CASE POINT`` tells what there is.
"""

import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import django

django.setup()

from tests.unit.registries.samples import CARD  # noqa: E402
from tests.unit.services.conftest import ANSWERS, record, records  # noqa: E402
from tests.unit.services.samples import NUMBER, sample_country  # noqa: E402
from uruk.acts import jobs, performing  # noqa: E402
from uruk.acts.api import (  # noqa: E402
    complete_pending,
    establish,
    open_log_writer,
    run_due_jobs,
    use_appender,
    use_clock,
)
from uruk.acts.models import Act, ActReceipt  # noqa: E402
from uruk.kernel.api import Actor, FixedClock, Text  # noqa: E402
from uruk.people.api import register_officer  # noqa: E402
from uruk.people.models import Office  # noqa: E402
from uruk.publishing.api import publish_country  # noqa: E402
from uruk.registries.api import get_record  # noqa: E402
from uruk.services.api import Applicant, Asked, submit  # noqa: E402
from uruk.services.models import CaseStanding  # noqa: E402
from uruk.services.recording import open_case  # noqa: E402

SYSTEM = Actor.system("interior")
MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
# Longer than a job whose worker died is left to itself.
ROUND = timedelta(minutes=15)
MAX_ROUNDS = 60
POINTS = ("intended", "appended", "projected", "acknowledged", "job")


def die(*_: Any, **__: Any) -> None:
    """End as a power cut would end us."""
    os.kill(os.getpid(), signal.SIGKILL)


def tell(what: object) -> None:
    """Say it to the test at once: there may be no later."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def arm(point: str) -> None:
    """Die at the point of the next act, or between a job and the word that it is done."""
    complete = performing.complete
    if point == "intended":
        performing.complete = lambda act: complete(act) if has_receipt(act) else die()
    elif point == "appended":
        performing._acknowledge = die
    elif point == "projected":
        performing.emit = die
    elif point == "acknowledged":
        performing.complete = lambda act: complete(act) if has_receipt(act) else (complete(act), die())
    elif point == "job":
        handler = jobs._handler
        jobs._handler = lambda name: lambda payload: dies_after_acts(handler(name), payload)


def dies_after_acts(handler: Any, payload: dict[str, Any]) -> None:
    """Die where a job did something; a job that is done again finds it done."""
    before = Act.objects.count()
    handler(payload)
    if Act.objects.count() > before:
        die()


def has_receipt(act: Act) -> bool:
    """Whether it was brought to its end before."""
    return ActReceipt.objects.filter(pk=act.pk).exists()


def begin() -> None:
    """A node with its services, an officer at a counter, a card and a well."""
    for code in ("interior", "town"):
        establish(code, Text("وزارة", "وەزارەت"), "xx")
    publish_country(Actor.system(), sample_country())
    names = Text("موظف", "فەرمانبەر")
    register_officer(SYSTEM, "interior", "clerk", "clerk", names, since=MOMENT - ROUND, password="a long password")
    record("interior", "cards", **CARD)
    for point in POINTS:
        record("interior", "wells", code=point, granted_m3=100)
    while run_due_jobs():
        pass


def work(case: UUID, point: str) -> None:
    """Submit the case where that has not been done, as its applicant would; then go on with whatever is due."""
    done, failed = complete_pending()
    assert failed == 0, done
    arm(point)
    office = Office.objects.get()
    clerk = Actor(channel="desk", person=office.person_id, institution="interior", role="clerk")
    # Each point has a well of its own, and its own name on the record that is made.
    submit(clerk, Asked("interior", "stall", Applicant(NUMBER), ANSWERS | {"name": point, "well": point}, case=case))
    while run_due_jobs():
        pass


def look(case: UUID, point: str) -> None:
    """Report what there is in the end."""
    standing, found = CaseStanding.objects.get(pk=case), open_case(case)
    well = get_record(SYSTEM, "interior", "wells", key=point)
    tell(json.dumps({
        "turn": standing.turn,
        "seq": [standing.seq, found.standing.seq],
        "acts": [type(one.content).__name__ for one in found.acts],
        "taken": well.taken,
        "shops": [one["code"] for one in records("shops") if one["code"] == point],
        "pending": Act.objects.filter(receipt__isnull=True).count(),
    }))  # fmt: skip


def round_of(number: int) -> Any:
    """The log's writer and the clock of the process that works in a round, as the server has them."""
    use_clock(FixedClock(MOMENT + ROUND * number))
    writer = open_log_writer("xx")
    use_appender(writer)
    return writer


def kill(case: UUID, point: str) -> None:
    """Fork until one lives to the end: Django is loaded once, everything else by each fork anew."""
    # The clock goes on from point to point: a node refuses one that was set back.
    first = MAX_ROUNDS * POINTS.index(point) + 1
    for number in range(first, first + MAX_ROUNDS):
        child = os.fork()
        if child == 0:
            writer = round_of(number)
            work(case, point)
            writer.close()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            tell(number - first)
            return
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"round {number}: {status}"
    raise AssertionError("it never comes to an end")


if __name__ == "__main__":
    if sys.argv[1] == "work":
        kill(UUID(sys.argv[2]), sys.argv[3])
    else:
        found = round_of(0)
        begin() if sys.argv[1] == "begin" else look(UUID(sys.argv[2]), sys.argv[3])
        found.close()
