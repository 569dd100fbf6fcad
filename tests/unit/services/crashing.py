"""Run by test_crashes in a process of its own.

``begin`` makes a node; ``work CASE POINT`` has forks of itself take a case further, each until it dies at the point,
and tells how many died; ``issue CASE POINT`` does so with a case that issues a paper, ``batch CASE POINT`` with several
that a program hands in at once. ``look CASE POINT``, ``paper CASE`` and ``several CASE POINT`` tell what there is.
"""

import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import django

django.setup()

from tests.fixtures import Officer, make_officer, told_rights  # noqa: E402
from tests.unit.registries.samples import CARD  # noqa: E402
from tests.unit.services.conftest import ANSWERS, consent_given, record, records  # noqa: E402
from tests.unit.services.samples import NUMBER, sample_country  # noqa: E402
from uruk.acts import jobs, performing, together  # noqa: E402
from uruk.acts.api import (  # noqa: E402
    complete_pending,
    establish,
    open_log_writer,
    run_due_jobs,
    use_appender,
    use_clock,
)
from uruk.acts.models import Act, ActReceipt  # noqa: E402
from uruk.documents.api import release, revoke  # noqa: E402
from uruk.documents.api import submit as submit_draft  # noqa: E402
from uruk.documents.draft_views import latest_proposal, state_of  # noqa: E402
from uruk.documents.models import Document, Draft, Preparation, Revocation  # noqa: E402
from uruk.documents.proposing import open_proposal  # noqa: E402
from uruk.kernel.api import Actor, FixedClock, Text  # noqa: E402
from uruk.people.api import SoftwarePasskey, admit_program, register_officer  # noqa: E402
from uruk.people.models import Office, Program  # noqa: E402
from uruk.publishing.api import publish_country  # noqa: E402
from uruk.registries.api import get_record  # noqa: E402
from uruk.services.api import (  # noqa: E402
    Applicant,
    Asked,
    HandedIn,
    ToHandIn,
    note_consent,
    submit,
    submit_many_by_program,
)
from uruk.services.domain.cases.contents import Effected  # noqa: E402
from uruk.services.models import Case, CaseStanding, Consent  # noqa: E402
from uruk.services.running import issuing, recording  # noqa: E402
from uruk.services.running.recording import open_case  # noqa: E402

SYSTEM = Actor.system("interior")
MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
# Longer than a job whose worker died is left to itself.
ROUND = timedelta(minutes=15)
MAX_ROUNDS = 60
POINTS = ("intended", "appended", "projected", "acknowledged", "job")
# Also where a draft has been prepared and the case does not say so yet.
ISSUE_POINTS = (*POINTS, "prepared")
# How many a program hands in at once.
SEVERAL = 3
# Its paper is taken back as soon as it was issued.
TRADE = {"name": "مؤقت", "kind": "large", "since": "2020-03-01"}


def die(*_: Any, **__: Any) -> None:
    """End as a power cut would end us."""
    os.kill(os.getpid(), signal.SIGKILL)


