"""Submitting a case: answers are checked whole, and the case is pinned to the service as it is then."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import structs

from uruk.acts.api import clock, finish, receipt_of, write_many
from uruk.definitions.api import Field
from uruk.kernel.api import Actor, CodedError, new_id, today
from uruk.people.api import find_person, require_role, seen_papers
from uruk.publishing.api import country, held_country
from uruk.services.applying.consenting import consent_for, take_along
from uruk.services.applying.mandating import require_represented
from uruk.services.applying.speaking import require_spoken
from uruk.services.domain.cases.contents import Submitted, Told
from uruk.services.domain.cases.stepping import with_inputs
from uruk.services.domain.definition import Assurance, State
from uruk.services.domain.ground import NOTHING, Ground
from uruk.services.domain.judging.answering import Answered, check_answers
from uruk.services.domain.judging.reckoning import Reckoning
from uruk.services.domain.judging.waiting import due_day
from uruk.services.domain.linked import Service
from uruk.services.models import Case, short_number
from uruk.services.pins import Pinned, current_service, live_days, open_pinned
from uruk.services.representing import BODIES, NATIONAL, REPRESENTED, is_own_number, person_of, subject_of
from uruk.services.running.asking import AWAY, UnansweredError, fetch_fact
from uruk.services.running.recording import Opened, act_id, open_case, record
from uruk.trust.api import Receipt

_NUMBER = Field("number", "national_number")
_BODY_NUMBER = Field("number", "text", minimum=1, maximum=24)
MAX_LOT = 2**62
_NOTHING: Mapping[str, Told] = {}


class InvalidAnswersError(CodedError):
    """Answers that cannot be submitted: ``services.answers_invalid``; `problems`: (path of the field, error)."""

    def __init__(self, problems: tuple[tuple[str, CodedError], ...]) -> None:
        fields = list(dict.fromkeys(path for path, _ in problems))
        super().__init__("services.answers_invalid", count=len(problems), fields=fields[:20])
        self.problems = problems

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.problems,)


@dataclass(frozen=True)
class Applicant:
    """For whom something is asked: national number, day of birth where it is known, and how the case calls them."""

    number: str
    born: date | None = None
    kind: str = "person"

    def facts(self) -> dict[str, object]:
        """What expressions see."""
        found: dict[str, object] = {"number": self.number, "kind": self.kind}
        return found if self.born is None else {**found, "born": self.born.isoformat()}


@dataclass(frozen=True)
class Asked:
    """What somebody asks of a service, with answers as typed.

    `case`: an id of the caller's, under which asking again is harmless. `consent`: under which an officer asks.
    """

    institution: str
    service: str
    applicant: Applicant
    answers: Mapping[str, object]
    case: UUID | None = None
    consent: UUID | None = None


@dataclass(frozen=True)
class SubmittedCase:
    """A case that was submitted, and the receipt for that."""

    case: UUID
    receipt: Receipt


@held_country()
def submit(actor: Actor, asked: Asked) -> SubmittedCase:
    """Submit a case for the person themselves or for whom they act under a mandate, or at a counter by an officer.

    Errors: ``services.assurance_seen`` and ``services.assurance_strong`` (the person must be better known first),
    ``services.no_mandate``, ``services.mandate_unconfirmed``, `InvalidAnswersError`,
    ``services.facts_missing`` (answers depend on what nobody has told yet),
    ``services.service_not_open``, ``services.channel_closed``, ``services.not_applicant``, ``services.kind_refused``,
    ``services.case_differs`` (something else was submitted under this id), ``people.role_not_held``, at a counter
    ``services.consent_missing``, ``services.consent_other`` and ``people.right_missing``, those of
    `acts.perform`.
    """
    number = clean_number(asked.applicant)
    _require_officer(actor, asked)
    known = None if asked.case is None else submitted_before(asked.case, actor, asked, number)
    if known is not None:
        return known
    pinned = current_service(asked.institution, asked.service)
    check_service(actor, pinned, asked)
    _require_applicant(actor, pinned, asked, number)
    consent, proof = _consent(actor, asked, number)
    said = "" if consent is None else str(consent)
    content = structs.replace(checked(pinned, asked, number), consent=said, mandate=proof)
    row = new_row(actor, pinned, asked, number)

    def rows() -> None:
        write_many((row,))
        if consent is not None:
            take_along(consent, row.pk)

    return SubmittedCase(row.pk, record(actor, row, 1, content, also=rows))


def find_submitted(actor: Actor, case: UUID) -> SubmittedCase | None:
    """What the actor submitted under this id, brought to its end; None where there is nothing of theirs."""
    if not Case.objects.filter(pk=case).exists():
        return None
    if open_case(case).acts[0].person != actor.person:
        return None
    return SubmittedCase(case, receipt_of(act_id(case, 1)) or finish(act_id(case, 1)))


def submit_opened(
    parent: Opened, service: str, answers: Mapping[str, object], case: UUID, whose: str | None = None
) -> UUID:
    """Submit a case of another service for the applicant of one, by the institution itself; again: nothing.

    `whose`: the number of another applicant, of the only kind that the service is for. Errors: as `submit`.
    """
    actor = Actor.system(parent.row.institution)
    if Case.objects.filter(pk=case).exists():
        return open_case(case).id
    pinned = current_service(parent.row.institution, service)
    own = whose is None or whose == parent.standing.applicant["number"]
    applicant = _applicant_of(parent) if own else Applicant(str(whose), kind=pinned.model.applicants[0])
    asked = Asked(parent.row.institution, service, applicant, answers, case=case)
    if applicant.kind not in pinned.model.applicants:
        raise CodedError("services.kind_refused", service=pinned.definition.title)
    content = checked(pinned, asked, clean_number(applicant))
    row = new_row(actor, pinned, asked, clean_number(applicant))
    row.person = parent.row.person if own else None
    record(actor, row, 1, content, also=lambda: write_many((row,)))
    return row.pk


def _applicant_of(parent: Opened) -> Applicant:
    of = parent.standing.applicant
    born = of.get("born")
    day = date.fromisoformat(born) if isinstance(born, str) else None
    return Applicant(str(of["number"]), day, str(of["kind"]))


def due_of(state: State, service: Service, ground: Ground) -> str | None:
    """The last day of a state that begins on the day of a ground, as acts hold it; None where it has no deadline."""
    if state.deadline is None:
        return None
    found = due_day(state, Reckoning(service, ground), ground.today, live_days())
    return None if found is None else found.isoformat()


def clean_number(applicant: Applicant) -> str:
    """The number of an applicant as it is kept: a body's is as its register writes it."""
    return str((_BODY_NUMBER if applicant.kind in BODIES else _NUMBER).clean(applicant.number))


