"""Who read my data: asked by the citizen whose case was played, where citizens sign in."""

import time
from datetime import datetime, timedelta

from uruk.cli.demo.report import Report
from uruk.kernel.api import Actor
from uruk.people.api import MyReading, my_readings, my_receipt
from uruk.publishing.api import institutions
from uruk.trust.api import Receipt

SETTLED_S = 20.0
PAUSE_S = 1.0  # each time every member is asked, and it is an act
LANGUAGE = "ar"


def tell_readings(actor: Actor, person: str, holders: list[str], since: datetime, url: str, report: Report) -> None:
    """Print who read the actor's data since a moment, each with the receipt that its holder gives for it.

    Errors: RuntimeError, where one of the holders that keep personal data is not among them in time.
    """
    keep = {code for code, one in institutions().items() if one.personal}
    with report.step("who-read") as facts:
        found = _settled(actor, keep & set(holders), since - timedelta(seconds=1))
        facts.update(
            person=person, url=f"{url}{LANGUAGE}/readings/", readings=[f"{_when(one)}: {_told(one)}" for one in found]
        )
    for one in found:
        receipt = Receipt.parse(my_receipt(actor, one.holder, one.reference).receipt)
        report.act("reading", receipt, person=person, holder=one.holder, reader=one.reader.get(LANGUAGE), law=one.law)


def _settled(actor: Actor, holders: set[str], since: datetime) -> list[MyReading]:
    """What was read since then, as soon as every holder tells of it."""
    deadline = time.monotonic() + SETTLED_S
    while True:
        found = [one for one in my_readings(actor).readings if one.at >= since]
        if holders <= {one.holder for one in found}:
            return found
        if time.monotonic() > deadline:
            raise RuntimeError(f"the journey came out differently: no reading of {sorted(holders)}")
        time.sleep(PAUSE_S)


def _when(one: MyReading) -> str:
    return f"{one.at:%H:%M:%S} {one.holder}"


def _told(one: MyReading) -> str:
    return f"{one.reader.get(LANGUAGE)}: {one.action.get(LANGUAGE)}"
