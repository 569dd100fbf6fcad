"""Whose data an exchange is about, and the rows of the usage index that say so."""

from uruk.exchange.api import (
    RECORDS_GIVEN,
    Decision,
    EvidenceStore,
    HostedMember,
    Usage,
    UsageIndex,
    check_claimed,
    normalised,
    statements,
    subjects_of,
    unpack_usages,
)
from uruk.gateway.bodies import Body
from uruk.gateway.shaping import Shaped
from uruk.gateway.verifying import Heard


def subjects_in_request(decision: Decision | None, heard: Heard, body: Body) -> tuple[str, ...]:
    """The subjects that the request itself names; refused before it is forwarded where it claims another.

    `exchange.subject_not_found`, `exchange.subject_differs`, `exchange.request_not_json`.
    """
    if decision is None or not decision.endpoint.subjects:
        return ()
    rules = decision.endpoint.subjects
    found = subjects_of(rules, heard.target, body.data, None)
    if all(rule.where != "answer" for rule in rules):
        check_claimed(found, heard.said.subject)
    return found


def subjects_in_answer(decision: Decision | None, heard: Heard, body: Body, answer: Shaped) -> tuple[str, ...]:
    """The subjects of request and answer together; of the request alone where the answer is no success.

    The answer is read as the provider gave it, before it was cut to the agreed fields.
    """
    if decision is None or not decision.endpoint.subjects:
        return ()
    succeeded = answer.outcome == "answered" and 200 <= answer.status < 300
    told = (answer.body.data if answer.whole is None else answer.whole) if succeeded else None
    return subjects_of(decision.endpoint.subjects, heard.target, body.data, told)


def rows_of(
    decision: Decision | None,
    heard: Heard,
    subjects: tuple[str, ...],
    member: HostedMember,
    now: int,
    given: str = "",
) -> list[Usage]:
    """A row for each subject; where the endpoint names nobody, what the caller claims, marked as such.

    `given`: whose records a built-in service gives, which no agreement covers.
    """
    if decision is None:
        return [_given(heard, given, member, now)] if given else []
    claimed = heard.said.subject
    if not subjects and claimed:
        return [_row(decision, heard, normalised(claimed), member, now, True)]
    return [_row(decision, heard, one, member, now, False) for one in subjects]


def note(usage: UsageIndex, rows: list[Usage], batch: int) -> None:
    """Have the rows of one record of evidence written soon; `batch` is the number of the batch that it came with.

    The others of that batch may give theirs a moment later: until a later batch gives some it counts as not noted.
    """
    usage.add_later(rows, batch - 1)


def give_again(evidence: EvidenceStore, usage: UsageIndex) -> None:
    """What was answered just before a crash may be missing from the index; giving a row twice is harmless.

    A mark that is ahead of the evidence (its batch came to no disk) would keep what comes next from being given.
    """
    mark = min(usage.mark() or 0, evidence.number)
    usage.add_later([], mark)
    for number, record in evidence.after(mark):
        if record.usage:
            note(usage, unpack_usages(record.usage), number)


def _row(decision: Decision, heard: Heard, subject: str, member: HostedMember, now: int, claimed: bool) -> Usage:
    agreement, head = decision.agreement, heard.head
    return Usage(
        subject=subject,
        time=now,
        holder=member.institution,
        consumer=head.client,
        service=head.service,
        action=agreement.purpose,
        purpose=head.purpose,
        law=agreement.law,
        reference=statements.act_bytes(head.request, statements.ANSWERED),
        source="claimed" if claimed else "exchange",
        hidden_until=agreement.hidden_until,
        hidden_law=agreement.hidden_law,
    )


def _given(heard: Heard, subject: str, member: HostedMember, now: int) -> Usage:
    """That a person's sign-in institution was given their records, for them; on nobody's agreement and no law."""
    head = heard.head
    return Usage(
        subject=subject,
        time=now,
        holder=member.institution,
        consumer=head.client,
        service=head.service,
        action=RECORDS_GIVEN,
        purpose="",
        law="",
        reference=statements.act_bytes(head.request, statements.ANSWERED),
    )
