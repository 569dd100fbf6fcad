"""Replaying a case: each act with what it was decided on, its receipt checked, its rule applied anew."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from uruk.acts.api import acknowledged
from uruk.definitions.api import Country, files_digest, reopen_country
from uruk.files.api import names_file
from uruk.kernel.api import Actor, CodedError, day_of
from uruk.publishing.api import kinds
from uruk.services.applying.consenting import consent_of
from uruk.services.applying.keeping import load_file
from uruk.services.auditing.finding import require_auditor
from uruk.services.auditing.proving import Prover
from uruk.services.auditing.views import PinnedRules, Proof, Replay, ReplayedAct, Source
from uruk.services.domain.cases.contents import (
    Content,
    Effected,
    FactTold,
    Moved,
    Reviewed,
    Submitted,
    Told,
    read_content,
)
from uruk.services.domain.cases.folding import Done, Unfolded, fold
from uruk.services.domain.cases.reasoning import known_values
from uruk.services.domain.cases.rejudging import Difference, rejudge
from uruk.services.domain.cases.stepping import turn_of
from uruk.services.domain.judging.judging import facts_behind
from uruk.services.domain.linked import Service
from uruk.services.models import CaseAct, PinnedService
from uruk.services.noting import note_case
from uruk.services.past import past_act
from uruk.services.pins import Pinned
from uruk.services.running.consulting import check_review
from uruk.services.running.recording import TYPES, Opened, act_id, open_case
from uruk.services.telling import EVERYTHING
from uruk.services.views import ActView

# What is done just after midnight may have been reckoned just before it.
_RECKONED_WITHIN = timedelta(minutes=10)


def replay(actor: Actor, case: UUID) -> Replay:
    """A case of the institution from its first act on, each checked and judged again; noted as a reading first.

    For an office with the right ``read-cases``, which says its purpose. Errors: ``services.case_unknown``,
    ``services.purpose_missing``, ``services.case_forgotten``, ``services.service_broken``, ``people.right_missing``,
    ``people.role_not_held``, those of `acts.record_read`.
    """
    found = _looked_at(actor, case)
    consent, prover = consent_of(found), Prover(found.row.institution)
    return Replay(
        id=case,
        institution=found.row.institution,
        service=found.row.service,
        subject=found.row.subject,
        channel=found.row.channel,
        acts=tuple(_acts(found, prover)),
        rules=pinned_rules(found),
        kept=found.standing.kept,
        consent=consent,
        consent_proof=None if consent is None else prover.prove_consent(consent),
    )


def replayed_paper(actor: Actor, case: UUID) -> bytes:
    """The paper on which the person of a case consented, for an auditor.

    Errors: as `replay`; ``services.file_unknown`` where there is none.
    """
    consent = consent_of(_looked_at(actor, case))
    if consent is None or not consent.paper:
        raise CodedError("services.file_unknown")
    return load_file(case, consent.paper)


def replayed_file(actor: Actor, case: UUID, sha256: str) -> bytes:
    """A file that an act of a case names, as an answer or as said with an action, for an auditor.

    Errors: as `replay`; ``services.file_unknown``.
    """
    found = _looked_at(actor, case)
    if not any(names_file(msgspec.to_builtins(one.content), sha256) for one in found.acts):
        raise CodedError("services.file_unknown")
    return load_file(case, sha256)


def _looked_at(actor: Actor, case: UUID) -> Opened:
    """The case, once it is noted that somebody looks at all of it, and why."""
    require_auditor(actor)
    if not (actor.purpose or "").strip():
        raise CodedError("services.purpose_missing")
    found = open_case(case)
    if found.row.institution != actor.institution:
        raise CodedError("services.case_unknown")
    note_case(actor, found)
    return found


def pinned_rules(case: Opened) -> PinnedRules:
    """The rules that a case runs on, as they were frozen; their digest is reckoned from what is there now."""
    files = PinnedService.objects.get(pk=case.row.pin_id).files
    digest = files_digest({name: text.encode() for name, text in files.items()}).hex()
    laws = _country_of(case.row.pin_id).shared.laws
    return PinnedRules(case.pinned.definition, digest, digest == case.row.pin_id, files, laws)


@lru_cache(maxsize=64)
def _country_of(digest: str) -> Country:
    """What is frozen never changes, so one copy serves the process."""
    files = PinnedService.objects.get(pk=digest).files
    return reopen_country({name: text.encode() for name, text in files.items()}, kinds())


# -- act by act --------------------------------------------------------------------------------------------------------


def _acts(case: Opened, prover: Prover) -> Iterator[ReplayedAct]:
    service, standing = case.pinned.service, Unfolded()
    for row in acknowledged(CaseAct.objects.filter(case=case.id).order_by("seq")):
        act = Done(row.seq, row.at, read_content(row.content or ""), row.person, row.role, row.program)
        before, standing = standing, fold((act,), standing)
        day, proof = day_of(row.at), prover.prove(case.row, row)
        turn = turn_of(service, standing, day)
        yield ReplayedAct(
            view=_view(case.id, row, act.content),
            past=past_act(case, act, EVERYTHING),
            inputs=dict(_inputs(service, before, act)),
            state=standing.entry.state,
            due=standing.entry.due,
            task=turn.task,
            parties=turn.parties,
            closed=turn.closed,
            values=known_values(service, standing, day),
            differences=_proved(case.pinned, before, act, proof, rejudge(service, before, act, _days(row.at))),
            proof=proof,
        )


def _proved(
    pinned: Pinned, before: Unfolded, act: Done, proof: Proof, found: tuple[Difference, ...] | None
) -> tuple[Difference, ...] | None:
    """The same differences, and what an act leans on that is not there: a second person, another's decision."""
    lacking = (*_second(pinned.service, before, act, proof), *_decision(pinned, before, act))
    return (*(found or ()), *lacking) if lacking else found


