"""The records: a service of every member that keeps personal data, which tells a person what is known about them.

`…/uruk/records/v1/records?userCode=NUMBER`. The gateway has no database: once the token lets the question pass, this
node's own pages answer it. Who gets an answer is a reading like any other: the person sees that their sign-in
institution was given it, so that nobody asks in their name unseen.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

from uruk.exchange.api import (
    RECORDS_ASKED,
    RECORDS_KEEP_DAYS,
    HostedMember,
    KnownRecords,
    System,
    UsageIndex,
    read_known,
    read_target,
)
from uruk.gateway.bodies import Body
from uruk.gateway.calls import Asked, UpstreamReply
from uruk.gateway.persons import SUBSYSTEM, Guard, World, answered, language
from uruk.gateway.upstream import Upstream
from uruk.kernel.api import CodedError

SERVICE = "records"
MAX_BYTES = 1 << 20
TIMEOUT_S = 10
# As an officer who looks at one record again and again: a page that is opened anew is one reading.
ONE_READING = timedelta(minutes=10)
_LATEST = 100


class Records:
    """Answers for every institution of this node that keeps personal data."""

    keep_days = RECORDS_KEEP_DAYS

    def __init__(self, world: World, index: UsageIndex, upstream: Upstream) -> None:
        self._world, self._index, self._upstream = world, index, upstream
        self._guard = Guard(world, RECORDS_ASKED)

    def knows(self, service: str) -> bool:
        """Whether this is the service of an institution of this node that keeps personal data."""
        member = self._world.snapshot.member_of(service)
        return service.split("/")[3:] == [SUBSYSTEM, SERVICE] and member is not None and bool(member.persons)

    async def answer(self, asked: Asked) -> UpstreamReply:
        """Answer one question; what is wrong with it comes back with its status and a sentence.

        The reply names its subject where records are given that were not given to the same asker just before.
        """
        given: list[str] = []

        async def found(question: Asked) -> KnownRecords:
            known, subject = await self._found(question)
            if known.records:
                given.extend(await asyncio.to_thread(self._to_be_told, question, subject))
            return known

        reply = await answered(asked, found)
        return replace(reply, subject=given[0]) if given else reply

    async def _found(self, asked: Asked) -> tuple[KnownRecords, str]:
        """What the pages answer, and about whom; refused while nobody can note that it is given."""
        if asked.target.segments != ("v1", "records"):
            raise CodedError("exchange.usage_question_malformed", part=asked.target.raw[:60])
        subject = self._guard.subject(asked)
        self._index.check()
        return await self._from_pages(self._guard.holder(asked.service), asked, subject), subject

    async def _from_pages(self, member: HostedMember, asked: Asked, subject: str) -> KnownRecords:
        pages = System(SUBSYSTEM, member.names, url=member.persons, timeout_s=TIMEOUT_S)
        pairs = (
            (b"uruk-subject", subject.encode()),
            (b"accept-language", language(asked).encode()),
            (b"accept-encoding", b"identity"),
        )
        reply = await self._upstream.forward(pages, SERVICE, "GET", read_target(""), pairs, Body.of(b""), MAX_BYTES)
        body = reply.body.data
        reply.body.release()
        if reply.status != 200 or body is None:
            raise CodedError("exchange.provider_malformed", system=SUBSYSTEM)
        return _checked(body)

    def _to_be_told(self, asked: Asked, subject: str) -> list[str]:
        """The subject, unless the same asker was given the same a moment ago."""
        now = self._world.clock.now()
        holder = self._guard.holder(asked.service).institution
        found = self._index.find(holder, subject, now - ONE_READING, now + ONE_READING, limit=_LATEST)
        before = any((one.consumer, one.service) == (asked.client, asked.service) for one in found.usages)
        return [] if before else [subject]


def _checked(body: bytes) -> KnownRecords:
    """The pages' answer, strictly in its form; `exchange.provider_malformed`."""
    try:
        return read_known(body)
    except CodedError:
        raise CodedError("exchange.provider_malformed", system=SUBSYSTEM) from None
