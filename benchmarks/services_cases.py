"""What a case costs, on one database: judging it, from submission to its decision, and finding the next of a million.

Run by services.py in a process of its own: ``services_cases.py [rules] [bulk] [queue]``; prints JSON.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from benchmarks.children import child
from benchmarks.registries_base import log_served, percentiles, tell
from benchmarks.services_base import HOME, NUMBER, furnish, middle_us, numbers, spent_s
from django.db import connection
from django.test import Client

from uruk.acts.api import clock, execute, stored
from uruk.kernel.api import Actor, Text, new_id, today
from uruk.people.api import admit_program
from uruk.services.api import (
    Applicant,
    Asked,
    CaseCursor,
    ConsentGiven,
    check_answers,
    give_back,
    next_case,
    note_consent,
    overseen,
    program_cases,
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
BATCH = min(int(os.environ.get("BATCH", "100")), CASES)
CROWD = 10_000
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


def bulk(citizen: Actor, clerk: Actor) -> dict[str, Any]:
    """So many cases handed in by a program, batch by batch, then decided by themselves, by two workers; as many again
    while the workers go on; before, some submitted one after the other. What one waits for, and what it costs all
    processes (this one, the workers, the log's, PostgreSQL's); beside a row committed for good.
    """
    # Consents are acts of officers, noted by day.
    hand_in, alone = batches([case_of(consent(clerk), at) for at in range(BATCH + 2 * CASES)]), CASES // 4
    marks = [(time.perf_counter(), spent_s(os.getpid()))]

    def mark(count: int) -> tuple[float, float]:
        marks.append((time.perf_counter(), spent_s(os.getpid())))
        return tuple((later - sooner) / count for later, sooner in zip(marks[-1], marks[-2], strict=True))  # type: ignore[return-value]

    with workers() as running:
        # They have started and done their first before they are stopped: what that costs is of no case.
        submit_some(citizen, 2)
        next(hand_in)
        wait_for(2 + BATCH)
        time.sleep(1)
        stop(running)
        mark(1)
        submit_some(citizen, alone)
        submitting = mark(alone)
        for _ in range(CASES // BATCH):
            next(hand_in)
        handing_in = mark(CASES)
        go_on(running)
        wait_for(2 + BATCH + alone + CASES)
        deciding = mark(alone + CASES)
        for _ in range(CASES // BATCH):
            next(hand_in)
        wait_for(2 + BATCH + alone + 2 * CASES)
        at_once = mark(CASES)
    mark(1)
    for at in range(CASES):
        execute("INSERT INTO bench_bare VALUES (%s, %s)", at, "x" * 500)
    bare = mark(CASES)
    return {
        "cases": CASES,
        "batch": BATCH,
        "submitted_per_s": round(1 / submitting[0], 1),
        "handed_in_per_s": round(1 / handing_in[0], 1),
        "decided_per_s": round(1 / deciding[0], 1),
        "through_per_s": round(1 / (handing_in[0] + deciding[0]), 1),
        "through_at_once_per_s": round(1 / at_once[0], 1),
        "submission_work_ms": round(submitting[1] * 1000, 2),
        "handing_in_work_ms": round(handing_in[1] * 1000, 2),
        "decision_work_ms": round(deciding[1] * 1000, 2),
        "bare_commit_work_ms": round(bare[1] * 1000, 2),
        "bare_commits_per_s": round(1 / bare[0], 1),
        "per_s_of_work_on_two_processors": round(2 / (handing_in[1] + deciding[1])),
    }


def submit_some(citizen: Actor, count: int) -> None:
    """Cases of one person, one after the other."""
    for at in range(count):
        submit(citizen, Asked(HOME, "permit", Applicant(NUMBER), answers(at)))


def batches(cases: list[dict[str, Any]]) -> Iterator[None]:
    """Each step hands in a batch over REST, as a program does."""
    names = Text("برنامج", "بەرنامە")
    _, token = admit_program(Actor.system(HOME), HOME, "clerk", (), names, services=("permit",))
    program = Client(headers={"Host": "localhost", "Authorization": f"Bearer {token}"})
    address = f"/api/services/{HOME}/permit/cases/batch"
    for at in range(0, len(cases), BATCH):
        sent = {"cases": cases[at : at + BATCH]}
        answer = program.post(address, sent, content_type="application/json")
        assert answer.status_code == 200 and answer.json()["refused"] == 0, answer.content[:500]
        yield


def consent(clerk: Actor) -> UUID:
    """That somebody agreed, spoken before a witness."""
    born = date(1980, 3, 1)
    given = ConsentGiven(HOME, "permit", NUMBER, "سارة علي حسن", born, "spoken", compared=True, witness="أحمد كريم")
    return note_consent(clerk, new_id(), given).id


def case_of(given: UUID, at: int) -> dict[str, Any]:
    """A case of a batch."""
    return {"key": str(new_id()), "consent": str(given), "answers": answers(at)}


def answers(at: int) -> dict[str, object]:
    """Half of them are refused."""
    return {"name": "دكان", "area": 1 + at % 100}


def wait_for(count: int) -> None:
    """So many are decided."""
    while CaseStanding.objects.filter(turn__startswith="closed:").count() < count:
        time.sleep(0.2)


def stop(running: Sequence["subprocess.Popen[bytes]"]) -> None:
    """The workers do nothing until they are to go on."""
    for one in running:
        one.send_signal(signal.SIGSTOP)


def go_on(running: Sequence["subprocess.Popen[bytes]"]) -> None:
    """They work again."""
    for one in running:
        one.send_signal(signal.SIGCONT)


@contextmanager
def workers() -> Iterator[list["subprocess.Popen[bytes]"]]:
    """The node's job process, as often as there are processors."""
    running = [child((sys.executable, "-c", WORKER)) for _ in range(WORKERS)]
    try:
        yield running
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

    program, _ = admit_program(Actor.system(HOME), HOME, "clerk", (), Text("برنامج", "بەرنامە"), services=("letter",))
    system = Actor(channel="program", institution=HOME, role="clerk", program=program.id)
    pages = {
        "queues": lambda: queues(clerk),
        "next case": taken,
        "a page of those late or due soon": lambda: overseen(clerk, "soon"),
        "a page of a program's cases": lambda: program_cases(system, "letter", CaseCursor()),
        "… of a rare state": lambda: program_cases(system, "letter", CaseCursor(state="refused")),
        "… of a state that no case is in": lambda: program_cases(system, "letter", CaseCursor(state="granted")),
    }
    return {"queued": QueuedCase.objects.count(), **{name: waited_ms(call) for name, call in pages.items()}}


