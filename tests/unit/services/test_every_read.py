"""Each door function by which an officer is shown somebody's case is called; that person then finds the reading."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.architecture.reads import recorded
from tests.unit.services.conftest import Office, consent_given, refused
from tests.unit.services.samples import NUMBER
from tests.unit.services.tasks import propose, supervise, taken, waiting
from tests.unit.services.test_consenting import PAPER as CONSENT_PAPER
from uruk.acts.api import usage_index
from uruk.kernel.api import new_id
from uruk.services import api as services
from uruk.services.models import QueuedCase

pytestmark = pytest.mark.database
SHOWN = {"case.read", "consent.read"}


def readings(office: Office) -> int:
    now, day = office.clock.now(), timedelta(days=1)
    found = usage_index().find("interior", NUMBER, now - 30 * day, now + day).usages
    return len([one for one in found if one.service in SHOWN])


def later(office: Office) -> None:
    """What was shown within ten minutes is one reading: it is looked at anew."""
    office.clock.advance(timedelta(minutes=11))


def held(office: Office) -> Any:
    waiting(office)
    found = taken(office.registrar)
    later(office)
    return found


def act(office: Office) -> None:
    case = held(office)
    services.act(office.registrar.actor, case.id, case.seq, "accept")


def approve_action(office: Office) -> None:
    case = propose(office, held(office))
    taken(office.head)
    signed = office.head.approve(services.proposed_bytes(office.head.actor, case.id))
    later(office)
    services.approve_action(office.head.actor, case.id, signed)


def case_acts(office: Office) -> None:
    (case,) = waiting(office)
    services.case_acts(office.head.actor, case)


def case_proof(office: Office) -> None:
    services.case_proof(office.registrar.actor, held(office).id, 1)


def case_file(office: Office) -> None:
    with refused("services.file_unknown"):
        services.case_file(office.registrar.actor, held(office).id, "0" * 64)


def ask_applicant(office: Office) -> None:
    case = held(office)
    services.ask_applicant(office.registrar.actor, case.id, case.seq, "أي بئر؟")


def decline_action(office: Office) -> None:
    case = propose(office, held(office))
    taken(office.head)
    later(office)
    services.decline_action(office.head.actor, case.id, "سبب")


def get_case(office: Office) -> None:
    services.get_case(office.registrar.actor, held(office).id)


def next_case(office: Office) -> None:
    waiting(office)
    taken(office.registrar)


def take_given(office: Office) -> None:
    case = waiting(office)[0]
    QueuedCase.objects.filter(case=case).update(assigned=office.registrar.person)
    services.take_given(office.registrar.actor, case)


def propose_action(office: Office) -> None:
    propose(office, held(office))


def reassign(office: Office) -> None:
    (case,) = waiting(office)
    services.reassign(office.head.actor, case, office.registrar.person, "سبب")


def retry_effects(office: Office) -> None:
    case = office.submitted(well="nowhere")
    services.retry_effects(office.head.actor, case, "سبب")


def review(office: Office) -> None:
    case = held(office)
    services.act(office.registrar.actor, case.id, case.seq, "reviews")
    office.run()
    taken(office.clerk)
    later(office)
    services.review(office.clerk.actor, case.id, True)


def settle_wait(office: Office) -> None:
    case = office.submitted(well="nowhere")
    office.clock.advance(timedelta(days=9))
    office.run()
    taken(office.head)
    later(office)
    services.settle_wait(office.head.actor, case, "short", "سبب")


def audited(office: Office) -> Any:
    """Whoever may read whole cases, and says why."""
    return replace(office.head.actor, purpose="complaint")


def replay(office: Office) -> None:
    services.replay(audited(office), office.submitted())


def consented(office: Office) -> Any:
    """A consent on paper."""
    consent = new_id()
    paper = services.keep_consent_paper(office.clerk.actor, consent, CONSENT_PAPER)
    services.note_consent(office.clerk.actor, consent, consent_given(way="signature", paper=paper))
    return consent


def replayed_paper(office: Office) -> None:
    services.replayed_paper(audited(office), office.submit(by=office.clerk, consent=consented(office)))


def consent_paper(office: Office) -> None:
    services.consent_paper(office.clerk.actor, consented(office))


def get_consent(office: Office) -> None:
    services.get_consent(office.clerk.actor, consented(office))


def counter_applicants(office: Office) -> None:
    services.counter_applicants(office.clerk.actor, consented(office))


def put_under_consent(office: Office) -> None:
    draft, key = services.begin_draft(office.citizen.actor, "interior", "stall", 1980)
    services.put_under_consent(office.clerk.actor, draft.id, office.consent(), key.token)


def counter_slip(office: Office) -> None:
    services.counter_slip(office.clerk.actor, office.submit(by=office.clerk, consent=office.consent()))


def program(office: Office) -> Any:
    """A program that may read whole cases, and says why."""
    from uruk.kernel.api import Actor, Text
    from uruk.people.api import admit_program, program_actor

    names = Text("برنامج", "بەرنامە")
    _, token = admit_program(Actor.system("interior"), "interior", "head", (), names, services=("stall",))
    return replace(program_actor(token), purpose="printing", law="e-signature/13")


def read_by_program(office: Office) -> None:
    services.read_by_program(program(office), "stall", office.submitted())


def file_by_program(office: Office) -> None:
    with refused("services.file_unknown"):
        services.file_by_program(program(office), "stall", office.submitted(), "0" * 64)


def replayed_file(office: Office) -> None:
    with refused("services.file_unknown"):
        services.replayed_file(audited(office), office.submitted(), "0" * 64)


CALLS: dict[str, Callable[[Office], None]] = {
    one.__name__: one
    for one in (
        act, approve_action, ask_applicant, case_acts, case_file, case_proof, decline_action,
        get_case, next_case, propose_action, reassign, retry_effects, take_given,
        review, settle_wait, replay, replayed_paper, consent_paper, get_consent, put_under_consent, counter_slip,
        counter_applicants, read_by_program, file_by_program, replayed_file,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", list(CALLS))
def test_whoever_a_case_is_about_sees_that_an_officer_was_shown_it(
    office: Office, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervise(monkeypatch)
    CALLS[name](office)
    seen = readings(office)
    assert seen >= 1
    # Every reading of these calls is of another moment: the last of them is the one asked about.
    now = office.clock.now()
    latest = usage_index().find("interior", NUMBER, now - timedelta(seconds=1), now + timedelta(days=1)).usages
    assert [one.service for one in latest if one.service in SHOWN], name


def test_no_door_function_that_records_is_left_out() -> None:
    assert recorded("services") - {"record_payment"} == set(CALLS)
