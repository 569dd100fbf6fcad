"""The tracker: a service of every member, answered by its gateway, that tells a citizen who read their data.

`…/uruk/tracker/v2/{findUsage,usagePeriod,heartbeat}` as the Estonian Data Tracker has them, and `v2/receipt/ID` for the
receipt of one reading. Guarded by the token of `exchange.usage.token`; logged like any call, and not indexed.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from uruk.exchange.api import (
    USAGE_ASKED,
    Detail,
    FindUsage,
    Heartbeat,
    Names,
    ReceiptAnswer,
    ShownUsage,
    Target,
    Usage,
    UsageIndex,
    UsagePeriod,
    names_of,
)
from uruk.gateway.calls import BUILT_IN_KEEP_DAYS, Asked, UpstreamReply
from uruk.gateway.persons import SUBSYSTEM, Guard, World, answered, language
from uruk.kernel.api import CodedError, parse_rfc3339, rfc3339
from uruk.trust.api import Receipt

SERVICE = "tracker"
MAX_LIMIT = 1000


class Tracker:
    """Answers for every institution of this node. `receipt_of` finds a receipt in the gateway's own log."""

    keep_days = BUILT_IN_KEEP_DAYS

    def __init__(self, world: World, index: UsageIndex, receipt_of: Callable[[UUID], Receipt]) -> None:
        self._world = world
        self._index = index
        self._receipt_of = receipt_of
        self._guard = Guard(world, USAGE_ASKED)

    def knows(self, service: str) -> bool:
        """Whether this is the tracker of an institution of this node."""
        return service.split("/")[3:] == [SUBSYSTEM, SERVICE] and self._world.snapshot.member_of(service) is not None

    async def answer(self, asked: Asked) -> UpstreamReply:
        """Answer one question; what is wrong with it comes back with its status and a sentence."""
        return await answered(asked, self._answer)

    async def _answer(self, asked: Asked) -> Any:
        match asked.target.segments:
            case ("v2", "heartbeat"):
                return Heartbeat("OK", "API is ready")
            case ("v2", "usagePeriod"):
                return UsagePeriod(rfc3339(self._kept_from()))
            case ("v2", "findUsage"):
                return await self._usages(asked)
            case ("v2", "receipt", reference):
                return await self._receipt(asked, reference)
        raise CodedError("exchange.usage_question_malformed", part=asked.target.raw[:60])

    async def _usages(self, asked: Asked) -> FindUsage:
        subject = self._guard.subject(asked)
        start, end, offset, limit = _part(asked.target, self._kept_from(), self._now())
        holder = self._guard.holder(asked.service).institution
        found = await asyncio.to_thread(self._find, holder, subject, (start, end), (offset, limit))
        return FindUsage(found.total, [self._shown(usage, language(asked)) for usage in found.usages])

    async def _receipt(self, asked: Asked, reference: str) -> ReceiptAnswer:
        subject = self._guard.subject(asked)
        act = _uuid(reference)
        holder = self._guard.holder(asked.service).institution
        usage = await asyncio.to_thread(self._index.get, holder, subject, act.bytes)
        if usage is None:
            raise CodedError("exchange.usage_unknown")
        if usage.receipt:
            return ReceiptAnswer(usage.receipt, usage.opening.hex())
        found = await asyncio.to_thread(self._receipt_of, act)
        return ReceiptAnswer(found.to_json())

    def _find(self, holder: str, subject: str, period: tuple[datetime, datetime], part: tuple[int, int]) -> Any:
        self._index.flush()  # what this gateway has just carried is among it
        return self._index.find(holder, subject, *period, *part)

    def _shown(self, usage: Usage, lang: str) -> ShownUsage:
        receiver = self._names(usage.consumer, usage.holder)
        return ShownUsage(
            logtime=rfc3339(datetime.fromtimestamp(usage.time, UTC)),
            action=_in(usage.action, lang),
            receiver_code=usage.consumer.split("/")[2] if "/" in usage.consumer else usage.consumer,
            receiver_name=_in(receiver, lang),
            receiver_system=usage.consumer,
            uruk=_detail(usage, receiver),
        )

    def _names(self, consumer: str, holder: str) -> Names:
        """The name of the institution that read: from the directory, or our own where its officer did."""
        if consumer == holder:
            own = next((one.names for one in self._world.snapshot.members if one.institution == holder), None)
            return own or Names(holder, holder, holder)
        member = self._world.directory.members.get("/".join(consumer.split("/")[:3]))
        return names_of(member.names.as_dict()) if member else Names(consumer, consumer, consumer)

    def _kept_from(self) -> datetime:
        return datetime(self._index.kept_from // 12, self._index.kept_from % 12 + 1, 1, tzinfo=UTC)

    def _now(self) -> datetime:
        return self._world.clock.now()


def _detail(usage: Usage, receiver: Names) -> Detail:
    hidden = rfc3339(datetime.fromtimestamp(usage.hidden_until, UTC)) if usage.hidden_until else None
    return Detail(
        action=usage.action,
        receiver=receiver,
        service=usage.service,
        purpose=usage.purpose[:1000],
        law=usage.law,
        source=usage.source,
        reference=str(UUID(bytes=usage.reference)),
        hidden_until=hidden,
        hidden_law=usage.hidden_law,
    )


def _part(target: Target, earliest: datetime, now: datetime) -> tuple[datetime, datetime, int, int]:
    """Period and part of a question; `exchange.usage_question_malformed` names what cannot be read."""
    given = dict(target.parameters)
    start = _moment(given, "periodStart") or earliest
    end = _moment(given, "periodEnd")
    limit = min(_number(given, "limit", MAX_LIMIT), MAX_LIMIT)
    return start, now + timedelta(minutes=1) if end is None else end, _number(given, "offset", 0), limit


def _moment(given: dict[str, str], name: str) -> datetime | None:
    text = given.get(name)
    if not text:
        return None
    try:
        # As Estonia's own examples have it, a time without an offset is UTC.
        return parse_rfc3339(text if text[19:].strip("0123456789.") else f"{text}Z")
    except CodedError:
        raise CodedError("exchange.usage_question_malformed", part=name) from None


def _number(given: dict[str, str], name: str, default: int) -> int:
    text = given.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise CodedError("exchange.usage_question_malformed", part=name)
    return int(text) if text else default


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CodedError("exchange.usage_question_malformed", part="receipt") from None


def _in(names: Names, lang: str) -> str:
    return {"ar": names.ar, "ckb": names.ckb, "en": names.en or names.ar}[lang]
