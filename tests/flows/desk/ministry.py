"""What happens beside the journeys of cases, in one process for all: `python -m tests.flows.desk.ministry`.

It reads what is to be done line by line, a JSON list each, and answers each with a line of JSON:

prepare PASSWORD        records that cases rest on, and a second officer of the plan
submit ANSWERS          the farmer asks for a plan; the case, once an officer's turn came, or it closed or failed
resubmit CASE ANSWERS   the farmer gives the answers anew
turn CASE               whose turn it is, once the case has gone on as far as it goes
parcel CODE             a parcel gets into the books
dismiss NAME            an officer of the plan is one no longer
"""

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import django

OWNER, SERVICE, ROLE = "agriculture", "season-plan", "planner"
FARMER = "999019720004"
SECOND = "second"
LIMIT_S = 60


def main() -> None:
    """Do one after the other."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()
    known = {one.__name__: one for one in (prepare, submit, resubmit, turn, parcel, dismiss)}
    for line in sys.stdin:
        what, *words = json.loads(line)
        said = known[what](*words)
        sys.stdout.write(json.dumps(str(said or "")) + "\n")
        sys.stdout.flush()


def prepare(password: str) -> None:
    """Books, a farmer whose card was seen, and a second officer."""
    from uruk.kernel.api import Actor, Text
    from uruk.people.api import register_officer, see_synthetic

    _record("farmer-cards", number="FC-2026-000001", holder=FARMER, person=FARMER, governorate="babil",
            section="شعبة زراعة المحاويل", holding="state-contract", water="well", valid_from="2026-01-01",
            valid_until="2027-12-31")  # fmt: skip
    _record("plan-caps", governorate="babil", season="winter-2026", cap_m2=500_000_000)
    parcel("babil-12-4")
    see_synthetic(_farmer(), OWNER)
    names = Text("سلمى حسن", "سەلما حەسەن", "Salma Hassan")
    since = datetime(2026, 1, 1, tzinfo=UTC)
    register_officer(Actor.system(OWNER), OWNER, ROLE, SECOND, names, since=since, password=password)


def submit(answers: str) -> UUID:
    """A case of the farmer's."""
    from uruk.kernel.api import Actor
    from uruk.services.api import Applicant, Asked
    from uruk.services.api import submit as ask

    actor = Actor(channel="portal", person=_farmer())
    case = ask(actor, Asked(OWNER, SERVICE, Applicant(FARMER), json.loads(answers))).case
    turn(str(case))
    return case


def resubmit(case: str, answers: str) -> None:
    """The answers anew, in the place of those that were marked."""
    from uruk.kernel.api import Actor
    from uruk.services.api import act, get_case

    turn(case)
    actor = Actor(channel="portal", person=_farmer())
    seq = get_case(actor, UUID(case)).seq
    act(actor, UUID(case), seq, "resubmit", answers=json.loads(answers))
    turn(case)


def turn(case: str) -> str:
    """Whose turn it is, once nothing has happened for a moment; the node itself goes on with the case meanwhile."""
    from uruk.services.models import CaseStanding

    before, since, limit = "", time.monotonic(), time.monotonic() + LIMIT_S
    while time.monotonic() < limit:
        row = CaseStanding.objects.filter(pk=case).first()
        now = "" if row is None else f"{row.seq} {row.turn}"
        if now != before:
            before, since = now, time.monotonic()
        elif now and time.monotonic() - since > _patience(now):
            break
        time.sleep(0.1)
    return before.partition(" ")[2]


def parcel(code: str) -> None:
    """A parcel of the farmer's."""
    plot = code.rpartition("-")[2]
    where = {"governorate": "babil", "district": "المحاويل", "tract": 12, "plot": plot}
    whose = {"card": "FC-2026-000001", "holder": FARMER, "person": FARMER, "holding": "state-contract"}
    _record("parcels", code=code, **where, **whose, area_m2=250000, irrigation="sprinkler")


def dismiss(name: str) -> None:
    """The office of an officer ends now."""
    from uruk.kernel.api import Actor
    from uruk.people.api import end_officer

    end_officer(Actor.system(OWNER), name, OWNER, ROLE, datetime.now(UTC) - timedelta(seconds=1))


def _patience(now: str) -> float:
    """A case at rest in somebody's hands does nothing by itself; one that waits for a holder may go on any moment."""
    return 0.3 if "task:" in now else 2.0


def _farmer() -> UUID:
    from uruk.people.api import claim, create_account
    from uruk.people.models import Paper, Person

    known = Paper.objects.filter(kind="national", number=FARMER).first()
    if known is not None:
        return known.person_id
    person = create_account(None)
    claim(person, "national", FARMER)
    Person.objects.filter(pk=person).update(synthetic=True)
    return person


def _record(registry: str, **values: Any) -> None:
    from uruk.kernel.api import Actor
    from uruk.registries.api import Change, change

    change(Actor.system(OWNER), OWNER, registry, [Change("create", values=values)], "letter 7")


if __name__ == "__main__":
    main()
