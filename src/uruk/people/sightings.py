"""Assurance: claims, and how a clerk or a handed-over code turns one into a person that was seen."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from uruk.acts.api import (
    Deed,
    Reading,
    clock,
    find_models,
    has_receipt,
    index_act,
    index_now,
    perform,
    record_read,
    standing,
    stored,
)
from uruk.kernel.api import Actor, CodedError, Text
from uruk.people import attempts
from uruk.people.domain.codes import code_text, plain_code
from uruk.people.domain.limits import CODES
from uruk.people.domain.papers import check_number
from uruk.people.models import HandOverCode, Paper, Sighting
from uruk.people.offices import require_right
from uruk.trust.api import Receipt, parse_statement

SEE_PERSON = "see-person"
SEEN = "person.seen"
HAND_OVER_DAYS = 30
_HAND_OVER_SYMBOLS = 10
_CLAIM_SYMBOLS = 6
# Looked through for one code; so many that nobody hides another's claim behind claims of their own.
CLAIMS_MAX = 20_000
# The numbers of a person that acknowledged acts say and none has ended, in the words of SQL.
_SEEN = (
    f"WHERE person_id = %s AND {has_receipt('people_sighting.act_id')} "
    f"AND NOT {has_receipt('people_sighting.ended_by_act')} ORDER BY seen_at"
)
_FOUND = Text(
    "بحث موظف عن حسابك برقمك وبالرمز الذي أعطيته",
    "فەرمانبەرێک بە ژمارەکەت و ئەو کۆدەی دات هەژمارەکەتی دۆزییەوە",
    "An officer found your account by your number and the code you gave",
)
_COMPARED = Text(
    "قارن موظف بطاقتك بحسابك",
    "فەرمانبەرێک کارتەکەتی لەگەڵ هەژمارەکەت بەراورد کرد",
    "An officer compared your card with your account",
)


@dataclass(frozen=True)
class HandOver:
    """A code to be handed to the holder of a number, with the document; it serves once, until ``expires_at``."""

    code: str
    expires_at: datetime


@dataclass(frozen=True)
class SeenPaper:
    """A number that is known to be a person's."""

    kind: str
    number: str
    seen_at: datetime
    how: str


def claim(person_id: UUID, kind: str, number: str) -> None:
    """Note that a person says a number is theirs; errors as ``check_number``. It shows nothing and blocks nobody."""
    kept = check_number(kind, number)
    Paper.objects.get_or_create(person_id=person_id, kind=kind, number=kept, defaults={"claimed_at": clock().now()})


def claim_code(person_id: UUID, kind: str, number: str) -> str:
    """The short code by which a clerk finds this claim among others of the same number; it is no secret."""
    return code_text(_digest_number("claim", person_id.hex, kind, number), _CLAIM_SYMBOLS)


def find_claim(actor: Actor, kind: str, number: str, code: str) -> UUID:
    """The person whose claim to a number bears the code, for an officer at the desk; ``people.claim_unknown``."""
    require_right(actor, SEE_PERSON)
    kept = check_number(kind, number)
    typed = plain_code(code)
    claims = Paper.objects.filter(kind=kind, number=kept).order_by("-claimed_at").values_list("person_id", flat=True)
    for person in claims[:CLAIMS_MAX]:
        if plain_code(claim_code(person, kind, kept)) == typed:
            record_read(actor, Reading("person.found", _FOUND, [kept], [str(person)]))
            return person
    raise CodedError("people.claim_unknown")


def see(actor: Actor, person_id: UUID, kind: str, number: str, *, replaces: bool = False) -> Receipt:
    """Have an officer say that they compared the card with the person who claims its number. An act, with receipt.

    A number that was seen to be another account's needs ``replaces``, which ends that. Errors:
    ``people.right_missing``, ``people.claim_unknown``, ``people.already_seen``.
    """
    require_right(actor, SEE_PERSON)
    kept = check_number(kind, number)
    institution = actor.institution or ""
    receipt = _sight(actor, institution, person_id, kind, kept, how="card", replaces=replaces)
    index_now(index_sighting, parse_statement(receipt.statement).act)
    return receipt


def index_sighting(payload: dict[str, Any]) -> None:
    """Show a person that an officer compared their card; also called after the act, should this be interrupted."""
    row = Sighting.objects.filter(act_id=payload["act"], how="card").first()
    if row is not None:
        index_act(row.act_id, _COMPARED, row.number)


