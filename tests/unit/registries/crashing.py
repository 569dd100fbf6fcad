"""Run by test_crashes in a process of its own: ``change POINT`` dies at the point of an act, ``look`` reports."""

import json
import os
import signal
import sys
from typing import Any
from uuid import UUID

import django

django.setup()

from tests.unit.registries.samples import SHOP, sample_country  # noqa: E402
from uruk.acts import performing  # noqa: E402
from uruk.acts.api import complete_pending, establish, on_receipt, open_log_writer, use_appender  # noqa: E402
from uruk.acts.models import Act  # noqa: E402
from uruk.kernel.api import Actor, CodedError, Text  # noqa: E402
from uruk.publishing.api import publish_country  # noqa: E402
from uruk.registries.api import Change, change, get_record, list_records, timeline  # noqa: E402

SYSTEM = Actor.system("interior")


def die(*_: Any) -> None:
    """End as a power cut would end us."""
    os.kill(os.getpid(), signal.SIGKILL)


def tell(what: object) -> None:
    """Say it to the test at once: there may be no later."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def arm(point: str) -> None:
    """Have the next act die at the point."""
    if point == "rows committed":
        performing.complete = die
    elif point == "appended":
        performing._acknowledge = die
    elif point == "projected":
        on_receipt("record.changed", die)
    elif point == "receipt committed":
        complete = performing.complete
        performing.complete = lambda act: (complete(act), die())


def changed(point: str) -> None:
    """Write two records, naming each, then die at the point of an act that changes one and makes another."""
    establish("interior", Text("وزارة", "وەزارەت"), "xx")
    publish_country(SYSTEM, sample_country())
    start = 10 * len(list_records(SYSTEM, "interior", "shops").records)
    made = []
    for at in (1, 2):
        values = SHOP | {"code": f"C{start + at}"}
        made += change(SYSTEM, "interior", "shops", [Change("create", values=values)], "x").records
        tell(made[-1])
    arm(point)
    both = [Change("change", made[0], 1, {"area": 77}), Change("create", values=SHOP | {"code": f"C{start + 3}"})]
    change(SYSTEM, "interior", "shops", both, "x")


def state() -> dict[str, Any]:
    """What is read: every record with its newest version and its area."""
    records = list_records(SYSTEM, "interior", "shops").records
    shown = {str(one.record): [one.latest, one.values["area"]] for one in records}
    lines = {str(one.record): len(timeline(SYSTEM, "interior", "shops", one.record)) for one in records}
    return {"shown": shown, "versions": lines, "pending": Act.objects.filter(receipt__isnull=True).count()}


def refusal(record: str) -> str:
    """What happens to a change of a record whose next version is on its way."""
    found = get_record(SYSTEM, "interior", "shops", UUID(record))
    try:
        change(SYSTEM, "interior", "shops", [Change("change", found.record, found.latest, {"area": 99})], "x")
    except CodedError as error:
        return error.code
    return ""


def look() -> None:
    """Report before and after completing what is pending."""
    before = state()
    blocked = refusal(sys.argv[2]) if before["pending"] else "registries.version_moved"
    done, failed = complete_pending()
    tell(json.dumps({"before": before, "after": state(), "completed": done, "failed": failed, "blocked": blocked}))


if __name__ == "__main__":
    writer = open_log_writer("xx")
    use_appender(writer)
    changed(sys.argv[2]) if sys.argv[1] == "change" else look()
    writer.close()