def _second(service: Service, before: Unfolded, act: Done, proof: Proof) -> Iterator[Difference]:
    """That a decision of two persons is one person's."""
    if not isinstance(act.content, Moved):
        return
    actions = service.definition.states[before.entry.state].actions
    second = next((one.second for one in actions if one.name == act.content.by), None)
    if second is not None and not proof.two_persons:
        yield Difference("second", "", second)


def _decision(pinned: Pinned, before: Unfolded, act: Done) -> Iterator[Difference]:
    """That the receipt of another institution's decision does not prove it."""
    if not isinstance(act.content, Reviewed):
        return
    try:
        check_review(pinned, before.entry.state, act.content)
    except CodedError as error:
        yield Difference("receipt", act.content.by, error.code)


def _view(case: UUID, row: CaseAct, content: Content) -> ActView:
    return ActView(
        act_id(case, row.seq),
        row.seq,
        TYPES[type(content)][0],
        row.at,
        row.person or row.program,
        row.role,
        row.channel,
        msgspec.to_builtins(content),
        row.mandate,
    )


def _days(at: datetime) -> tuple[date, ...]:
    return tuple(dict.fromkeys((day_of(at), day_of(at - _RECKONED_WITHIN))))


# -- what an act was decided on ----------------------------------------------------------------------------------------


def _inputs(service: Service, before: Unfolded, act: Done) -> Iterator[tuple[str, Source]]:
    """Facts with who told them and by which answer or record, and the answers; of an effect what it was done with."""
    match act.content:
        case Submitted(_, answers, _, facts):
            yield from _facts(facts, facts)
            yield from ((f"answers.{name}", Source(one, "applicant", "")) for name, one in answers.items())
        case FactTold(fact, told):
            yield f"facts.{fact}", _source(told)
        case Moved(by=by, start=start) if by.startswith("next."):
            yield from _of_rules(service, before, start)
        case Effected(entry, position):
            yield from _of_effect(service, before, entry, position)


def _of_rules(service: Service, case: Unfolded, state: str) -> Iterator[tuple[str, Source]]:
    needs = {need for typed in service.rules.get(state, ()) if typed is not None for need in typed.needs}
    needs |= {need for typed in service.conditions.values() for need in typed.needs}
    yield from _facts(case.facts, facts_behind(service, frozenset(needs)))
    yield from ((f"answers.{name}", Source(one, "applicant", "")) for name, one in case.answers.items())


def _of_effect(service: Service, case: Unfolded, entry: int, position: int) -> Iterator[tuple[str, Source]]:
    effect = service.effects[case.entered[entry]][position]
    needs = {need for typed in effect.all_typed for need in typed.needs}
    yield from _facts(case.facts, facts_behind(service, frozenset(needs)))


def _facts(told: Mapping[str, Told], names: Any) -> Iterator[tuple[str, Source]]:
    yield from ((f"facts.{name}", _source(told[name])) for name in names if name in told)


def _source(told: Told) -> Source:
    return Source(told.value, told.source, told.reference)
