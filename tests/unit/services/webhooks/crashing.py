"""Run by test_crashes in a process of its own, on a node that `tests.unit.services.crashing` began.

``CASE POINT URL``: forks of itself take a case further and tell the webhook at the address of it, each until it dies at
the point; how many died is told, and how much is still to be told.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.fixtures import told_rights
from tests.unit.services.conftest import ANSWERS
from tests.unit.services.crashing import apply, die, round_of, tell
from uruk.acts.api import complete_pending, run_due_jobs
from uruk.kernel.api import Actor
from uruk.services.api import add_webhook, list_webhooks
from uruk.services.webhooks import sending, telling

POINTS = ("told", "posted", "taken")
MAX_ROUNDS = 20


def die_once(event: str) -> None:
    """Die where one dies for the first time at this event; what is done again after that goes on."""
    mark = Path(os.environ["URUK_DATA"]) / f"died.{event}"
    if not mark.exists():
        mark.write_text("")
        die()


def arm(point: str) -> None:
    """Die in the receipt's transaction, between sending and noting, or right after noting."""
    write, post, taken = telling.Delivery.objects.bulk_create, sending.post, sending._taken
    if point == "told":
        telling.Delivery.objects.bulk_create = lambda found, **more: (  # type: ignore[method-assign]
            write(found, **more),
            [die_once(f"{point}.{one.act}") for one in found],
        )
    elif point == "posted":

        def posting(url: str, headers: Any, body: bytes) -> int:
            status = post(url, headers, body)
            die_once(f"{point}.{json.loads(body)['event']}")
            return status

        sending.post = posting  # type: ignore[assignment]
    else:
        sending._taken = lambda hook, one, status: (taken(hook, one, status), die_once(f"{point}.{one.act}"))  # type: ignore[assignment,func-returns-value]


def work(case: UUID, point: str, url: str) -> None:
    """What is due, from the beginning on; whoever was killed has left it somewhere."""
    done, failed = complete_pending()
    assert failed == 0, done
    if not list_webhooks():
        add_webhook(Actor.system("interior"), "interior", url)
    arm(point)
    apply(case, "stall", ANSWERS | {"name": point, "well": point_well(point)})
    while run_due_jobs():
        pass
    assert list_webhooks()[0].waiting == 0


def point_well(point: str) -> str:
    """Wells are there by the points of the other worker."""
    return {"told": "intended", "posted": "appended", "taken": "projected"}[point]


def kill(case: UUID, point: str, url: str) -> None:
    """Fork until one lives to the end; the clock goes on from point to point."""
    first = MAX_ROUNDS * POINTS.index(point) + 1
    for number in range(first, first + MAX_ROUNDS):
        child = os.fork()
        if child == 0:
            writer = round_of(number)
            with told_rights():
                work(case, point, url)
            writer.close()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            tell(number - first)
            return
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"round {number}: {status}"
    raise AssertionError("it never comes to an end")


if __name__ == "__main__":
    kill(UUID(sys.argv[1]), sys.argv[2], sys.argv[3])
