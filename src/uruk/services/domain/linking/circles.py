"""Finds what is computed from itself: a value that needs a table that needs the value."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from uruk.definitions.api import Findings, Place
from uruk.services.domain.linked import Service


def report_circles(service: Service, findings: Findings) -> None:
    """Report a circle where one of its members stands; nothing where there is none."""
    try:
        TopologicalSorter(_needs(service)).prepare()
    except CycleError as error:
        names: list[str] = error.args[1]
        places = _places(service)
        place = next((places[name] for name in names if name in places), Place(""))
        findings.report(place, "services.circle", names=" → ".join(names))


def _needs(service: Service) -> Mapping[str, frozenset[str]]:
    """What each fact, value, table and condition needs, by the names that expressions use."""
    found = {name: one.needs for name, one in service.values.items()}
    for name, table in service.tables.items():
        named = {part for path in table.paths for part in (path[0], ".".join(path[:2]))}
        found[name] = frozenset(named)
    for name, inputs in service.fact_inputs.items():
        found[f"facts.{name}"] = frozenset[str]().union(*(one.needs for one in inputs.values()))
    found["failed"] = frozenset[str]().union(*(one.needs for one in service.conditions.values()))
    return found


def _places(service: Service) -> Mapping[str, Place]:
    definition = service.definition
    found = {name: one.place for name, one in definition.values.items()}
    found |= {name: one.place for name, one in definition.tables.items()}
    found |= {f"facts.{name}": one.place for name, one in definition.facts.items()}
    first = next(iter(definition.conditions.values()), None)
    return found | ({"failed": first.place} if first else {})
