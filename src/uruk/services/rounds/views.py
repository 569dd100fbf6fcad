"""What the door shows of rounds: numbers for officers, and one's own place for an applicant."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from uruk.kernel.api import Text

RoundState = Literal["open", "ended", "closed", "decided"]


@dataclass(frozen=True)
class QuotaView:
    """A group for which places are kept: what the service calls it, and how many."""

    title: Text
    places: int


@dataclass(frozen=True)
class RoundView:
    """A round as those see it who have it decided: numbers, nobody's data.

    `state`: `open` (somebody may still apply), `ended` (it can be closed), `closed` (it is being ranked), `decided`.
    `key`: the call as an address holds it. `last`: the last day to apply. `here`: cases that came in time and wait;
    `unready`: those on their way for whom it must wait; `correcting`: those on their way who are the applicants' task.
    `entries`, `placed`, `waiting`, `passed`: what came of it, and places that went on since. `task`, `second`: roles
    that close it, None: it closes itself; `proposed_by`: who has signed that already. `file`: below the node's address.
    """

    id: UUID
    institution: str
    service: str
    title: Text
    call: str
    key: str
    state: RoundState
    last: date
    places: int
    quotas: tuple[QuotaView, ...]
    list_length: int
    ties: str
    task: str | None
    second: str | None
    here: int = 0
    unready: int = 0
    correcting: int = 0
    proposed_by: UUID | None = None
    closed_at: datetime | None = None
    entries: int = 0
    placed: int = 0
    waiting: int = 0
    passed: int = 0
    file: str = ""


@dataclass(frozen=True)
class PlaceView:
    """An applicant's place in a round.

    `last`: the last day to apply. Once it is decided: `rank` of `entries`, the `outcome` (placed, waiting, unplaced),
    the group whose kept place it is (`kept_for`), and the public `file`. `late`: it was not among those who took part.
    """

    round: UUID
    call: str
    last: date | None
    is_decided: bool
    places: int | None = None
    entries: int = 0
    rank: int | None = None
    outcome: str = ""
    kept_for: Text | None = None
    passed: bool = False
    late: bool = False
    file: str = ""
