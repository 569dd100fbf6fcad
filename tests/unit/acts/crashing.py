"""Run by test_crashes in a process of its own: ``act POINT`` performs deeds and dies at the point, ``look`` reports."""

import json
import os
import signal
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django

django.setup()

from uruk.acts import performing  # noqa: E402
from uruk.acts.api import (  # noqa: E402  # noqa: E402
    Deed,
    acknowledged,
    complete_pending,
    directory,
    enqueue,
    establish,
    job,
    on_receipt,
    open_log_writer,
    perform,
    receipt_of,
    use_appender,
)
from uruk.acts.models import Act, ActReceipt, Job  # noqa: E402
from uruk.kernel.api import Actor, Text  # noqa: E402
from uruk.people.models import Office, Person  # noqa: E402
from uruk.trust.api import verify_receipt  # noqa: E402

INSTITUTION = "interior"
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
PROJECTED = "crashing.projected"


def die(*_: Any) -> None:
    """End as a power cut would end us."""
    os.kill(os.getpid(), signal.SIGKILL)


def tell(what: object) -> None:
    """Say it to the test at once: there may be no later."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


@job(PROJECTED)
def nothing(_: dict[str, Any]) -> None:
    """What the projection leaves behind is only looked at."""


def project(act_id: UUID) -> None:
    """A projection: one row for each act that has its receipt."""
    enqueue(PROJECTED, {"act": str(act_id)}, key=f"{PROJECTED}:{act_id}")


def arm(point: str) -> None:
    """Have the next deed die at the point."""
    if point == "projecting":
        on_receipt("office.held", lambda _: die())
    elif point == "appended":
        performing._acknowledge = die
    elif point == "acknowledging":
        add = performing.add_once
        performing.add_once = lambda row: (add(row), die()) if isinstance(row, ActReceipt) else add(row)
    elif point == "rows committed":
        performing.complete = die
    elif point == "receipt committed":
        complete = performing.complete
        performing.complete = lambda act: (complete(act), die())


def do(person: Person, point: str) -> UUID:
    """Do a deed that gives an office; at ``rows written`` the transaction is still open."""
    done: list[UUID] = []

    def rows(act_id: UUID) -> None:
        Office.objects.create(act_id=act_id, person=person, institution=INSTITUTION, role="registrar", since=MOMENT)
        done.append(act_id)
        if point == "rows written":
            die()

    body = {"person": person.pk.bytes}
    perform(Actor.system(INSTITUTION), Deed("office.held", "decided", INSTITUTION, body, rows))
    return done[0]


def act(point: str) -> None:
    """Do two deeds, naming each as it is acknowledged, then die at the point in a third."""
    establish(INSTITUTION, Text("وزارة", "وەزارەت"), "xx")
    person = Person.objects.create(created_at=MOMENT)
    for _ in range(2):
        tell(do(person, ""))
    arm(point)
    do(person, point)


def state() -> dict[str, Any]:
    """What is shown and what is pending."""
    shown = [str(office.act_id) for office in acknowledged(Office.objects.all())]
    pending = [str(each.pk) for each in Act.objects.filter(receipt__isnull=True)]
    projected = [each.payload["act"] for each in Job.objects.filter(name=PROJECTED)]
    return {"shown": shown, "pending": pending, "projected": projected, "rows": Office.objects.count()}


def look() -> None:
    """Report before and after completing what is pending, and whether every receipt verifies."""
    before = state()
    done, failed = complete_pending()
    after = state()
    keys = directory()
    for act_id in after["shown"]:
        receipt = receipt_of(UUID(act_id))
        assert receipt is not None
        verify_receipt(receipt, keys, type="office.held", role="decided", author=INSTITUTION)
    tell(json.dumps({"before": before, "after": after, "completed": done, "failed": failed}))


if __name__ == "__main__":
    on_receipt("office.held", project)
    writer = open_log_writer("xx")
    use_appender(writer)
    act(sys.argv[2]) if sys.argv[1] == "act" else look()
    writer.close()
