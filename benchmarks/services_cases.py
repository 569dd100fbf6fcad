"""What a case costs, on one database: judging it, from submission to its decision, and finding the next of a million.

Run by services.py in a process of its own: ``services_cases.py KIND``; prints JSON.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.registries_base import log_served, percentiles, tell
from benchmarks.services_base import HOME, NUMBER, furnish, middle_us, numbers
from django.db import connection

from uruk.acts.api import clock
from uruk.kernel.api import Actor, new_id, today
from uruk.services.api import (
    Applicant,
    Asked,
    check_answers,
    give_back,
    next_case,
    queues,
    submit,
)
from uruk.services.domain.cases.folding import Entry, Unfolded
from uruk.services.domain.cases.reasoning import reasons_for
from uruk.services.domain.cases.stepping import next_step
from uruk.services.domain.ground import Ground
from uruk.services.models import Case, CaseStanding, QueuedCase
from uruk.services.pins import current_service

CASES = int(os.environ.get("CASES", "2000"))
QUEUED = int(os.environ.get("QUEUED", "1_000_000"))
ROUNDS = int(os.environ.get("ROUNDS", "200"))
WORKERS = 2
BATCH = 10_000
WORKER = (
    "from uruk.web.prepare import set_up; set_up(); from uruk.web.processes.jobs import run; raise SystemExit(run())"
)


def rules() -> dict[str, Any]:
    """A hundred fields and a hundred rules, as a step judges them, beside the same sums in Python."""
    pinned, day = current_service(HOME, "survey"), today(clock())
    answers, applicant = numbers(1), Applicant(NUMBER).facts()
    sums = compile(" and ".join(f"a['n{at}'] + a['n{(at + 1) % 100}'] <= 150000" for at in range(100)), "sums", "eval")
    entries = (Entry(1, "received", clock().now(), "submitted", None),)

    def judged() -> None:
        case = Unfolded(answers=answers, applicant=applicant, entries=entries)
        next_step(pinned.service, case, day)
        reasons_for(pinned.service, case, 1, day)

    ground = Ground(day, answers, {}, applicant)
    return {
        "check a hundred answers": middle_us(lambda: check_answers(pinned.service, answers, ground), ROUNDS),
        "judge by a hundred rules, and why": middle_us(judged, ROUNDS),
        "the same sums in Python": middle_us(lambda: eval(sums, {"a": answers}), ROUNDS),
    }


def bulk(citizen: Actor) -> dict[str, Any]:
    """So many cases, submitted one after the other; then decided by themselves, by two workers: what one waits for."""
    begun = time.perf_counter()
    for at in range(CASES):
        asked = Asked(HOME, "permit", Applicant(NUMBER), {"name": "دكان", "area": 1 + at % 100})
        submit(citizen, asked)
    submitted = time.perf_counter()
    with workers():
        while CaseStanding.objects.filter(turn__startswith="closed:").count() < CASES:
            time.sleep(0.2)
    decided = time.perf_counter()
    return {
        "cases": CASES,
        "submitted_per_s": round(CASES / (submitted - begun), 1),
        "decided_per_s": round(CASES / (decided - submitted), 1),
        "through_per_s": round(CASES / (decided - begun), 1),
    }


@contextmanager
def workers() -> Iterator[None]:
    """The node's job process, as often as there are processors."""
    running = [subprocess.Popen((sys.executable, "-c", WORKER)) for _ in range(WORKERS)]
    try:
        yield
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait()


def queue(citizen: Actor, clerk: Actor) -> dict[str, Any]:
    """A queue of very many cases: the page of queues, and the next case, which is a whole one; it is given back."""
    for _ in range(3):
        submit(citizen, Asked(HOME, "letter", Applicant(NUMBER), {"name": "دكان", "area": 1}))
    with workers():
        while QueuedCase.objects.count() < 3:
            time.sleep(0.2)
    crowd(QUEUED)

    def taken() -> None:
        found = next_case(clerk, "letter")
        assert found is not None
        give_back(clerk, found.id)

    return {
        "queued": QueuedCase.objects.count(),
        "queues": waited_ms(lambda: queues(clerk)),
        "next case": waited_ms(taken),
    }


def crowd(count: int) -> None:
    """So many more cases in the queue, behind those that are there: the rows of one of them, over and over."""
    models = (Case, CaseStanding, QueuedCase)
    first = Case.objects.filter(service="letter").values().first()
    assert first is not None
    rows = [first, *(one.objects.filter(case=first["id"]).values()[0] for one in models[1:])]
    rows[2].pop("id")
    for start in range(0, count, BATCH):
        ids = [new_id() for _ in range(min(BATCH, count - start))]
        Case.objects.bulk_create(Case(**rows[0] | {"id": one, "number": one.hex[-8:]}) for one in ids)
        CaseStanding.objects.bulk_create(CaseStanding(**rows[1] | {"case_id": one}) for one in ids)
        QueuedCase.objects.bulk_create(
            QueuedCase(**rows[2] | {"case_id": one, "place": rows[2]["place"] + 10**9 + start + at})
            for at, one in enumerate(ids)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def waited_ms(call: Callable[[], object]) -> dict[str, float]:
    """Milliseconds that one waits."""
    waited = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        call()
        waited.append((time.perf_counter() - begun) * 1000)
    return percentiles(waited, waited)


def main() -> None:
    """All of it on the database of the settings."""
    citizen, clerk = furnish()
    with log_served():
        tell({"rules": rules()})
        tell({"bulk": bulk(citizen)})
        tell({"queue": queue(citizen, clerk)})


if __name__ == "__main__":
    main()