def tell(what: object) -> None:
    """Say it to the test at once: there may be no later."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def arm(point: str) -> None:
    """Die at the point of the next act, alone or among several, or between a job and the word that it is done."""
    complete, intend = performing.complete, together._intend_all
    if point == "intended":
        performing.complete = lambda act: complete(act) if has_receipt(act) else die()
        together._intend_all = lambda *words: (intend(*words), die())
    elif point == "appended":
        performing._acknowledge = together._acknowledge_all = die
    elif point == "projected":
        performing.emit = together.emit_many = die
    elif point == "acknowledged":
        performing.complete = lambda act: complete(act) if has_receipt(act) else (complete(act), die())
        perform = recording.perform_together
        recording.perform_together = lambda *words: (perform(*words), die())
    elif point == "prepared":
        prepare = issuing.prepare_draft
        issuing.prepare_draft = lambda *words: dies_after_first(prepare, *words)
    elif point == "job":
        handler = jobs._handler
        jobs._handler = lambda name: lambda payload: dies_after_acts(handler(name), payload)
        for name, many in list(jobs._HANDLERS_OF_MANY.items()):
            jobs._HANDLERS_OF_MANY[name] = lambda payloads, many=many: dies_after_acts(many, payloads)


def dies_after_acts(handler: Any, payload: Any) -> None:
    """Die where a job did something; a job that is done again finds it done."""
    before = Act.objects.count()
    handler(payload)
    if Act.objects.count() > before:
        die()


def dies_after_first(prepare: Any, actor: Actor, draft: UUID, *words: Any) -> Any:
    """Die where a draft was prepared; one that is prepared already is found."""
    was_prepared = Preparation.objects.filter(pk=draft).exists()
    found = prepare(actor, draft, *words)
    return found if was_prepared else die()


def has_receipt(act: Act) -> bool:
    """Whether it was brought to its end before."""
    return ActReceipt.objects.filter(pk=act.pk).exists()


def begin() -> None:
    """A node with its services, an officer at a counter, a card and a well."""
    for code in ("interior", "town"):
        establish(code, Text("وزارة", "وەزارەت"), "xx")
    publish_country(Actor.system(), sample_country())
    names = Text("موظف", "فەرمانبەر")
    register_officer(SYSTEM, "interior", "clerk", "clerk", names, since=MOMENT - ROUND, password="a long password")
    for role in ("registrar", "head"):
        made = make_officer(role, "interior", role)
        keep_passkey(role, made.passkey)
    admit_program(SYSTEM, "interior", "clerk", (), names, services=("stall",))
    record("interior", "cards", **CARD)
    for point in POINTS:
        for well in (point, f"{point} many"):
            record("interior", "wells", code=well, granted_m3=100)
    while run_due_jobs():
        pass


def work(case: UUID, point: str) -> None:
    """Submit the case where that has not been done, as its applicant would; then go on with whatever is due."""
    done, failed = complete_pending()
    assert failed == 0, done
    arm(point)
    # Each point has a well of its own, and its own name on the record that is made.
    apply(case, "stall", ANSWERS | {"name": point, "well": point})
    while run_due_jobs():
        pass


def apply(case: UUID, service: str, answers: dict[str, Any]) -> None:
    """At a counter: the consent is an act of its own, under an id that follows from the case."""
    clerk, consent = officer("clerk"), uuid5(case, "consent")
    note_consent(clerk, consent, consent_given(service))
    submit(clerk, Asked("interior", service, Applicant(NUMBER), answers, case, consent))


def batch(case: UUID, point: str) -> None:
    """The same with several cases that a program hands in at once, again and again until it hears what became of them.

    A consent that was noted is not noted again.
    """
    done, failed = complete_pending()
    assert failed == 0, done
    for one in several(case):
        if not Consent.objects.filter(pk=one.consent).exists():
            note_consent(officer("clerk"), one.consent, consent_given("stall"))
    arm(point)
    program = Actor(channel="rest", program=Program.objects.get().pk, institution="interior", role="clerk")
    outcomes = submit_many_by_program(program, "stall", several(case, f"{point} many"))
    assert all(isinstance(one, HandedIn) for one in outcomes), outcomes
    while run_due_jobs():
        pass


def several(case: UUID, well: str = "") -> list[ToHandIn]:
    """Cases under ids that follow from one; each has its own name on the record that is made."""
    return [
        ToHandIn(uuid5(case, f"{at}"), uuid5(case, f"consent {at}"), ANSWERS | {"name": f"{well}{at}", "well": well})
        for at in range(SEVERAL)
    ]


def look_at_several(case: UUID, point: str) -> None:
    """Report what there is of all of them in the end."""
    cases = [open_case(one.case) for one in several(case)]
    tell(json.dumps({
        "turns": [CaseStanding.objects.get(pk=one.id).turn for one in cases],
        "acts": [[type(act.content).__name__ for act in one.acts] for one in cases],
        "taken": get_record(SYSTEM, "interior", "wells", key=f"{point} many").taken,
        "shops": [one["code"] for one in records("shops") if one["code"].startswith(f"{point} many")],
        "cases": Case.objects.filter(consents__in=[one.consent for one in several(case)]).count(),
        "pending": Act.objects.filter(receipt__isnull=True).count(),
    }))  # fmt: skip


def issue(case: UUID, point: str) -> None:
    """The same with a case that issues a paper, which two officers sign as soon as it is there, and that revokes it."""
    done, failed = complete_pending()
    assert failed == 0, done
    arm(point)
    apply(case, "licence", TRADE)
    for sign in (sign_first, sign_second, take_back):
        while run_due_jobs():
            pass
        sign(Draft.objects.get(pk__in=Preparation.objects.filter(reference=str(case)).values("pk")))
    while run_due_jobs():
        pass


def sign_first(draft: Draft) -> None:
    """The drafting officer, without looking at it: each look would be an act of its own."""
    if state_of(draft) == "open":
        submit_draft(officer("registrar"), draft.pk, approve("registrar", bytes(open_proposal(draft).body)))


def sign_second(draft: Draft) -> None:
    proposal = latest_proposal(draft)
    assert proposal is not None
    if state_of(draft) == "submitted":
        release(officer("head"), draft.pk, approve("head", bytes(proposal.body)))


def take_back(draft: Draft) -> None:
    document = Document.objects.get(proposal__draft=draft)
    if not Revocation.objects.filter(document=document).exists():
        revoke(officer("head"), document.pk, "decision", "")


def officer(role: str) -> Actor:
    office = Office.objects.get(role=role)
    return Actor(channel="desk", person=office.person_id, institution="interior", role=role)


def approve(role: str, body: bytes) -> Any:
    """By the officer's passkey, whose counter goes on from process to process."""
    actor, file = officer(role), passkey_file(role)
    assert actor.person is not None
    made = Officer(actor.person, actor, SoftwarePasskey.from_text(file.read_text()))
    approval = made.approve(body)
    keep_passkey(role, made.passkey)
    return approval