def code_for(actor: Actor, kind: str, number: str) -> HandOver:
    """Make a code for the holder of a number, to be handed over with a document after comparing the card."""
    require_right(actor, SEE_PERSON)
    kept = check_number(kind, number)
    now = clock().now()
    text = code_text(secrets.randbits(64), _HAND_OVER_SYMBOLS)
    expires = now + timedelta(days=HAND_OVER_DAYS)
    HandOverCode.objects.create(
        digest=_code_digest(text),
        kind=kind,
        number=kept,
        institution=actor.institution,
        by=actor.person,
        made_at=now,
        expires_at=expires,
    )
    return HandOver(text, expires)


def redeem(actor: Actor, code: str) -> Receipt:
    """Turn a handed-over code into a sighting of whoever types it; they must have claimed that number.

    Errors: ``people.hand_over_refused`` (the same for unknown, used, expired and another's number),
    ``people.too_many_tries``, ``people.already_seen``.
    """
    person = actor.person
    if person is None:
        raise CodedError("people.sign_in_needed")
    counted = attempts.check_and_count(attempts.attempt_key("redeem", str(person)), CODES)
    row = HandOverCode.objects.filter(
        digest=_code_digest(code), used_at__isnull=True, expires_at__gt=clock().now()
    ).first()
    if row is None or not Paper.objects.filter(person_id=person, kind=row.kind, number=row.number).exists():
        raise CodedError("people.hand_over_refused")
    receipt = _sight(actor, row.institution, person, row.kind, row.number, how="code", code=row.pk)
    attempts.forgive(counted)
    return receipt


def seen_papers(person_id: UUID) -> tuple[SeenPaper, ...]:
    """The numbers known to be a person's, as acknowledged acts say: by these, records and documents are theirs."""
    # Asked several times for each page and act: put together once.
    rows = find_models(Sighting, _SEEN, stored(Sighting._meta.get_field("person"), person_id))
    return tuple(SeenPaper(row.kind, row.number, row.seen_at, row.how) for row in rows)


def holder_of(kind: str, number: str) -> UUID | None:
    """The person a number is known to belong to, or None."""
    row = standing(Sighting.objects.filter(kind=kind, number=number)).first()
    return None if row is None else row.person_id


def _sight(
    actor: Actor,
    institution: str,
    person_id: UUID,
    kind: str,
    number: str,
    *,
    how: str,
    replaces: bool = False,
    code: UUID | None = None,
) -> Receipt:
    if not Paper.objects.filter(person_id=person_id, kind=kind, number=number).exists():
        raise CodedError("people.claim_unknown")

    def rows(act_id: UUID) -> None:
        now = clock().now()
        if code is not None:
            _use_code(code, now)
        standing_one = _standing(person_id, kind, number, replaces)
        Sighting.objects.filter(pk=standing_one).update(ended_at=now, ended_by_act=act_id)
        Sighting.objects.create(
            act_id=act_id,
            person_id=person_id,
            kind=kind,
            number=number,
            institution=institution,
            by=actor.person,
            how=how,
            seen_at=now,
        )

    body = {"person": person_id.bytes, "kind": kind, "number": number, "how": how}
    deed = Deed(type=SEEN, role="decided", author=institution, body=body, rows=rows)
    try:
        return perform(actor, deed)
    except IntegrityError:
        # Two officers at once, for two accounts: the database let one of them through.
        raise CodedError("people.already_seen") from None


def _standing(person_id: UUID, kind: str, number: str, replaces: bool) -> UUID | None:
    """The sighting that the new one ends: the person's own, or another's where that was asked for."""
    rows = Sighting.objects.select_for_update().filter(kind=kind, number=number, ended_at__isnull=True)
    found = rows.first()
    if found is not None and found.person_id != person_id and not replaces:
        raise CodedError("people.already_seen")
    return None if found is None else found.pk


def _use_code(code: UUID, now: datetime) -> None:
    if not HandOverCode.objects.filter(pk=code, used_at__isnull=True).update(used_at=now):
        raise CodedError("people.hand_over_refused")


def _code_digest(code: str) -> str:
    data = f"uruk/people/code/v1\n{plain_code(code)}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), data, "sha256").hexdigest()


def _digest_number(*parts: str) -> int:
    data = "\n".join(("uruk/people/v1", *parts)).encode()
    return int.from_bytes(hmac.new(settings.SECRET_KEY.encode(), data, "sha256").digest(), "big")
