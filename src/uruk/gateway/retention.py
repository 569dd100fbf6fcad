"""Forgetting: evidence whose time is over goes, and with it salts and statements in the log; that it went is logged.

Month by month: note what will be said of it → salts and statements → the month's key, segments and bodies → the
statement in each institution's log. A crash anywhere is made good by the next round, which finds the note.
"""

import asyncio
from collections import Counter

import msgspec
import structlog

from uruk.exchange.api import forget_month, month_of
from uruk.gateway.journal import Journal
from uruk.gateway.outbox_store import OutboxStore
from uruk.gateway.state import State
from uruk.kernel.api import CodedError, new_id
from uruk.trust.api import build_statement

_LOG = structlog.get_logger("uruk.gateway")
ROUND_S = 3600.0
FORGOTTEN = "evidence.forgotten"


class Saying(msgspec.Struct, frozen=True):
    """What an institution's log will say of a month: the statement and its act."""

    institution: str
    act: bytes
    statement: bytes


class Retention:
    """Forgets for one gateway."""

    def __init__(self, state: State, journal: Journal, outbox: OutboxStore) -> None:
        self._state, self._journal, self._outbox = state, journal, outbox

    async def run(self) -> None:
        """A round at once and then each hour, until cancelled."""
        while True:
            try:
                await self.round()
            except CodedError as error:
                _LOG.error("not forgotten", error=error.code)
            except Exception:  # a full disk, a store that is busy: the next round does it
                _LOG.exception("not forgotten")
            await asyncio.sleep(ROUND_S)

    async def round(self) -> int:
        """Forget every month that is over; return how many those were."""
        now = int(self._state.clock.now().timestamp())
        evidence = self._journal.evidence
        months = sorted({*evidence.months_before(month_of(now)), *evidence.noted()})
        for month in months:
            await self._forget(month)
        await asyncio.to_thread(self._outbox.forget_before, now)
        return len(months)

    async def _forget(self, month: str) -> None:
        evidence = self._journal.evidence
        raw = evidence.note_of(month)
        if raw is None:
            raw = await asyncio.to_thread(self._note, month)
        await asyncio.to_thread(forget_month, evidence, self._journal.writer.forget_many, month)
        for saying in msgspec.json.decode(raw, type=list[Saying]):
            await self._journal.append(saying.institution, saying.act, saying.statement)
        evidence.drop_note(month)

    def _note(self, month: str) -> bytes:
        """Write down what will be said, so that it is said once, in the same words, whatever happens meanwhile."""
        self._journal.writer.settle()  # what came last may not be among the evidence yet
        counts = Counter(record.institution for record in self._journal.evidence.records_of(month))
        raw = msgspec.json.encode([self._saying(month, *pair) for pair in sorted(counts.items()) if pair[0]])
        self._journal.evidence.note(month, raw)
        return raw

    def _saying(self, month: str, institution: str, count: int) -> Saying:
        act, directory = new_id(), self._state.directory
        statement = build_statement(
            statement_type=FORGOTTEN,
            role="forgotten",
            author=institution,
            act=act,
            time=int(self._state.clock.now().timestamp()),
            directory_version=directory.version,
            directory_digest=directory.digest,
            body={"month": month, "records": count},
        )
        return Saying(institution, act.bytes, statement)
