"""Beside a running node: `python -m tests.flows.services.office DEED …`.

appoint INSTITUTION ROLE NAME PASSWORD   an officer with this role
turn CASE                                the state and whose turn it is, once the case does nothing by itself any more
"""

import os
import sys
import time
from datetime import UTC, datetime

import django

LONGEST_S = 60


def appoint(institution: str, role: str, name: str, password: str) -> str:
    """Let an officer in."""
    from uruk.kernel.api import Actor, Text
    from uruk.people.api import register_officer

    since, names = datetime(2026, 1, 1, tzinfo=UTC), Text("موظفة", "کارمەند", "An officer")
    register_officer(Actor.system(institution), institution, role, name, names, since=since, password=password)
    return name


def turn(case: str) -> str:
    """Where a case rests: its state and whose turn it is."""
    from uruk.acts.api import clock
    from uruk.acts.models import Job
    from uruk.services.models import CaseStanding

    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        found = CaseStanding.objects.filter(pk=case).first()
        due = Job.objects.filter(payload__case=case, name="services.advance", done_at=None, failed_at=None)
        if found is not None and not due.filter(due_at__lte=clock().now()).exists():
            return f"{found.state} {found.turn}"
        time.sleep(0.2)
    raise AssertionError("the case does not come to rest")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()
    sys.stdout.write({"appoint": appoint, "turn": turn}[sys.argv[1]](*sys.argv[2:]))
