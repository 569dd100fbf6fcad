"""Farmers and their cases beside a running node: `python -m tests.flows.cases.farming DEED … / DEED …` prints JSON.

begin PASSWORD             two officers, and three farmers with what registries say of them; their numbers
submit NUMBER SQUARE_M     a case of the season plan
tell CASE [QUOTA]          what other institutions say of its applicant, as if they had been asked
send_back CASE SAID        by the planner, with the area marked
refuse CASE                by two officers
question CASE SAID         by the planner, to the applicant
issue CASE                 the certificate is signed and released
turn CASE                  whose turn it is
"""

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import django

HOLDER, SERVICE, SEASON = "agriculture", "season-plan", "winter-2026"
NUMBERS = {"ar": "999019720101", "ckb": "999019720102", "en": "999019720103"}
NAME = {"given": "سعد", "father": "حسن", "grandfather": "علي"}
PATIENCE_S = 60


def begin(password: str) -> dict[str, str]:
    """Officers and farmers; each farmer has a card with a well, and a parcel."""
    from uruk.kernel.api import Actor, Text
    from uruk.people.api import claim, create_account, register_officer, see_synthetic
    from uruk.people.models import Person

    for role in ("planner", "planner-head"):
        since = datetime(2026, 1, 1, tzinfo=UTC)
        register_officer(Actor.system(HOLDER), HOLDER, role, f"cases.{role}", Text("موظف", "فەرمانبەر"), since=since)
    for place, number in enumerate(NUMBERS.values()):
        person = create_account(password)
        claim(person, "national", number)
        Person.objects.filter(pk=person).update(synthetic=True)
        see_synthetic(person, "interior")
        _record_farmer(number, place)
    today = _now().date()
    begins, until, ends = (str(today + timedelta(days=days)) for days in (-30, 60, 210))
    _record(
        "seasons", code=SEASON, begins=begins, ends=ends, apply_until=until, water_l_per_m2=400, yield_g_per_m2=360,
        automatic_m2=100_000,
    )  # fmt: skip
    _record("plan-caps", governorate="babil", season=SEASON, cap_m2=500_000_000)
    return NUMBERS


def _record_farmer(number: str, place: int) -> None:
    card = f"FC-2026-9001{place:02}"
    _record(
        "farmer-cards", number=card, holder=number, person=number, governorate="babil", section="شعبة زراعة المحاويل",
        holding="ownership", water="well", valid_from="2026-01-01", valid_until="2099-12-31",
    )  # fmt: skip
    _record(
        "parcels", code=f"babil-90-{place}", governorate="babil", district="المحاويل", tract=90,
        plot=str(place + 1), card=card, holder=number, person=number, holding="ownership", area_m2=400_000,
        irrigation="sprinkler",
    )  # fmt: skip


def _record(registry: str, **values: Any) -> None:
    """Write a record, unless another journey was first."""
    from uruk.kernel.api import Actor
    from uruk.registries.api import Change, InvalidChangesError, change

    try:
        change(Actor.system(HOLDER), HOLDER, registry, [Change("create", values=values)], "letter 7")
    except InvalidChangesError as error:
        if error.problems[0].error.code != "registries.key_taken":
            raise


def submit(number: str, square_m: str) -> str:
    """Submit as the farmer; more than 100 000 m² are looked at by an officer."""
    from uruk.kernel.api import Actor
    from uruk.people.api import holder_of
    from uruk.services.api import Applicant, Asked
    from uruk.services.api import submit as submit_case

    answers = {
        "season": SEASON,
        "crops": [{"crop": "wheat", "irrigation": "sprinkler", "area_m2": int(square_m)}],
        "pledge": True,
    }
    actor = Actor(channel="portal", person=holder_of("national", number))
    return str(submit_case(actor, Asked(HOLDER, SERVICE, Applicant(number), answers)).case)


def tell(case: str, deceased: str = "") -> str:
    """Other institutions have answered: the person lives, or not."""
    from uruk.kernel.api import Actor, CodedError
    from uruk.services.domain.cases.contents import FactTold, Told
    from uruk.services.models import Asking
    from uruk.services.running.recording import open_case, record

    number = open_case(UUID(case)).standing.applicant["number"]
    said = {
        "person": {"number": number, "name": NAME, "deceased": bool(deceased), "governorate": "babil"},
        "left": {"canal": "shatt-al-hilla", "season": SEASON, "left_m3": 900_000_000},
    }
    for name, value in said.items():
        while True:
            found = open_case(UUID(case))
            if name in found.standing.facts:
                break
            content = FactTold(name, Told(value, "exchange", "11111111-1111-4111-8111-111111111111"))
            try:
                record(Actor.system(HOLDER), found.row, found.standing.seq + 1, content)
            except CodedError as error:
                # The node's own job was first; the case is looked at again.
                if error.code != "services.case_moved":
                    raise
        Asking.objects.filter(case=case, what=f"facts.{name}").delete()
    return turn(case)


