"""The kind `agreement`: which subsystem may ask which offer for which fields, why, on which law, until when."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from uruk.definitions.api import Context, Cursor, Findings, ListNode, Parsed, Parsings
from uruk.exchange.kinds.subsystem import Asking, OfferDefinition, Offering, SubsystemDefinition, is_offering
from uruk.exchange.snapshot import DEFAULT_BODY_LIMIT_BYTES, Limits

DEMANDS = ("purpose", "legal-basis", "subject")
MAX_BODY_KIB = 1 << 20
MAX_KEEP_DAYS = 3650
DEFAULT_KEEP_DAYS = 365
MAX_PER_MINUTE, MAX_PER_DAY = 1_000_000, 1_000_000_000
ALL = "all"
NO_LIMITS = Limits()


@dataclass(frozen=True)
class Reference:
    """What an agreement names of an institution: its subsystem, and of that an offer ("" for a consumer)."""

    institution: str
    system: str
    offer: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.institution, self.system, self.offer) if part)


@dataclass(frozen=True)
class AgreementDefinition:
    """An agreement as its provider wrote it. `fields` None: everything may come back; `endpoints` (): all of the offer.

    Both days of the period are included. `hidden_until`: the last day on which its subjects do not see it.
    """

    consumer: Reference
    offer: Reference
    endpoints: tuple[str, ...]
    fields: tuple[str, ...] | None
    law: str
    valid_from: datetime.date
    valid_until: datetime.date
    limits: Limits = NO_LIMITS
    body_limit_bytes: int = DEFAULT_BODY_LIMIT_BYTES
    keep_days: int = DEFAULT_KEEP_DAYS
    demands: tuple[str, ...] = ()
    hidden_until: datetime.date | None = None
    hidden_law: str = ""


class AgreementKind:
    """Reads `institutions/<provider>/agreements/<code>.yaml` and checks it."""

    name = "agreement"
    version = 1
    folder = "agreements"
    files: frozenset[str] = frozenset()
    single = True

    def parse(self, cursor: Cursor, context: Context) -> AgreementDefinition | None:
        """The agreement; None where too much is wrong to use it (all that is wrong is reported)."""
        context.need_text("purpose", cursor.place("texts"))
        consumer, offer = _reference(cursor, "consumer", 2), _reference(cursor, "offer", 3)
        fields, law = _fields(cursor), context.law(cursor)
        endpoints = cursor.strings("endpoints", required=False)
        first, last = _period(cursor)
        hidden_law, hidden_until = _hidden(cursor, context)
        limits, kib = _limits(cursor), cursor.integer("body_limit_kib", required=False, minimum=1, maximum=MAX_BODY_KIB)
        keep_days = cursor.integer("keep_days", required=False, minimum=1, maximum=MAX_KEEP_DAYS)
        demands = cursor.strings("demands", required=False, one_of=DEMANDS)
        cursor.finish("texts")
        if consumer is None or offer is None or law is None or first is None or last is None:
            return None
        if offer.institution != context.institution.code:
            cursor.report("offer", "exchange.offer_elsewhere", institution=context.institution.code)
            return None
        context.rest_on(offer.system, is_offering)
        limit = DEFAULT_BODY_LIMIT_BYTES if kib is None else kib << 10
        return AgreementDefinition(
            consumer, offer, endpoints, fields, law, first, last, limits, limit, keep_days or DEFAULT_KEEP_DAYS,
            demands, hidden_until, hidden_law,
        )  # fmt: skip

    def check(self, definitions: Iterable[Parsed], findings: Findings) -> None:
        """One consumer has one agreement about one offer: which of two applied could not be said."""
        seen: dict[tuple[Reference, Reference], str] = {}
        for parsed in definitions:
            model = agreement_of(parsed)
            key = (model.consumer, model.offer)
            if key in seen:
                parsed.cursor.report("offer", "exchange.agreement_twice", code=seen[key])
            seen.setdefault(key, parsed.code)

    def check_across(self, found: Parsings, findings: Findings) -> None:
        """What agreements name must be there: who asks, the offer, its endpoints and fields."""
        for _, parsed in found.of_kind(self.name):
            model = agreement_of(parsed)
            _check_consumer(parsed.cursor, model.consumer, found)
            offer = _find_offer(parsed.cursor, model.offer, found)
            if offer is not None:
                _check_parts(parsed.cursor, model, offer)


AGREEMENT_KIND = AgreementKind()


def agreement_of(parsed: Parsed) -> AgreementDefinition:
    """The model of a parsed agreement."""
    return cast(AgreementDefinition, parsed.model)


def _reference(cursor: Cursor, key: str, count: int) -> Reference | None:
    written = cursor.string(key)
    if written is None:
        return None
    parts = written.split("/")
    if len(parts) != count or not all(parts):
        cursor.report(
            key, "exchange.reference_malformed", key=key, example="/".join(("ministry", "system", "offer")[:count])
        )
        return None
    return Reference(*parts)


def _fields(cursor: Cursor) -> tuple[str, ...] | None:
    """A list of fields, or the word `all`, which must be written: nothing comes back by default."""
    if isinstance(cursor.node("fields", required=False), ListNode) or not cursor.has("fields"):
        return cursor.strings("fields")
    cursor.string("fields", one_of=(ALL,))
    return None


def _period(cursor: Cursor) -> tuple[datetime.date | None, datetime.date | None]:
    block = cursor.mapping("valid")
    if block is None:
        return None, None
    first, last = block.date("from"), block.date("until")
    block.finish()
    if first is not None and last is not None and last < first:
        block.report("until", "exchange.period_backwards")
    return first, last


def _hidden(cursor: Cursor, context: Context) -> tuple[str, datetime.date | None]:
    """`hidden:` needs both a law and an end: nobody is read unseen for ever."""
    block = cursor.mapping("hidden", required=False)
    if block is None:
        return "", None
    law, until = context.law(block), block.date("until")
    block.finish()
    return law or "", until


def _limits(cursor: Cursor) -> Limits:
    block = cursor.mapping("limits", required=False)
    if block is None:
        return NO_LIMITS
    minute = block.integer("per_minute", required=False, minimum=1, maximum=MAX_PER_MINUTE)
    day = block.integer("per_day", required=False, minimum=1, maximum=MAX_PER_DAY)
    block.finish()
    return Limits(minute or 0, day or 0)


def _check_consumer(cursor: Cursor, consumer: Reference, found: Parsings) -> None:
    """Who asks is a subsystem, or a service that asks by itself."""
    named = (one.model for one in found.named(consumer.institution, consumer.system))
    known = any(isinstance(one, SubsystemDefinition | Asking) for one in named)
    if not known and not _may_have(found, consumer):
        cursor.report("consumer", "exchange.consumer_unknown", system=str(consumer)[:80])


def _find_offer(cursor: Cursor, offer: Reference, found: Parsings) -> OfferDefinition | None:
    named = (one.model for one in found.named(offer.institution, offer.system))
    system = next((model for model in named if isinstance(model, Offering)), None)
    if system is None:
        if not _may_have(found, offer):
            cursor.report("offer", "exchange.subsystem_unknown", system=f"{offer.institution}/{offer.system}"[:80])
        return None
    if offer.offer not in system.exchange_offers:
        cursor.report("offer", "exchange.offer_unknown", offer=str(offer)[:120])
        return None
    return system.exchange_offers[offer.offer]


def _check_parts(cursor: Cursor, model: AgreementDefinition, offer: OfferDefinition) -> None:
    """Endpoints and fields that the offer has not."""
    endpoints = {one.name for one in offer.endpoints}
    for name in (one for one in model.endpoints if one not in endpoints):
        cursor.report("endpoints", "exchange.endpoint_unknown", endpoint=name[:40])
    for name in (one for one in model.fields or () if one not in offer.fields and one not in offer.fields.unread):
        cursor.report("fields", "exchange.field_unknown", field=name[:40])


def _may_have(found: Parsings, reference: Reference) -> bool:
    """Whether the institution, or what it has of that name, stands in a file that could not be read."""
    base = f"institutions/{reference.institution}"
    return found.may_have(f"{base}/institution.yaml", f"{base}/*/{reference.system}")
