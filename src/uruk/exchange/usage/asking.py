"""Asking all members that keep personal data for a person, in parallel, within two seconds, by the own socket: who read
their data, and what is known about them.

Whoever may open DATA/gateway/gateway.sock is the node itself, and so the built-in subsystem of any of its members.
"""

import http.client
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from urllib.parse import urlencode

import msgspec

from uruk.exchange.usage.answers import FindUsage, ReceiptAnswer, read_receipt_answer, read_usages
from uruk.exchange.usage.known import KnownRecords, read_known
from uruk.exchange.usage.token import HEADER, encode_token
from uruk.kernel.api import CodedError, rfc3339
from uruk.trust.api import Receipt

if TYPE_CHECKING:
    from uruk.exchange.asking import Answer as Reply

WAIT_S = 2.0
MAX_ASKED_AT_ONCE = 16
SUBSYSTEM, TRACKER, RECORDS = "uruk", "uruk/tracker", "uruk/records"
NO_WORDS: Mapping[str, str] = MappingProxyType({})

Answer = TypeVar("Answer")


class _Refusal(msgspec.Struct, frozen=True):
    code: Annotated[str, msgspec.Meta(pattern=r"^[a-z]+\.[a-z_]{1,60}$")]


@dataclass(frozen=True)
class Asker:
    """Who asks: the member (address) that signed the citizen in, by its node's gateway (the socket's path)."""

    socket: Path
    member: str
    token: Receipt
    subject: str
    wait_s: float = WAIT_S

    def usages(
        self, members: Sequence[str], before: datetime | None = None, limit: int = 100
    ) -> dict[str, FindUsage | CodedError]:
        """What each member answers, or why it did not: `exchange.usage_unanswered`, or what its answer is wrong by.

        Those before a moment (until now, where none is given), the newest `limit` of each member.
        """
        end = {} if before is None else {"periodEnd": rfc3339(before)}
        query = urlencode({"userCode": self.subject, "limit": limit, **end})
        return self._all(
            members, lambda member: read_usages(self._ask(f"{member}/{TRACKER}", f"/v2/findUsage?{query}"))
        )

    def records(self, members: Sequence[str], language: str) -> dict[str, KnownRecords | CodedError]:
        """What each member's registries hold about the person, in the words of a language; errors as in `usages`."""
        target, words = f"/v1/records?{urlencode({'userCode': self.subject})}", {"Accept-Language": language}
        return self._all(members, lambda member: read_known(self._ask(f"{member}/{RECORDS}", target, words)))

    def receipt(self, member: str, reference: str) -> ReceiptAnswer:
        """The receipt of one reading; errors as in `usages`."""
        query = urlencode({"userCode": self.subject})
        target = f"/v2/receipt/{reference}?{query}"
        found = self._all([member], lambda one: read_receipt_answer(self._ask(f"{one}/{TRACKER}", target)))
        answer = found[member]
        if isinstance(answer, CodedError):
            raise answer
        return answer

    def _all(self, members: Sequence[str], ask: Callable[[str], Answer]) -> dict[str, Answer | CodedError]:
        pool = ThreadPoolExecutor(max_workers=MAX_ASKED_AT_ONCE, thread_name_prefix="usage")
        futures = {member: pool.submit(ask, member) for member in members}
        wait_for(futures.values(), self.wait_s)
        # Whoever has not answered by now is named as silent; the thread ends by its own time limit.
        pool.shutdown(wait=False, cancel_futures=True)
        return {member: _outcome(member, future) for member, future in futures.items()}

    def _ask(self, service: str, target: str, words: Mapping[str, str] = NO_WORDS) -> bytes:
        """One call; its answer's body. Anything but 200 is `exchange.usage_unanswered`."""
        # Here and not above: what programs need of aiohttp has no place in a gateway's memory.
        from uruk.exchange.client import Client, ExchangeError  # noqa: PLC0415

        member = service.rpartition(f"/{SUBSYSTEM}/")[0]
        headers = {HEADER: encode_token(self.token), **words}
        asking = Client(f"unix:{self.socket}", f"{self.member}/{SUBSYSTEM}", timeout_s=self.wait_s)
        try:
            with asking as exchange:
                answer = exchange.get(service, target, headers=headers)
        except (OSError, http.client.HTTPException, ExchangeError) as error:
            reason = error.name if isinstance(error, ExchangeError) else type(error).__name__
            raise CodedError("exchange.usage_unanswered", member=member, reason=reason) from error
        if answer.status != http.client.OK:
            raise CodedError("exchange.usage_unanswered", member=member, reason=_reason(answer))
        return answer.body


def _reason(answer: "Reply") -> str:
    """Why a member refused: the code that its answer names, else its status."""
    try:
        return msgspec.json.decode(answer.body, type=_Refusal).code
    except msgspec.MsgspecError:
        return str(answer.status)


def _outcome(member: str, future: "Future[Any]") -> Any:
    if not future.done():
        return CodedError("exchange.usage_unanswered", member=member, reason="timeout")
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, CodedError):
        return error
    raise error