def crowd(count: int) -> None:
    """So many more cases in the queue, behind those that are there: the rows of one of them, over and over.

    The last of all arrived is refused: the rarest state there can be.
    """
    first = Case.objects.filter(service="letter").values_list("pk", flat=True)[0]
    sqlite = connection.vendor == "sqlite"
    number, moment = ("printf('%%032x', n.i)", "n.i") if sqlite else ("lpad(to_hex(n.i), 32, '0')::uuid", "n.i")
    for start in range(0, count, CROWD):
        for model, key in ((Case, "id"), (CaseStanding, "case_id"), (QueuedCase, "case_id")):
            made = {key: number, "number": "'00000000'", "place": f"one.place + {moment}"}
            fields = [one.column for one in model._meta.concrete_fields if (model, one.column) != (QueuedCase, "id")]
            chosen = ", ".join(made.get(one, f'one."{one}"') for one in fields)
            named = ", ".join(f'"{one}"' for one in fields)
            execute(
                f"WITH RECURSIVE n(i) AS (SELECT {start + 1} UNION ALL SELECT i + 1 FROM n WHERE i < {start + CROWD}) "
                f'INSERT INTO "{model._meta.db_table}" ({named}) '
                f'SELECT {chosen} FROM "{model._meta.db_table}" one, n WHERE one."{key}" = %s AND n.i <= {count}',
                stored(Case._meta.pk, first),
            )
    last = CaseStanding.objects.order_by("-case_id").values_list("pk", flat=True)[:1]
    CaseStanding.objects.filter(pk__in=list(last)).update(state="refused")
    execute("ANALYZE")


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
    execute("CREATE TABLE bench_bare (id integer PRIMARY KEY, said text)")
    with log_served():
        if "rules" in sys.argv:
            tell({"rules": rules()})
        if "bulk" in sys.argv:
            tell({"bulk": bulk(citizen, clerk)})
        if "queue" in sys.argv:
            tell({"queue": queue(citizen, clerk)})


if __name__ == "__main__":
    main()