def missing_assurance(actor: Actor, institution: str, service: str) -> CodedError | None:
    """What a person must do before they may submit this, so that they hear it when they begin; None: nothing.

    ``services.assurance_seen``, ``services.assurance_strong``. Errors: ``services.service_not_open``.
    """
    return _lacking(actor, current_service(institution, service).model.assurance)


def _lacking(actor: Actor, wanted: Assurance) -> CodedError | None:
    """A clerk who types for somebody has them before their eyes."""
    if actor.institution is not None or wanted == "declared":
        return None
    papers = () if actor.person is None else seen_papers(actor.person)
    if not any(one.kind == NATIONAL for one in papers):
        return CodedError("services.assurance_seen")
    return CodedError("services.assurance_strong") if wanted == "strong" and not actor.second_factor else None


def _require_officer(actor: Actor, asked: Asked) -> None:
    """At a counter an officer types what somebody says."""
    if actor.institution is not None:
        institution = country().institutions.get(asked.institution)
        require_role(actor, asked.institution, tuple(institution.roles) if institution else ())


def _require_applicant(actor: Actor, pinned: Pinned, asked: Asked, number: str) -> None:
    """A person asks for themselves, or for whom a register says that they act; and is known as well as it needs."""
    if actor.institution is not None:
        return
    lacking = _lacking(actor, pinned.model.assurance)
    if lacking is not None:
        raise lacking
    if asked.applicant.kind in REPRESENTED:
        require_represented(actor, asked.institution, asked.service, asked.applicant.kind, number)
    elif not _is_own(actor, number, pinned.model.assurance):
        raise CodedError("services.not_applicant")


def _is_own(actor: Actor, number: str, wanted: Assurance) -> bool:
    """Where a declaration is enough, a number that the person has typed is theirs: they are shown nothing by it."""
    if is_own_number(actor, number):
        return True
    person = find_person(actor.person) if wanted == "declared" and actor.person is not None else None
    return person is not None and any((one.kind, one.number) == (NATIONAL, number) for one in person.papers)


def _consent(actor: Actor, asked: Asked, number: str) -> tuple[UUID | None, str]:
    """The consent under which an officer submits, and by which answer of a register whoever consented speaks for the
    applicant, where that is another; a person who submits their own needs none.

    Errors: ``services.consent_missing``, ``services.consent_other``, ``services.mandate_unconfirmed``,
    ``people.right_missing``.
    """
    if actor.institution is None:
        return None, ""
    found = consent_for(actor, asked.consent, asked.institution, asked.service)
    if asked.applicant.kind != "person":
        return found.pk, require_spoken(found, asked.applicant.kind, number).proof
    if found.subject != number:
        raise CodedError("services.consent_other")
    return found.pk, ""