def keep_passkey(role: str, passkey: Any) -> None:
    passkey_file(role).write_text(passkey.to_text())


def passkey_file(role: str) -> Path:
    return Path(os.environ["URUK_DATA"]) / f"{role}.passkey"


def look_at_paper(case: UUID) -> None:
    """Report what there is of it in the end."""
    standing, found = CaseStanding.objects.get(pk=case), open_case(case)
    prepared = Preparation.objects.filter(reference=str(case)).values("pk")
    papers = Document.objects.filter(proposal__draft__in=prepared)
    tell(json.dumps({
        "state": standing.state,
        "left": standing.outstanding,
        "acts": [type(one.content).__name__ for one in found.acts],
        "outcomes": [one.content.outcome for one in found.acts if isinstance(one.content, Effected)],
        "said": [one.result["document"] for one in found.standing.effects.values() if "document" in one.result],
        "papers": [str(one.pk) for one in papers],
        "revoked": Revocation.objects.filter(document__in=papers).count(),
        "pending": Act.objects.filter(receipt__isnull=True).count(),
    }))  # fmt: skip


def look(case: UUID, point: str) -> None:
    """Report what there is in the end."""
    standing, found = CaseStanding.objects.get(pk=case), open_case(case)
    well = get_record(SYSTEM, "interior", "wells", key=point)
    tell(json.dumps({
        "turn": standing.turn,
        "seq": [standing.seq, found.standing.seq],
        "acts": [type(one.content).__name__ for one in found.acts],
        "taken": well.taken,
        "shops": [one["code"] for one in records("shops") if one["code"] == point],
        "pending": Act.objects.filter(receipt__isnull=True).count(),
    }))  # fmt: skip


def round_of(number: int) -> Any:
    """The log's writer and the clock of the process that works in a round, as the server has them."""
    use_clock(FixedClock(MOMENT + ROUND * number))
    writer = open_log_writer("xx")
    use_appender(writer)
    return writer


def kill(case: UUID, point: str, does: Any) -> None:
    """Fork until one lives to the end: Django is loaded once, everything else by each fork anew."""
    # The clock goes on from point to point: a node refuses one that was set back.
    before = [(one, each) for each, points in WORKS.items() for one in points].index((point, does))
    first = MAX_ROUNDS * before + 1
    for number in range(first, first + MAX_ROUNDS):
        child = os.fork()
        if child == 0:
            writer = round_of(number)
            with told_rights():
                does(case, point)
            writer.close()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            tell(number - first)
            return
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"round {number}: {status}"
    raise AssertionError("it never comes to an end")


# What is done, in the order in which the tests do it, and where each dies.
WORKS = {work: POINTS, issue: ISSUE_POINTS, batch: POINTS}


if __name__ == "__main__":
    works = {does.__name__: does for does in WORKS}
    if sys.argv[1] in works:
        kill(UUID(sys.argv[2]), sys.argv[3], works[sys.argv[1]])
    else:
        found = round_of(0)
        if sys.argv[1] == "begin":
            begin()
        elif sys.argv[1] == "paper":
            look_at_paper(UUID(sys.argv[2]))
        else:
            (look_at_several if sys.argv[1] == "several" else look)(UUID(sys.argv[2]), sys.argv[3])
        found.close()
