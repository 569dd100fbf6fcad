"""Refusals: counted, and logged once per peer and minute, so that nobody can make a log grow."""

import asyncio
from collections import Counter

import structlog

from uruk.gateway.journal import Journal
from uruk.gateway.state import State
from uruk.kernel.api import CodedError, new_id
from uruk.trust.api import build_statement

_LOG = structlog.get_logger("uruk.gateway")
INTERVAL_S = 60.0
MAX_KINDS = 1000
REFUSED = "message.refused"


class Refusals:
    """The refusals of the present minute by node, member addressed and code."""

    def __init__(self, state: State, journal: Journal) -> None:
        self._state, self._journal = state, journal
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def count(self, node: str, service: str, code: str) -> None:
        """Count one; beyond a thousand different kinds in a minute only the number is kept."""
        member = self._state.member(service)
        kind = (node, member.institution if member else "", code)
        if len(self._counts) >= MAX_KINDS and kind not in self._counts:
            kind = ("", "", code)
        self._counts[kind] += 1

    async def run(self) -> None:
        """Log the refusals of each minute, until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL_S)
            try:
                await self.flush()
            except Exception:
                _LOG.exception("refusals not logged")

    async def flush(self) -> None:
        """Log what was counted: one statement for each node that asked and member it addressed."""
        counts, self._counts = self._counts, Counter()
        pairs: dict[tuple[str, str], dict[str, int]] = {}
        for (node, institution, code), number in counts.items():
            pairs.setdefault((node, institution), {})[code] = number
        for (node, institution), codes in pairs.items():
            _LOG.warning("refused", node=node, institution=institution, **{"codes": codes})
            if institution:
                await self._log(node, institution, codes)

    async def _log(self, node: str, institution: str, codes: dict[str, int]) -> None:
        member = next((one for one in self._state.snapshot.members if one.institution == institution), None)
        if member is None:
            return
        act, at = new_id(), self._state.reference(member)
        statement = build_statement(
            statement_type=REFUSED,
            role="received",
            author=institution,
            act=act,
            time=at.time,
            directory_version=at.directory_version,
            directory_digest=at.directory_digest,
            body={"node": node, "codes": codes},
        )
        try:
            await self._journal.append(institution, act.bytes, statement)
        except CodedError as error:
            _LOG.error("refusals not logged", error=error.code)