def check_service(actor: Actor, pinned: Pinned, asked: Asked) -> None:
    channel = "web" if actor.institution is None else "counter"
    if channel not in pinned.model.channels:
        raise CodedError("services.channel_closed", service=pinned.definition.title)
    if asked.applicant.kind not in pinned.model.applicants:
        raise CodedError("services.kind_refused", service=pinned.definition.title)


def checked(
    pinned: Pinned, asked: Asked, number: str, told: Mapping[str, Told] = _NOTHING, away: set[str] | None = None
) -> Submitted:
    """What a submission says; errors as `submit`. Facts on which questions depend are asked for, or `told`.

    `away`: holders that do not answer just now, who are not asked again; whoever is found to be is added.
    """
    day, start = today(clock()), pinned.model.start
    assert start is not None, "a service without states is not published"
    found, facts = _told_and_checked(pinned, asked, number, told, set() if away is None else away)
    if found.errors:
        raise InvalidAnswersError(tuple(found.errors))
    if found.waiting:
        raise CodedError("services.facts_missing", facts=sorted(found.waiting))
    applicant = _applicant(asked, number)
    due = due_of(start, pinned.service, ground_of(day, applicant, facts))
    return Submitted(applicant, found.values, start.name, facts, due)


def fetched_facts(pinned: Pinned, asked: Asked, number: str, told: Mapping[str, Told]) -> dict[str, Told]:
    """What holders say of the facts on which questions depend, beside those that are `told`, as far as they answer."""
    _, facts = _told_and_checked(pinned, asked, number, told, set())
    return {name: one for name, one in facts.items() if name not in told}


def _told_and_checked(
    pinned: Pinned, asked: Asked, number: str, told: Mapping[str, Told], away: set[str]
) -> tuple[Answered, dict[str, Told]]:
    """Answers as they are checked, and on which facts: those that are `told`, and what holders say of the others."""
    day, applicant, facts = today(clock()), _applicant(asked, number), dict(told)
    found = check_answers(pinned.service, asked.answers, ground_of(day, applicant, facts))
    while found.waiting and (fresh := _fetched(pinned, found, ground_of(day, applicant, facts), away)):
        facts |= fresh
        found = check_answers(pinned.service, asked.answers, ground_of(day, applicant, facts))
    return found, facts


def ground_of(day: date, applicant: Mapping[str, object], facts: Mapping[str, Told]) -> Ground:
    """What answers are checked on."""
    known = {name: NOTHING if one.value is None else one.value for name, one in facts.items()}
    return Ground(day, facts=known, applicant=applicant)


def _applicant(asked: Asked, number: str) -> dict[str, object]:
    return Applicant(number, asked.applicant.born, asked.applicant.kind).facts()


def _fetched(pinned: Pinned, found: Answered, ground: Ground, away: set[str]) -> dict[str, Told]:
    """What holders say of the facts that are waited for, and of those by whose values these are found."""
    ground, told = replace(ground, answers=found.values), {}
    for name in with_inputs(pinned.service, ground.facts, sorted(found.waiting)):
        holder = pinned.model.facts[name].holder
        if holder in away:
            continue
        try:
            one = fetch_fact(pinned, ground, name, str(new_id()), _person(ground.applicant))
        except UnansweredError as error:
            if holder is not None and error.reason == AWAY:
                away.add(holder)
            continue
        if one is not None:
            told[name] = one
    return told


def _person(applicant: Mapping[str, object]) -> str:
    return person_of(subject_of(str(applicant["kind"]), str(applicant["number"])))


def new_row(actor: Actor, pinned: Pinned, asked: Asked, number: str) -> Case:
    """The row of a case that is about to be submitted."""
    case = asked.case or new_id()
    return Case(
        id=case,
        institution=asked.institution,
        service=asked.service,
        pin_id=pinned.digest,
        subject=subject_of(asked.applicant.kind, number),
        person=None if actor.institution else actor.person,
        channel=actor.channel,
        lot=secrets.randbelow(MAX_LOT),
        number=short_number(case),
        made_at=clock().now(),
    )


def submitted_before(case: UUID, actor: Actor, asked: Asked, number: str) -> SubmittedCase | None:
    """What was submitted under an id before, if it is the same; another thing: ``services.case_differs``."""
    row = Case.objects.filter(pk=case).first()
    if row is None:
        return None
    first = open_case(case).acts[0]
    said: Any = first.content
    subject = subject_of(asked.applicant.kind, number)
    same = (row.institution, row.service, row.subject) == (asked.institution, asked.service, subject)
    if not same or first.person != actor.person or not _same_answers(row, said, asked, number):
        raise CodedError("services.case_differs")
    receipt = receipt_of(act_id(case, 1)) or finish(act_id(case, 1))
    return SubmittedCase(case, receipt)


def _same_answers(row: Case, said: Submitted, asked: Asked, number: str) -> bool:
    again = checked(open_pinned(row.pin_id), asked, number, said.facts)
    return (again.answers, again.applicant) == (said.answers, said.applicant)