def turn(case: str) -> str:
    """Whose turn it is, once the case has come to rest."""
    from uruk.acts.models import Job
    from uruk.services.models import CaseStanding

    ending = time.monotonic() + PATIENCE_S
    while time.monotonic() < ending:
        waiting = Job.objects.filter(name="services.advance", done_at=None, payload__case=case, due_at__lte=_now())
        if not waiting.exists():
            break
        time.sleep(0.2)
    return str(CaseStanding.objects.get(pk=case).turn)


def _now() -> datetime:
    return datetime.now(UTC)


class Office:
    """An officer; where one must sign, a passkey is made for this one signature."""

    def __init__(self, role: str) -> None:
        from uruk.kernel.api import Actor
        from uruk.people.models import Person

        self.person = Person.objects.get(officer_name=f"cases.{role}").pk
        self.actor = Actor(channel="desk", person=self.person, institution=HOLDER, role=role)

    def approve(self, proposal: bytes) -> Any:
        """The officer's approval of exactly these bytes."""
        from uruk.people.api import SoftwarePasskey, approval_options, approve, register_passkey

        passkey = SoftwarePasskey()
        register_passkey(self.person, passkey.create, name="journey")
        answer = passkey.get(approval_options(self.person, proposal))
        return approve(self.person, str(self.actor.role), proposal, answer)

    def take(self, case: str) -> Any:
        """The case, given to the officer as a supervisor gives it: other journeys have cases in the queue too."""
        from uruk.services.api import get_case
        from uruk.services.models import Hold

        now = _now()
        facts = {"person": self.person, "role": self.actor.role, "institution": HOLDER, "since": now}
        Hold.objects.update_or_create(case_id=case, defaults={**facts, "until": now + timedelta(hours=1)})
        return get_case(self.actor, UUID(case))


def send_back(case: str, said: str) -> str:
    """With the area of the first row marked."""
    from uruk.services.api import act

    planner = Office("planner")
    found = planner.take(case)
    act(planner.actor, found.id, found.seq, "send_back", marks={"crops.0.area_m2": said})
    return turn(case)


def question(case: str, said: str) -> str:
    """Ask the applicant something."""
    from uruk.services.api import ask_applicant

    planner = Office("planner")
    found = planner.take(case)
    ask_applicant(planner.actor, found.id, found.seq, said)
    return turn(case)


def refuse(case: str) -> str:
    """By two officers, for want of water."""
    from uruk.services.api import action_proposal, approve_action, propose_action, proposed_bytes

    planner, head, ground = Office("planner"), Office("planner-head"), {"ground": "water"}
    found = planner.take(case)
    proposal = action_proposal(planner.actor, found.id, found.seq, "refuse", ground)
    propose_action(planner.actor, found.id, found.seq, "refuse", planner.approve(proposal), ground)
    head.take(case)
    approve_action(head.actor, found.id, head.approve(proposed_bytes(head.actor, found.id)))
    return turn(case)


def issue(case: str) -> str:
    """Both officers sign the certificate of a case that was granted; its document."""
    from uruk.documents import api as documents
    from uruk.documents.models import Preparation

    turn(case)
    planner, head = Office("planner"), Office("planner-head")
    draft = Preparation.objects.get(reference=case).pk
    documents.submit(planner.actor, draft, planner.approve(documents.proposal(planner.actor, draft)))
    document = documents.release(head.actor, draft, head.approve(documents.proposal(head.actor, draft)))
    turn(case)
    return str(document.id)


DEEDS = {one.__name__: one for one in (begin, submit, tell, turn, send_back, question, refuse, issue)}


def main(*words: str) -> None:
    """Do one deed after the other (`/` between them, `-` is the case of the first), and print what came of the last."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()
    case, came, rest = "", None, list(words)
    while rest:
        end = rest.index("/") if "/" in rest else len(rest)
        deed, *given = rest[:end]
        came, rest = DEEDS[deed](*(case if one == "-" else one for one in given)), rest[end + 1 :]
        case = case or str(came)
    sys.stdout.write(json.dumps([case, came]))


if __name__ == "__main__":
    main(*sys.argv[1:])
