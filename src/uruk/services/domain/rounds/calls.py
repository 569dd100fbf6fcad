"""Which call a case is of, and whether the round can be decided without waiting for it."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from uruk.services.domain.cases.folding import Unfolded
from uruk.services.domain.definition import ROUND, ServiceDefinition
from uruk.services.domain.edges import PLACED, UNPLACED, WAITING, all_edges, reached
from uruk.services.domain.ground import Waiting
from uruk.services.domain.judging.reckoning import Reckoning
from uruk.services.domain.linked import LinkedRound, Typed

MAX_CALL = 200
# Where a case stands towards its round: on its way, waiting for it, or on its waiting list.
COMING, HERE, LISTED = "coming", "here", "listed"
_OUTCOMES = frozenset({PLACED, WAITING, UNPLACED})


@dataclass(frozen=True)
class Called:
    """The call that a case is of, and its last day; empty and None where that is not known, or nothing says it."""

    call: str
    ends: datetime.date | None


@dataclass(frozen=True)
class Terms:
    """What a round is decided within: its last day, its places, and how many of them are kept for each group."""

    ends: datetime.date
    places: int
    kept: Mapping[str, int]


def called(linked: LinkedRound, reckoning: Reckoning) -> Called:
    """The call of a case as far as it is known."""
    call, ends = reckoning.run(linked.call), _day(reckoning.run(linked.ends))
    return Called(call[:MAX_CALL] if isinstance(call, str) else "", ends)


def terms(linked: LinkedRound, reckoning: Reckoning) -> Terms | None:
    """What the round of this case is decided within; None where its end is not known. Nothing said is no place."""
    ends = _day(reckoning.run(linked.ends))
    kept = {name: _number(reckoning, places) for name, (_, places) in linked.quotas.items()}
    return None if ends is None else Terms(ends, _number(reckoning, linked.places), kept)


def unknown(linked: LinkedRound, reckoning: Reckoning) -> frozenset[str]:
    """The facts that must be told before this case can take part in its round."""
    found = (reckoning.run(one) for one in _expressions(linked))
    return frozenset[str]().union(*(one.facts for one in found if isinstance(one, Waiting)))


def place_of(definition: ServiceDefinition, case: Unfolded) -> str | None:
    """Where a case stands towards its round; None where it has nothing to do with one, or no longer."""
    state = definition.states[case.entry.state]
    if state.waits == ROUND:
        return LISTED if case.entry.by == WAITING else HERE
    if state.kind == "closed" or _is_decided(definition, case):
        return None
    ways = all_edges(definition)
    ahead = (definition.states[name] for name in reached(state.name, ways))
    return COMING if any(one.waits == ROUND for one in ahead) else None


def _is_decided(definition: ServiceDefinition, case: Unfolded) -> bool:
    """Whether a round has decided the case before."""
    stays = zip(case.entries, case.entries[1:], strict=False)
    return any(definition.states[one.state].waits == ROUND and after.by in _OUTCOMES for one, after in stays)


def _expressions(linked: LinkedRound) -> Iterator[Typed]:
    yield from (linked.call, linked.ends, linked.places, *linked.order)
    for when, places in linked.quotas.values():
        yield from (when, places)


def _day(found: object) -> datetime.date | None:
    if isinstance(found, datetime.date):
        return found
    return datetime.date.fromisoformat(found) if isinstance(found, str) else None


def _number(reckoning: Reckoning, typed: Typed) -> int:
    found = reckoning.run(typed)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
