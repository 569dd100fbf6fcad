"""Run by test_crashes in a process of its own, as tests/unit/services/crashing.py is.

``begin`` makes a node with a call for each point; ``work POINT`` has forks of itself end that call, decide it and pass
a place on, each until it dies at the point; ``look POINT`` tells what there is; ``forget POINT`` has some forgotten so.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from tests.unit.services import crashing  # noqa: E402
from tests.unit.services.conftest import make_office, record  # noqa: E402
from tests.unit.services.crashing import MAX_ROUNDS, MOMENT, ROUND, arm, die, tell  # noqa: E402
from tests.unit.services.rounds.samples import rounds_country  # noqa: E402
from tests.unit.services.samples import NUMBER  # noqa: E402
from uruk.acts import jobs  # noqa: E402
from uruk.acts.api import (  # noqa: E402
    complete_pending,
    directory,
    list_logs,
    open_log_writer,
    run_due_jobs,
    use_appender,
    use_clock,
)
from uruk.acts.models import Act  # noqa: E402
from uruk.kernel.api import BAGHDAD, Actor, FixedClock  # noqa: E402
from uruk.services import forgetting  # noqa: E402
from uruk.services.api import Applicant, Asked, RoundJudge, act, submit, verify_round  # noqa: E402
from uruk.services.models import (  # noqa: E402
    Case,
    CaseAct,
    CaseForgetting,
    CaseStanding,
    Round,
    RoundEntry,
    RoundPassing,
)
from uruk.services.running.recording import open_case  # noqa: E402

POINTS = {
    "intended": date(2026, 11, 30),
    "appended": date(2026, 12, 1),
    "projected": date(2026, 12, 2),
    "acknowledged": date(2026, 12, 3),
    "job": date(2026, 12, 6),
    "batch": date(2026, 12, 7),
}
RANKED = (40, 30, 20, 10)
# Long enough that every case has come to its end, and then that nobody keeps it.
ENDED, KEPT = timedelta(days=200), timedelta(days=6 * 366)


def begin() -> None:
    """A node with its services, and four applicants in each call."""
    *_, person = make_office(rounds_country)
    for point, ends in POINTS.items():
        record("interior", "wells", code=point, granted_m3=2)
        for points in RANKED:
            answers = {"course": point, "ends": ends.isoformat(), "points": points, "village": False}
            submit(person.actor, Asked("interior", "bazaar", Applicant(NUMBER), answers))
    while run_due_jobs():
        pass


def citizen() -> Actor:
    return Actor(channel="portal", person=Case.objects.filter(service="bazaar")[0].person)


def cases_of(point: str) -> list[Case]:
    """The cases of a call, the best first."""
    found = [(open_case(one.pk).standing.answers, one) for one in Case.objects.filter(service="bazaar")]
    mine = [(answers["points"], one) for answers, one in found if answers["course"] == point]
    return [one for _, one in sorted(mine, key=lambda pair: -pair[0])]  # type: ignore[arg-type,operator]


def work(point: str) -> None:
    """Go on with whatever is due; once the best has a place they withdraw, as somebody does."""
    settle(point)
    for _ in range(2):
        while run_due_jobs():
            pass
        best = CaseStanding.objects.get(case=cases_of(point)[0])
        if best.state == "offered":
            act(citizen(), best.case_id, best.seq, "withdraw")


def forget(point: str) -> None:
    """The hourly round, once they have ended long ago: as many cases as there are in a call, at each point."""
    settle("none")
    while run_due_jobs():
        pass
    left = len(RANKED) * (1 + list(POINTS).index(point)) - CaseForgetting.objects.count() if point in POINTS else 0
    settle(point)
    forgetting.MAX_AT_ONCE = left
    forgetting.forget_expired({})
    while run_due_jobs():
        pass


def settle(point: str) -> None:
    done, failed = complete_pending()
    assert failed == 0, done
    arm(point)
    if point == "batch":
        handler = jobs._handler
        jobs._handler = lambda name: lambda payload: dies_once(handler(name), name, payload)


def dies_once(handler: Callable[[dict[str, Any]], None], name: str, payload: dict[str, Any]) -> None:
    """Die when a job is done and nobody knows yet, the first time that it is."""
    handler(payload)
    said = hashlib.sha256(json.dumps([name, payload]).encode()).hexdigest()
    mark = Path(os.environ["URUK_DATA"]) / f"died-{said}"
    if "round" in name and not mark.exists():
        mark.write_text("")
        die()


def look(point: str) -> None:
    """Report what there is in the end; the round is computed again from its file."""
    cases, row = cases_of(point), Round.objects.get(call=point)
    folder = Path(os.environ["URUK_DATA"]) / "public" / "rounds" / "interior" / "bazaar"
    lines, passed = ((folder / f"{row.pk}{end}").read_bytes().splitlines() for end in (".jsonl", ".passed.jsonl"))
    list_logs("interior")
    found = verify_round(lines, passed, RoundJudge(directory(), MOMENT + timedelta(days=9_999), lambda _: ()))
    tell(json.dumps({
        "states": [CaseStanding.objects.get(case=one).state for one in cases],
        "acts": [[type(each.content).__name__ for each in open_case(one.pk).acts] for one in cases],
        "entries": RoundEntry.objects.filter(round=row).count(),
        "passings": RoundPassing.objects.filter(round=row).count(),
        "decided": Act.objects.filter(type="round.decided", pk=row.decided_act).count(),
        "verified": [found.placed, found.waiting, found.unplaced, len(found.passed)],
        "pending": Act.objects.filter(receipt__isnull=True).count(),
    }))  # fmt: skip


def look_forgotten() -> None:
    """Report what is left."""
    tell(json.dumps({
        "cases": Case.objects.count(),
        "acts": CaseAct.objects.count(),
        "forgotten": CaseForgetting.objects.count(),
        "said": Act.objects.filter(type="case.forgotten").count(),
        "pending": Act.objects.filter(receipt__isnull=True).count(),
    }))  # fmt: skip


def at(moment: datetime) -> Any:
    use_clock(FixedClock(moment))
    writer = open_log_writer("xx")
    use_appender(writer)
    return writer


def kill(point: str, does: Callable[[str], None], start: datetime) -> None:
    """Fork until one lives to the end."""
    for number in range(MAX_ROUNDS):
        child = os.fork()
        if child == 0:
            writer = at(start + ROUND * number)
            does(point)
            writer.close()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            tell(number)
            return
        assert os.WIFSIGNALED(status), f"round {number}: {status}"
    raise AssertionError("it never comes to an end")


def morning(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(1), BAGHDAD)


if __name__ == "__main__":
    assert crashing.POINTS, "the same points"
    last = morning(max(POINTS.values()))
    if sys.argv[1] == "work":
        kill(sys.argv[2], work, morning(POINTS[sys.argv[2]]))
    elif sys.argv[1] == "end":
        kill("none", forget, last + ENDED)
    elif sys.argv[1] == "forget":
        kill(sys.argv[2], forget, last + ENDED + KEPT + timedelta(days=list(POINTS).index(sys.argv[2])))
    else:
        found = at(MOMENT if sys.argv[1] == "begin" else last + ENDED + KEPT + timedelta(days=9))
        if sys.argv[1] == "begin":
            begin()
        elif sys.argv[1] == "look":
            look(sys.argv[2])
        else:
            look_forgotten()
        found.close()
