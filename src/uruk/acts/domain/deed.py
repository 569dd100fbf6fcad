"""A deed: what somebody is about to do with authority, before it is an act."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from uruk.kernel.api import Actor, CodedError
from uruk.trust.api import Approval, Statement

CLOCK_TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Deed:
    """What is done: the statement's parts, and the rows that come with it.

    ``author`` is the institution whose log it enters. ``rows`` is called with the act's id inside the transaction;
    what it writes is a fact only once the act has its receipt. With an ``act_id`` of the caller's, repeating the
    deed is harmless. ``time`` defaults to now. A deed by two persons brings ``proposal`` and ``approvals``.
    """

    type: str
    role: str
    author: str
    body: Mapping[str, Any]
    rows: Callable[[UUID], None]
    proposal: bytes | None = None
    approvals: Sequence[Approval] = ()
    act_id: UUID | None = None
    time: datetime | None = None


def check_author(actor: Actor, deed: Deed) -> None:
    """Refuse an officer's deed in another institution's name: ``acts.foreign_author``."""
    if actor.institution not in (None, deed.author):
        raise CodedError("acts.foreign_author", institution=deed.author)


def check_same(deed: Deed, known: Statement) -> None:
    """Refuse a deed under the id of an act that says something else: ``acts.different_deed``."""
    mine = (deed.type, deed.role, deed.author, dict(deed.body), deed.proposal)
    if mine != (known.type, known.role, known.author, known.body, known.proposal):
        raise CodedError("acts.different_deed", act=str(known.act))


def check_clock(now: datetime, latest: datetime | None) -> None:
    """Refuse to act on a clock that stands before the latest act: ``acts.clock_set_back``."""
    if latest is not None and now < latest - CLOCK_TOLERANCE:
        raise CodedError("acts.clock_set_back", seconds=int((latest - now).total_seconds()))
