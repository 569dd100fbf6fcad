"""The little town beside a running node: `python -m tests.flows.desk.town DEED …`.

begin PASSWORD   an auditor, three traders and a market day; prints the day
wait CASE TURN   until it is that turn
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import django

TOWN = "town"
NUMBERS = {"ar": "999000000021", "ckb": "999000000022", "en": "999000000023"}
AUDITOR = "town.auditor"


def begin(password: str) -> str:
    """Who looks over, who applies, and the day for which they do."""
    from uruk.kernel.api import Actor, Text
    from uruk.people.api import register_officer

    since = datetime(2026, 1, 1, tzinfo=UTC)
    names = Text("المدقق", "وردبین", "The auditor")
    register_officer(Actor.system(TOWN), TOWN, "auditor", AUDITOR, names, since=since, password=password)
    for number in NUMBERS.values():
        _record("traders", number=number, name="كوديا", born="1980-01-01", goods="cloth", since="2010-05-01")
    day = (datetime.now(UTC) + timedelta(days=7)).date()
    _record("market-days", day=str(day), places_m2=400)
    return f"{day.day}/{day.month}/{day.year}"


def _record(registry: str, **values: Any) -> None:
    from uruk.kernel.api import Actor
    from uruk.registries.api import Change, change

    change(Actor.system(TOWN), TOWN, registry, [Change("create", values=values)], "letter 7")


def wait_for(case: str, turn: str) -> str:
    """Wait until it is somebody's turn in a case."""
    from uruk.services.models import CaseStanding

    end, found = time.monotonic() + 60, ""
    while time.monotonic() < end:
        found = CaseStanding.objects.get(pk=case).turn
        if found.startswith(turn):
            return found
        time.sleep(0.3)
    raise AssertionError(found)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()
    sys.stdout.write({"begin": begin, "wait": wait_for}[sys.argv[1]](*sys.argv[2:]))
