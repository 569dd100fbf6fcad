"""Judging a sealed summary whose signature holds: key, status and dates; the worst finding is the answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from uruk.kernel.api import BAGHDAD, LANGUAGES, CodedError, Text, format_date
from uruk.trust.directory import Directory
from uruk.trust.directory_entries import DocumentType, InstitutionEntry, SealKey, TypeField
from uruk.trust.qr import QrPayload
from uruk.trust.status import DocumentStatus, StatusList
from uruk.trust.verdicts import GENUINE, REFUSED, UNDECIDED, FieldValue, Verdict

KEYS_MAX_AGE = timedelta(days=8)  # published daily; seven days' grace for who was offline
CLOCK_TOLERANCE = timedelta(minutes=5)

_Finding = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """A summary, whose key sealed it, and what is known at the moment of judging."""

    payload: QrPayload
    institution: InstitutionEntry
    seal: SealKey
    directory: Directory
    lists: Sequence[StatusList]
    at: datetime
    proved_at: datetime | None = None

    @property
    def today(self) -> date:
        """The day of judging in Baghdad."""
        return self.at.astimezone(BAGHDAD).date()

    @property
    def type(self) -> DocumentType | None:
        """What the directory says about the document's type."""
        return self.institution.types.get(self.payload.type)

    @cached_property
    def list(self) -> StatusList | None:
        """The newest list that speaks of this document, or None."""
        path = self.institution.status_lists.get(self.payload.list_year)
        subject = None if path is None else f"{self.directory.host}{path}"
        found = [each for each in self.lists if (each.subject, each.institution) == (subject, self.institution.code)]
        return max(found, key=lambda each: each.issued, default=None)

    @cached_property
    def status(self) -> DocumentStatus | None:
        """What that list says, or None where it says nothing."""
        try:
            return self.list.status(self.payload.index) if self.list else None
        except CodedError:
            return None


def judge(case: Case) -> Verdict:
    """The verdict on a case: what refuses comes first, then what cannot be told, then what was issued."""
    verdict = _findings(case)
    for code, values in _refusals(case):
        return verdict.with_answer(REFUSED, code, **values)
    for code, values in _doubts(case):
        return verdict.with_answer(UNDECIDED, code, **values)
    code = "issued" if case.payload.original is None else "issued_original"
    names = {"institution": case.institution.names, "date": day_text(case.payload.issued)}
    return verdict.with_answer(GENUINE, code, **names, type=verdict.type)


def day_text(day: date) -> Text:
    """A day in words, in each language."""
    return Text(**{language: format_date(day, language) for language in LANGUAGES})


def _refusals(case: Case) -> Iterator[_Finding]:
    names = {"institution": case.institution.names}
    if case.payload.institution != case.institution.code:
        yield "qr_other_key", {"institution": _claimed_names(case)}
    start, end = _day_bounds(case.payload.issued)
    problem = case.seal.problem(start, end, case.proved_at)
    if problem == "compromised" and case.seal.compromised_since:
        since = case.seal.compromised_since.astimezone(BAGHDAD).date()
        yield "seal_compromised", names | {"date": day_text(since)}
    elif problem:
        yield f"seal_{problem}", names
    if case.status in {"revoked", "replaced"}:
        yield f"document_{case.status}", names
    if case.payload.expires and case.payload.expires < case.today:
        yield "document_expired", names | {"date": day_text(case.payload.expires)}


def _doubts(case: Case) -> Iterator[_Finding]:
    earliest = case.at + CLOCK_TOLERANCE
    known = [case.directory.published] + ([case.list.issued] if case.list else [])
    if any(earliest < moment for moment in known) or case.payload.issued > case.today:
        yield "clock_wrong", {"date": day_text(case.today)}
    if case.type is None:
        yield "type_unlisted", {"institution": case.institution.names}
    if case.list is None or case.status is None:
        yield "status_missing", {"institution": case.institution.names}
    elif case.at >= case.list.expires:
        yield "status_stale", {"date": day_text(case.list.issued.astimezone(BAGHDAD).date())}
    if case.at - case.directory.published > KEYS_MAX_AGE:
        yield "keys_stale", {"date": day_text(case.directory.published.astimezone(BAGHDAD).date())}


def _findings(case: Case) -> Verdict:
    """Everything the summary says, before it is judged."""
    payload, kind = case.payload, case.type
    verdict = Verdict(
        exit=UNDECIDED,
        code="trust.status_missing",
        institution=case.institution.names,
        institution_code=case.institution.code,
        type=kind.names if kind else None,
        type_code=kind.code if kind else None,
        document_id=payload.id,
        fields=tuple(_field_values(case)),
        issued=payload.issued,
        expires=payload.expires,
        status=case.status or "unknown",
        status_until=case.list.issued if case.list else None,
        grade="timestamped" if case.proved_at else "sealed",
        original=payload.original,
        proved_at=case.proved_at,
        demonstration=case.directory.demonstration,
    )
    return _remarked(verdict, case)


def _remarked(verdict: Verdict, case: Case) -> Verdict:
    if case.directory.demonstration:
        verdict = verdict.with_warning("demonstration")
    if case.proved_at is None:
        verdict = verdict.with_warning("time_by_institution")
    if case.payload.shortened:
        verdict = verdict.with_warning("fields_shortened")
    return verdict


def _field_values(case: Case) -> Iterator[FieldValue]:
    known = case.type.fields if case.type else {}
    for number, value in sorted(case.payload.fields.items()):
        entry = known.get(number) or _unnamed(number)
        shortened = number in case.payload.shortened
        yield FieldValue(number, entry.name, entry.label, entry.type, value, shortened, entry.choices)


def _unnamed(number: int) -> TypeField:
    return TypeField(str(number), Text(f"الحقل {number}", f"خانەی {number}", f"Field {number}"), "text")


def _claimed_names(case: Case) -> Text | str:
    claimed = case.directory.institutions.get(case.payload.institution)
    return claimed.names if claimed else case.payload.institution[:64]


def _day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first and the last moment of a day in Baghdad."""
    return datetime.combine(day, time.min, BAGHDAD), datetime.combine(day, time.max, BAGHDAD)
