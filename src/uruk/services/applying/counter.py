"""At a counter: what was submitted for somebody, to be printed for them, and fees that are paid there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from uruk.acts.api import finish, receipt_of
from uruk.definitions.api import Definition
from uruk.kernel.api import Actor, CodedError, Text
from uruk.people.api import require_right
from uruk.services.applying.consenting import COUNTER, consent_of
from uruk.services.auditing.finding import cases_of_number
from uruk.services.domain.definition import FEE
from uruk.services.models import CaseStanding
from uruk.services.noting import note_case
from uruk.services.reading import fee_of
from uruk.services.rights import office_case
from uruk.services.running.recording import act_id
from uruk.services.telling import state_told
from uruk.services.views import ConsentView
from uruk.trust.api import Receipt


@dataclass(frozen=True)
class CounterSlip:
    """What is printed for whom a clerk applied for: what was asked, under which consent, and the receipt."""

    case: UUID
    institution: str
    definition: Definition
    applicant: Mapping[str, Any]
    at: datetime
    answers: Mapping[str, Any]
    facts: Mapping[str, Any]
    told: Text
    consent: ConsentView
    receipt: Receipt


@dataclass(frozen=True)
class FeeDue:
    """A case that waits for its fee: which service, and how much in whole dinars, where that is known."""

    case: UUID
    title: Text
    fee_iqd: int | None


def counter_slip(actor: Actor, case: UUID) -> CounterSlip:
    """What a clerk prints of a case that was submitted at a counter of their institution; noted as shown first.

    For an office with the right ``see-person``. Errors: ``services.case_unknown`` (also one that was not submitted at a
    counter), ``people.right_missing``, ``people.role_not_held``.
    """
    require_right(actor, COUNTER)
    found = office_case(actor, case)
    consent = consent_of(found)
    if consent is None:
        raise CodedError("services.case_unknown")
    note_case(actor, found)
    first = found.acts[0]
    return CounterSlip(
        case=case,
        institution=found.row.institution,
        definition=found.pinned.definition,
        applicant=found.standing.applicant,
        at=first.at,
        answers=found.standing.answers,
        facts={name: one.value for name, one in found.standing.facts.items()},
        told=state_told(found, found.pinned.model.states[found.standing.entry.state]),
        consent=consent,
        receipt=receipt_of(act_id(case, 1)) or finish(act_id(case, 1)),
    )


def fees_due(actor: Actor, number: str) -> tuple[FeeDue, ...]:
    """The cases of this number that wait for a fee, mostly one; nobody's data: `record_payment` ends the wait.

    For an office with the right ``see-person``. Errors: ``services.case_unknown`` (no case of this number),
    ``services.not_waiting`` (none that waits for a fee), ``people.right_missing``, ``people.role_not_held``.
    """
    require_right(actor, COUNTER)
    rows = CaseStanding.objects.filter(institution=actor.institution, case_id__in=cases_of_number(number))
    if not rows.exists():
        raise CodedError("services.case_unknown")
    opened = [office_case(actor, row.case_id) for row in rows.order_by("case_id")]
    due = [one for one in opened if one.pinned.model.states[one.standing.entry.state].waits == FEE]
    if not due:
        raise CodedError("services.not_waiting")
    return tuple(FeeDue(one.id, one.pinned.definition.title, fee_of(one)) for one in due)
