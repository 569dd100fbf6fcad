"""Officers and programs read records: noted as an act before anything is shown, and told to whose they are."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import chain, repeat
from typing import Any
from uuid import UUID

import structlog
from msgspec import structs

from uruk.acts.domain.deed import Deed
from uruk.acts.events import Handler, subscribe
from uruk.acts.models import Read
from uruk.acts.node import clock, node_settings
from uruk.acts.performing import find_statement, perform, receipt_of
from uruk.acts.statements import add_once, derived_transaction, find_row, stored
from uruk.acts.visibility import has_receipt
from uruk.exchange.api import Source, Usage, UsageIndex, names_of, normalised
from uruk.kernel.api import Actor, CodedError, Text, new_id
from uruk.trust.api import Receipt, Statement, parse_statement

READ = "record.read"
# Looking at one record again and again within this time is one reading: a page and its pictures, or a page reloaded.
ONE_READING = timedelta(minutes=10)
_KEPT = timedelta(days=1)
_SALT_BYTES = 16
_CONTEXT = b"uruk/read/subject/v1\n"
_READ_AT = Read._meta.get_field("read_at")
_SHOWN_BEFORE = f"SELECT 1 FROM acts_read WHERE key = %s AND read_at > %s AND {has_receipt('acts_read.act_id')} LIMIT 1"  # noqa: S608
_LOG = structlog.get_logger("uruk.acts")


@dataclass(frozen=True)
class Reading:
    """What an officer is about to be shown.

    `kind` such as "document.read"; `sentence`: what the persons are told of it; `subjects`: their numbers; `records`:
    what is shown, by its own ids; `law`: the article on which it stands, where it is known. `of`: what kept it (a
    registry's code), `fields`: the names of what is shown of it; both may be said to everybody.
    """

    kind: str
    sentence: Text
    subjects: Sequence[str]
    records: Sequence[str]
    law: str = ""
    of: str = ""
    fields: Sequence[str] = ()


def usage_index() -> UsageIndex:
    """The node's index of who read whose data."""
    return UsageIndex(node_settings().data / "usage", clock())


def record_read(actor: Actor, reading: Reading) -> None:
    """Note that an officer is shown records of persons, as an act of their institution; call it before showing them.

    Nothing is noted of what a person reads of their own, nor where no person's number is among it. The same officer
    shown the same again within ten minutes is one reading. Errors as `perform`: then nothing may be shown.
    """
    subjects = sorted({number for number in map(_plain, reading.subjects) if number})
    if actor.institution is None or not subjects:
        return
    key = _key(actor, reading)
    if find_row(_SHOWN_BEFORE, key, stored(_READ_AT, clock().now() - ONE_READING)) is not None:
        return
    kept: list[Read] = []
    receipt = perform(actor, _deed(actor, reading, new_id(), key, subjects, kept))
    try:
        # What is at hand needs not be looked up, as the event's job would.
        _index(kept[0], parse_statement(receipt.statement), receipt)
    except CodedError as error:
        _not_yet(kept[0].act_id, error)


def index_now(handler: Handler, act_id: UUID) -> None:
    """Give an act to the index at once by the handler of its event; where that fails the event's job tries again."""
    try:
        handler({"act": str(act_id)})
    except CodedError as error:
        _not_yet(act_id, error)


def _not_yet(act_id: UUID, error: CodedError) -> None:
    _LOG.error("a reading is not indexed yet", act=str(act_id), error=error.code)


def index_act(act_id: UUID, sentence: Text, number: str, source: Source = "officer") -> None:
    """Show an act of another type, by which one person's record was shown, among the readings of that person."""
    statement = find_statement(act_id)
    if statement is not None and _plain(number):
        usage = _usage(statement, receipt_of(act_id), statement.type, sentence, _plain(number))
        usage_index().add([structs.replace(usage, source=source)])


def subject_digest(salt: bytes, number: str) -> bytes:
    """How the statement of a reading names a person: whoever has the salt and the number finds it there."""
    return sha256(_CONTEXT + salt + number.encode()).digest()


def index_read(payload: dict[str, Any]) -> None:
    """Give an acknowledged reading to the index; the numbers are kept nowhere else afterwards."""
    row = Read.objects.filter(pk=payload["act"]).first()
    statement = find_statement(row.pk) if row is not None and row.subjects else None
    if row is not None and statement is not None:
        _index(row, statement, receipt_of(row.pk))


def _index(row: Read, statement: Statement, receipt: Receipt | None) -> None:
    usage_index().add(_usages(row, statement, receipt))
    # Should a power cut take this, the event's job gives the index the same rows once more.
    with derived_transaction():
        Read.objects.filter(pk=row.pk).update(subjects=[])


def forget_readings(_: dict[str, Any]) -> None:
    """Delete rows of yesterday that the index has, and what is beyond the index's own retention."""
    Read.objects.filter(subjects=[], read_at__lt=clock().now() - _KEPT).delete()
    usage_index().retire()


def _deed(
    actor: Actor, reading: Reading, act_id: UUID, key: str, subjects: Sequence[str], rows_kept: list[Read]
) -> Deed:
    pairs = [(number, secrets.token_bytes(_SALT_BYTES)) for number in subjects]

    def rows(act: UUID) -> None:
        kept = [[number, salt.hex()] for number, salt in pairs]
        sentence = reading.sentence.as_dict()
        row = Read(act_id=act, key=key, sentence=sentence, subjects=kept, read_at=clock().now())
        add_once(row)
        rows_kept.append(row)

    body: dict[str, Any] = {
        "kind": reading.kind,
        "as": actor.role or "",
        "purpose": actor.purpose or "",
        "law": actor.law or reading.law,
        "subjects": sorted(subject_digest(salt, number) for number, salt in pairs),
    }
    if actor.program is not None:
        body["program"] = actor.program.bytes
    if reading.of:
        body |= {"of": reading.of, "fields": sorted(reading.fields)}
    return Deed(type=READ, role="read", author=actor.institution or "", body=body, rows=rows, act_id=act_id)


def _usages(row: Read, statement: Statement, receipt: Receipt | None) -> Iterator[Usage]:
    first = _usage(statement, receipt, str(statement.body["kind"]), Text.parse(row.sentence), "")
    # An act of a thousand persons has one receipt, which the index keeps once.
    receipts = chain((first.receipt,), repeat(""))
    for (number, salt), text in zip(row.subjects, receipts, strict=False):
        yield structs.replace(first, subject=number, opening=bytes.fromhex(salt), receipt=text)


def _usage(statement: Statement, receipt: Receipt | None, kind: str, sentence: Text, number: str) -> Usage:
    return Usage(
        subject=number,
        time=statement.time,
        holder=statement.author,
        consumer=statement.author,
        service=kind,
        action=names_of(sentence.as_dict()),
        purpose=str(statement.body.get("purpose", "")),
        law=str(statement.body.get("law", "")),
        reference=statement.act.bytes,
        source="program" if "program" in statement.body else "officer",
        receipt=receipt.to_json() if receipt else "",
    )


def _key(actor: Actor, reading: Reading) -> str:
    """One officer in one office, shown the same records in the same way for the same purpose."""
    who = (actor.holder, actor.institution, actor.role, actor.mandate, actor.purpose, actor.law)
    parts = (*map(str, who), reading.kind, *sorted(reading.records), *sorted(reading.subjects))
    return sha256("\n".join(parts).encode()).hexdigest()


def _plain(number: str) -> str:
    """The number as it is indexed; empty for what cannot be one (an unfinished draft holds whatever was typed)."""
    try:
        return normalised(number)
    except CodedError:
        return ""


subscribe(READ, index_read)
subscribe("node.hourly", forget_readings)
