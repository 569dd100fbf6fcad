"""The ways between the states of a service, and what can be reached by them."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from uruk.definitions.api import Place
from uruk.services.domain.definition import ServiceDefinition, State

LATE, APPEAL = "late", "appeal"
# How a round ends for a case.
PLACED, WAITING, UNPLACED = "placed", "waiting", "unplaced"


@dataclass(frozen=True)
class Edge:
    """One way: from a state, by what (`next.0`, an action, an outcome, `late`, `appeal`), to which, written where."""

    start: str
    by: str
    to: str
    place: Place


def edges_of(state: State) -> Iterator[Edge]:
    """Every way out of a state."""
    for position, rule in enumerate(state.rules):
        yield Edge(state.name, f"next.{position}", rule.to, rule.place)
    for action in state.actions:
        yield Edge(state.name, action.name, action.to, action.place)
    for name, (to, place) in state.outcomes.items():
        yield Edge(state.name, name, to, place)
    if state.deadline is not None and state.deadline.to is not None:
        yield Edge(state.name, LATE, state.deadline.to, state.deadline.place)
    if state.appeal is not None:
        yield Edge(state.name, APPEAL, state.appeal.to, state.appeal.place)


def all_edges(definition: ServiceDefinition) -> tuple[Edge, ...]:
    """Every way of a service, in the order written."""
    return tuple(edge for state in definition.states.values() for edge in edges_of(state))


def reached(start: str, edges: Collection[Edge], through: Callable[[str], bool] = lambda name: True) -> frozenset[str]:
    """The states that can be reached from one, itself included, going on only from those `through` allows."""
    found, waiting = {start}, [start]
    while waiting:
        name = waiting.pop()
        for edge in edges if through(name) else ():
            if edge.start == name and edge.to not in found:
                found.add(edge.to)
                waiting.append(edge.to)
    return frozenset(found)


def layers(definition: ServiceDefinition) -> Mapping[str, int]:
    """How many steps each state lies from the first, at least."""
    found: dict[str, int] = {}
    level = [definition.start.name] if definition.start else []
    while level:
        found |= dict.fromkeys(level, len(set(found.values())))
        ways = (edge.to for name in level for edge in edges_of(definition.states[name]))
        level = list(dict.fromkeys(to for to in ways if to in definition.states and to not in found))
    return found
