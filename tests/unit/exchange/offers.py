"""A small snapshot to decide by: Interior answers by number, Agriculture asks. Only what a test names differs."""

from typing import Any

from uruk.exchange.api import Agreement, Endpoint, HostedMember, Names, Offer, Snapshot, SubjectRule, System

CLIENT = "xx/GOV/agriculture/season-plan"
SERVICE = "xx/GOV/interior/persons/by-number"
NAMES = Names("اسم", "ناو", "name")
SUBJECT = SubjectRule("path", "0")
BY_NUMBER = Endpoint("GET", "/*", idempotent=True, personal=True, subjects=(SUBJECT,), fields=("/name",))
NOW = 1_800_000_000


def agreement(**changes: Any) -> Agreement:
    given: dict[str, Any] = {
        "digest": "11" * 32,
        "code": "season-plan-person",
        "consumer": CLIENT,
        "service": SERVICE,
        "endpoints": (BY_NUMBER,),
        "purpose": NAMES,
        "law": "plan-rules/1",
        "valid_from": NOW - 100,
        "valid_until": NOW + 100,
    }
    return Agreement(**given | changes)


def snapshot(*agreements: Agreement, **system: Any) -> Snapshot:
    offers = (Offer("by-number", NAMES, (BY_NUMBER,)),)
    persons = System("persons", NAMES, url="http://127.0.0.1:1", offers=offers, **system)
    member = HostedMember("interior", "xx/GOV/interior", NAMES, (persons,))
    return Snapshot("xx", "north", NOW, (member,), agreements)
