"""A program hands in for people, one or many at once, under the consents that officers noted.

What comes at once is one batch of acts, each with an outcome of its own: what is wrong with one hinders no other.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec import structs

from uruk.acts.api import clock, write_many
from uruk.kernel.api import Actor, CodedError, new_id, today
from uruk.people.api import require_service_program
from uruk.publishing.api import held_country
from uruk.services.applying.consenting import COUNTER, check_for_program, open_consents, said_in, use_up
from uruk.services.applying.keeping import kept_files
from uruk.services.applying.submitting import (
    Applicant,
    Asked,
    InvalidAnswersError,
    SubmittedCase,
    check_service,
    checked,
    ground_of,
    new_row,
    submitted_before,
)
from uruk.services.domain.cases.contents import Submitted
from uruk.services.domain.definition import ServiceDefinition
from uruk.services.domain.judging.answering import check_answers
from uruk.services.models import Case, Consent, short_number
from uruk.services.pins import Pinned, current_service
from uruk.services.programs.finding import statuses_of
from uruk.services.programs.views import CaseStatus, HandedIn, ToHandIn, TriedAnswers
from uruk.services.running.recording import case_rows, record_together
from uruk.trust.api import Receipt

# As many as a page of cases has.
MAX_BATCH = 200
# So long holders of facts are asked for one batch: an answer that comes late helps nobody who has hung up.
ASKING = timedelta(seconds=20)
Problems = Sequence[tuple[str, CodedError]]
# What else is wrong with answers, by path: for a caller that takes each in one form only.
Misfits = Callable[[ServiceDefinition, Mapping[str, Any]], Problems]
# Somebody else came first, with the case or with the consent.
_OVERTAKEN = frozenset({"services.case_moved", "services.consent_missing"})


def _taken_as_typed(_: ServiceDefinition, __: Mapping[str, Any]) -> Problems:
    return ()


def submit_by_program(
    actor: Actor,
    service: str,
    consent: UUID,
    answers: Mapping[str, object],
    case: UUID | None = None,
    misfits: Misfits = _taken_as_typed,
) -> HandedIn:
    """Hand in a case for whoever gave a consent, which an officer noted with their card before them.

    For a program whose role brings the right ``see-person``. `case`: an id of the caller's, under which the same again
    is harmless. Errors: ``people.role_not_held``, ``people.service_not_named``, ``people.right_missing``,
    ``services.consent_missing`` (none of this service, too old, or used), ``services.case_differs``, those of
    `services.submit` about service and answers; of a file that was not kept before: ``services.file_unknown``.
    """
    (done,) = submit_many_by_program(actor, service, (ToHandIn(case or new_id(), consent, answers),), misfits)
    if isinstance(done, CodedError):
        raise done
    return done


def submit_many_by_program(
    actor: Actor, service: str, several: Sequence[ToHandIn], misfits: Misfits = _taken_as_typed
) -> tuple[HandedIn | CodedError, ...]:
    """Hand in up to `MAX_BATCH` cases, each for whoever gave its consent; what became of each, in the same order.

    Of those that name one case or one consent the first goes first. An outcome may be each error of `submit_by_program`
    that is about one case. Raised are those about the program and the service, ``services.batch_too_large``, those of
    `acts.perform_together`; the same again is harmless then too.
    """
    found: dict[int, HandedIn | CodedError] = {}
    with held_country():
        batch = _Batch(actor, service, several, misfits)
        while left := [at for at in range(len(several)) if at not in found]:
            turn = list(_one_of_each(several, left))
            found |= zip(turn, batch.hand_in([several[at] for at in turn]), strict=True)
    return tuple(found[at] for at in range(len(several)))


def try_many_by_program(
    actor: Actor, service: str, several: Sequence[ToHandIn], misfits: Misfits = _taken_as_typed
) -> tuple[TriedAnswers | CodedError, ...]:
    """Whether these cases may be handed in, as far as that is known without asking holders of facts; nothing is kept.

    Outcomes and errors as `submit_many_by_program`.
    """
    return _Batch(actor, service, several, misfits).try_out(several)


def _one_of_each(several: Sequence[ToHandIn], places: Sequence[int]) -> Iterator[int]:
    """The first of those that name one case or one consent: the others see then what became of it."""
    cases, consents = set[UUID](), set[UUID]()
    for at in places:
        one = several[at]
        if one.case not in cases and one.consent not in consents:
            yield at
        cases.add(one.case)
        consents.add(one.consent)


@dataclass(frozen=True)
class _Ready:
    """A case that may be handed in."""

    row: Case
    content: Submitted
    consent: UUID


@dataclass(frozen=True)
class _There:
    """What is there of those that are handed in: their consents and the files under these, and which are cases."""

    consents: Mapping[UUID, Consent]
    files: Collection[tuple[UUID, str]]
    cases: Collection[UUID]


class _Batch:
    """What is handed in at once: by whom, to the service as it is now; and which holders do not answer meanwhile."""

    def __init__(self, actor: Actor, service: str, several: Sequence[ToHandIn], misfits: Misfits) -> None:
        if len(several) > MAX_BATCH:
            raise CodedError("services.batch_too_large", maximum=MAX_BATCH, count=len(several))
        self._actor, self._institution, self._service = actor, actor.institution or "", service
        require_service_program(actor, self._institution, service, COUNTER)
        self._pinned: Pinned = current_service(self._institution, service)
        self._misfits, self._away, self._until = misfits, set[str](), clock().now() + ASKING

    def hand_in(self, several: Sequence[ToHandIn]) -> list[HandedIn | CodedError]:
        """What becomes of cases that name each a case and a consent of its own."""
        there = self._there(several)
        found = [self._prepared(one, there) for one in several]
        try:
            done = self._recorded([one for one in found if isinstance(one, _Ready)])
        except CodedError as error:
            if error.code not in _OVERTAKEN:
                raise
            # Each finds out by itself whether it was the one.
            return [error] if len(several) == 1 else [self.hand_in((one,))[0] for one in several]
        done |= {one.case: one.receipt for one in found if isinstance(one, SubmittedCase)}
        status = statuses_of(done)
        return [
            outcome if isinstance(outcome, CodedError) else _handed_in(status[one.case], done[one.case])
            for one, outcome in zip(several, found, strict=True)
        ]

    def try_out(self, several: Sequence[ToHandIn]) -> tuple[TriedAnswers | CodedError, ...]:
        """Whether they may be handed in, one after the other."""
        there, first = self._there(several), dict[UUID, ToHandIn]()
        return tuple(self._tried(one, there, first) for one in several)

    def _there(self, several: Sequence[ToHandIn]) -> _There:
        consents = open_consents([one.consent for one in several], self._institution)
        asks_files = any(one.field.type == "file" for step in self._pinned.model.steps for one in step.questions)
        files = kept_files(consents) if asks_files else frozenset[tuple[UUID, str]]()
        return _There(consents, files, case_rows([one.case for one in several]).keys())

    def _prepared(self, one: ToHandIn, there: _There) -> _Ready | SubmittedCase | CodedError:
        """The case as it may be handed in, what was handed in under its id before, or what is wrong with it."""
        try:
            asked = self._asked(one, there)
            again = self._again(one, asked, there)
            if again is not None:
                return again
            content = checked(self._pinned, asked, asked.applicant.number, away=self._away_now())
            _refuse(_missing_files(self._pinned, one.consent, content.answers, there.files))
        except CodedError as error:
            return error
        row = new_row(self._actor, self._pinned, asked, asked.applicant.number)
        return _Ready(row, structs.replace(content, consent=str(one.consent)), one.consent)

    def _tried(self, one: ToHandIn, there: _There, first: dict[UUID, ToHandIn]) -> TriedAnswers | CodedError:
        """`first`: by case and by consent, what comes before it and may be handed in."""
        try:
            asked = self._asked(one, there)
            self._again(one, asked, there)
            if first.get(one.case, one) != one:
                raise CodedError("services.case_differs")
            if first.get(one.consent, one).case != one.case:
                raise CodedError("services.consent_missing")
            found = check_answers(
                self._pinned.service, one.answers, ground_of(today(clock()), asked.applicant.facts(), {})
            )
            _refuse([*found.errors, *_missing_files(self._pinned, one.consent, found.values, there.files)])
        except CodedError as error:
            return error
        first |= {one.case: one, one.consent: one}
        return TriedAnswers(
            self._pinned.definition, self._pinned.service, (), tuple(found.asked), tuple(sorted(found.waiting))
        )

    def _asked(self, one: ToHandIn, there: _There) -> Asked:
        """What is asked, and for whom, where the consent is good for it."""
        _refuse(self._misfits(self._pinned.model, one.answers))
        said = said_in(check_for_program(there.consents.get(one.consent), self._service, one.case))
        whom = Applicant(said.number, said.born)
        return Asked(self._institution, self._service, whom, one.answers, one.case, one.consent)

    def _again(self, one: ToHandIn, asked: Asked, there: _There) -> SubmittedCase | None:
        """What was handed in under its id before; where nothing was, whether the service takes it."""
        if one.case in there.cases:
            return submitted_before(one.case, self._actor, asked, asked.applicant.number)
        check_service(self._actor, self._pinned, asked)
        return None

    def _away_now(self) -> set[str]:
        """The holders who are not asked any more: who did not answer before, and all once it took too long."""
        if clock().now() > self._until:
            self._away |= {one.holder for one in self._pinned.model.facts.values() if one.holder is not None}
        return self._away

    def _recorded(self, ready: Sequence[_Ready]) -> dict[UUID, Receipt]:
        """The receipts of cases that are handed in now, all of them or none."""

        def rows() -> None:
            write_many([one.row for one in ready])
            use_up([(one.consent, one.row.pk) for one in ready])

        receipts = record_together(self._actor, [(one.row, 1, one.content) for one in ready], rows) if ready else []
        return {one.row.pk: receipt for one, receipt in zip(ready, receipts, strict=True)}


def _handed_in(status: CaseStatus, receipt: Receipt) -> HandedIn:
    return HandedIn(status, receipt, short_number(status.case))


def _refuse(problems: Iterable[tuple[str, CodedError]]) -> None:
    found = tuple(problems)
    if found:
        raise InvalidAnswersError(found)


def _missing_files(
    pinned: Pinned, consent: UUID, answers: Mapping[str, Any], kept: Collection[tuple[UUID, str]]
) -> Iterator[tuple[str, CodedError]]:
    """The answers that name a file which nobody handed in."""
    for step in pinned.model.steps:
        names = [one.field.name for one in step.questions if one.field.type == "file"]
        rows = [("", answers)] if step.repeat is None else _rows(step.name, answers)
        for before, row in rows:
            for name in names:
                if row.get(name) is not None and (consent, str(row[name])) not in kept:
                    yield f"{before}{name}", CodedError("services.file_unknown")


def _rows(step: str, answers: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(f"{step}.{place}.", row) for place, row in enumerate(answers.get(step) or ())]
