"""What a case has taken of somebody's capacity is its own when it is granted; on every other way it is given back."""

from collections.abc import Callable

from uruk.services.domain.definition import Effect, ServiceDefinition, State
from uruk.services.domain.edges import all_edges, reached


def check_reserved(definition: ServiceDefinition, report: Callable[..., None]) -> None:
    """Report of what is reserved the first end, other than granted, that a case can come to with it still taken."""
    for state in definition.states.values():
        for effect in (one for one in state.do if one.kind == "reserve" and "done" in state.outcomes):
            for end in _ends_with(definition, state, effect)[:1]:
                report(end.place, "services.reserved_for_ever", state=end.name, target=effect.target[:80])


def _ends_with(definition: ServiceDefinition, state: State, effect: Effect) -> list[State]:
    gives_back = {
        one.name
        for one in definition.states.values()
        if any((done.kind, done.target) == ("release", effect.target) for done in one.do)
    }
    kept = reached(state.outcomes["done"][0], all_edges(definition), lambda name: name not in gives_back) - gives_back
    return [one for one in definition.states.values() if one.name in kept and one.closed not in {None, "granted"}]
