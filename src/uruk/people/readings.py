"""Who read my data: asked of every member that keeps personal data, over the exchange, and shown as one list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from uruk.acts.api import (
    READ,
    clock,
    country_directory,
    directory,
    hosted_institutions,
    subject_digest,
    usage_index,
)
from uruk.exchange.api import (
    USAGE_ASKED,
    FindUsage,
    MemberEntry,
    Names,
    ReceiptAnswer,
    ShownUsage,
    Usage,
    witnesses_for,
)
from uruk.kernel.api import Actor, CodedError, Text, parse_rfc3339
from uruk.people.asking import asker_of, own_number, personal_members
from uruk.trust.api import Directory, Receipt, VerifiedReceipt, verify_receipt

SHOWN_MAX = 50
Source = Literal["exchange", "officer", "claimed", "check", "program"]


@dataclass(frozen=True)
class MyReading:
    """Somebody read the person's data.

    `holder` (an institution's code, with its names) holds the data; `reader` is who read: another institution by its
    information system `system`, or the holder's own officers. `action` says why in a sentence, `purpose` in the
    reader's words; `law` is an article's code. `source` as in the usage index. `reference` is the act that proves it.
    """

    at: datetime
    holder: str
    holder_names: Text
    reader: Text
    system: str
    action: Text
    purpose: str
    law: str
    source: Source
    reference: UUID
    hidden_until: datetime | None = None
    hidden_law: str = ""


@dataclass(frozen=True)
class MyReadings:
    """One page of the list, newest first: those before `before` follow on the next. `silent`: who did not answer."""

    readings: tuple[MyReading, ...]
    total: int
    asked: tuple[Text, ...]
    silent: tuple[Text, ...]
    before: datetime | None = None


@dataclass(frozen=True)
class ReadingReceipt:
    """The receipt of one reading as its holder gave it (JSON), and what it proves.

    `names_me`: its statement names several persons by salted digests, and with `opening` (hex) mine is among them.
    """

    receipt: str
    proves: VerifiedReceipt
    opening: str = ""
    names_me: bool = False


def my_readings(actor: Actor, before: datetime | None = None, holder: str = "") -> MyReadings:
    """Ask everybody who read the actor's own data, before a moment or until now; fifty of them, the newest first.

    `holder`: only of the institution of this code. That they ask is an act of the institution that signs citizens in.
    Errors: ``people.sign_in_needed``, ``people.number_not_seen``, ``people.sign_in_elsewhere``,
    ``people.too_many_tries``.
    """
    number = own_number(actor, "readings")
    country = country_directory()
    if country is None:
        return _here(number, before, holder)
    members = [one for one in personal_members(country) if holder in ("", one.code)]
    asker = asker_of(actor, number, country, members, USAGE_ASKED)
    answers = asker.usages([str(one.member) for one in members], before, SHOWN_MAX + 1)
    return _merged(members, answers)


def my_receipt(actor: Actor, holder: str, reference: UUID) -> ReadingReceipt:
    """The receipt of one reading of the actor's own data, from the institution (code) that holds them, verified.

    Errors: as `my_readings`; ``people.reading_unknown``, ``exchange.usage_unanswered``, and of a receipt that does not
    verify its own.
    """
    number, country = own_number(actor, "readings"), country_directory()
    if country is None:
        return _receipt_here(number, holder, reference)
    member = next((one for one in country.members.values() if one.code == holder and one.left_at is None), None)
    if member is None:
        raise CodedError("people.reading_unknown")
    address = str(member.member)
    answer = asker_of(actor, number, country, [member], USAGE_ASKED).receipt(address, str(reference))
    keys, witnesses = country.keys(address), witnesses_for(country, address)
    proves = verify_receipt(Receipt.parse(answer.receipt), keys, author=holder, at=clock().now(), witnesses=witnesses)
    return _proved(answer, proves, number, reference)


# -- over the exchange -------------------------------------------------------------------------------------------------


def _merged(members: Iterable[MemberEntry], answers: Mapping[str, FindUsage | CodedError]) -> MyReadings:
    """One list of all that answered, cut where it must go on on the next page."""
    found: list[MyReading] = []
    asked, silent, total = [], [], 0
    for member in members:
        asked.append(member.names)
        readings = _readings(member, answers[str(member.member)])
        if readings is None:
            silent.append(member.names)
        else:
            found.extend(readings[1])
            total += readings[0]
    shown, before = _cut(found)
    return MyReadings(tuple(shown), total, tuple(asked), tuple(silent), before)


def _readings(member: MemberEntry, answer: FindUsage | CodedError) -> tuple[int, list[MyReading]] | None:
    """What a member said; None for silence, and for what cannot be read, which is no better."""
    if isinstance(answer, CodedError):
        return None
    try:
        return answer.total_usages, [_reading(member, one) for one in answer.usages]
    except (CodedError, ValueError):
        return None


def _reading(member: MemberEntry, one: ShownUsage) -> MyReading:
    detail = one.uruk
    if detail is None:
        raise ValueError("an answer without our part")
    return MyReading(
        at=parse_rfc3339(one.logtime),
        holder=member.code,
        holder_names=member.names,
        reader=_text(detail.receiver),
        system=one.receiver_system,
        action=_text(detail.action),
        purpose=detail.purpose,
        law=detail.law,
        source=detail.source,
        reference=UUID(detail.reference),
        hidden_until=parse_rfc3339(detail.hidden_until) if detail.hidden_until else None,
        hidden_law=detail.hidden_law,
    )


def _cut(found: list[MyReading]) -> tuple[list[MyReading], datetime | None]:
    """The newest fifty; whatever shares its second with the first left out is left to the next page with it."""
    ordered = sorted(found, key=lambda one: one.at, reverse=True)
    if len(ordered) <= SHOWN_MAX:
        return ordered, None
    second = ordered[SHOWN_MAX].at
    kept = [one for one in ordered[:SHOWN_MAX] if one.at > second]
    if not kept:  # more than fifty in one second: all of it is shown
        kept = [one for one in ordered if one.at == second]
        return kept, second
    return kept, second + timedelta(seconds=1)


# -- on a node that has joined no country ------------------------------------------------------------------------------


def _here(number: str, before: datetime | None, holder: str) -> MyReadings:
    """What this node's own institutions hold, where there is no exchange to ask anybody by."""
    keys, index, total = directory(), usage_index(), 0
    found: list[MyReading] = []
    hosted = sorted(code for code in hosted_institutions() if holder in ("", code))
    end = before or clock().now() + timedelta(seconds=1)
    for code in hosted:
        part = index.find(code, number, datetime.fromtimestamp(0, UTC), end, 0, SHOWN_MAX + 1)
        total += part.total
        found.extend(_own_reading(keys, one) for one in part.usages)
    shown, older = _cut(found)
    return MyReadings(tuple(shown), total, tuple(keys.institutions[code].names for code in hosted), (), older)


def _own_reading(keys: Directory, one: Usage) -> MyReading:
    names = keys.institutions[one.holder].names
    hidden = datetime.fromtimestamp(one.hidden_until, UTC) if one.hidden_until else None
    own = one.consumer == one.holder
    return MyReading(
        at=datetime.fromtimestamp(one.time, UTC),
        holder=one.holder,
        holder_names=names,
        reader=names if own else Text(one.consumer, one.consumer, one.consumer),
        system=one.consumer,
        action=_text(one.action),
        purpose=one.purpose,
        law=one.law,
        source=one.source,
        reference=UUID(bytes=one.reference),
        hidden_until=hidden,
        hidden_law=one.hidden_law,
    )


def _receipt_here(number: str, holder: str, reference: UUID) -> ReadingReceipt:
    usage = usage_index().get(holder, number, reference.bytes)
    if usage is None or not usage.receipt:
        raise CodedError("people.reading_unknown")
    answer = ReceiptAnswer(usage.receipt, usage.opening.hex())
    proves = verify_receipt(Receipt.parse(usage.receipt), directory(), author=holder, at=clock().now())
    return _proved(answer, proves, number, reference)


# -- both --------------------------------------------------------------------------------------------------------------


def _proved(answer: ReceiptAnswer, proves: VerifiedReceipt, number: str, reference: UUID) -> ReadingReceipt:
    """The receipt, if it is that of the act it was asked for; and whether it names this person."""
    if proves.statement.act != reference:
        raise CodedError("people.reading_unknown")
    names_me = proves.statement.type == READ and _names(proves, answer.opening, number)
    return ReadingReceipt(answer.receipt, proves, answer.opening, names_me)


def _names(proves: VerifiedReceipt, opening: str, number: str) -> bool:
    try:
        digest = subject_digest(bytes.fromhex(opening), number)
    except ValueError:
        return False
    subjects = proves.statement.body.get("subjects")
    return isinstance(subjects, list) and digest in subjects


def _text(names: Names) -> Text:
    return Text(names.ar, names.ckb, names.en)
