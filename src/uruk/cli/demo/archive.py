"""What the registries of the demonstration begin with: the country's first records, and its synthetic people."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from uuid import UUID, uuid5

from uruk.acts.api import receipt_of
from uruk.cli.demo.population import people_rows
from uruk.cli.demo.report import Report
from uruk.definitions.api import Country, FirstRecords, Population
from uruk.kernel.api import Actor
from uruk.registries.api import Change, Done, InvalidChangesError, RegistryDefinition, change
from uruk.trust.api import Receipt

Row = Mapping[str, object]
BATCH = 5_000
# The same records loaded again are the same act: a demonstration may go on in the folder of an earlier one.
_FIRST = UUID("6d0c8f54-2f0e-4d0b-9f6a-5c1b7f3b0a91")
REASON = "القيود التي يبدأ بها السجل في العرض"


def load_first_records(country: Country, hosted: Collection[str], report: Report) -> None:
    """Record what lies ready for the registries of these institutions, each file as one act of its institution."""
    for one in in_order(country):
        if one.institution in hosted and one.rows:
            receipt = _record(one.institution, one.registry, one.rows, "first")
            report.act("recorded", receipt, registry=f"{one.institution}/{one.registry}", records=len(one.rows))


def load_population(population: Population, count: int, seed: int, report: Report) -> None:
    """Record synthetic people, some thousands in an act."""
    registry, rows = f"{population.institution}/{population.registry}", people_rows(population, count, seed)
    with report.step("population") as facts:
        start = time.perf_counter()
        for number, batch in enumerate(_batches(rows)):
            receipt = _record(population.institution, population.registry, batch, f"people/{seed}/{count}/{number}")
            report.act("recorded", receipt, registry=registry, records=len(batch))
        facts.update(people=count, seed=seed, each_second=round(count / (time.perf_counter() - start)))


def in_order(country: Country) -> Iterator[FirstRecords]:
    """The first records of a country, what is linked to before what links."""
    waiting = list(country.records)
    while waiting:
        names = {(one.institution, one.registry) for one in waiting}
        ready = [one for one in waiting if not names & _linked(country, one)]
        yield from ready or waiting
        waiting = [one for one in waiting if ready and one not in ready]


def _linked(country: Country, records: FirstRecords) -> set[tuple[str, str]]:
    """The other registries that its records link to."""
    definition = country.find("registry", records.institution, records.registry)
    model = definition.model if definition else None
    links = model.links if isinstance(model, RegistryDefinition) else ()
    return {(records.institution, str(one.to)) for one in links if one.to != records.registry}


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def _record(institution: str, registry: str, rows: Iterable[Row], what: str) -> Receipt:
    act = uuid5(_FIRST, f"{institution}/{registry}/{what}")
    known = receipt_of(act)
    if known is not None:  # a demonstration that goes on another day would write other dates
        return known
    changes = [Change(kind="create", values=dict(row)) for row in rows]
    done = _told(lambda: change(Actor.system(institution), institution, registry, changes, REASON, act_id=act))
    if not isinstance(done, Done):
        raise RuntimeError(f"{institution}/{registry} waits for a second person")
    return done.receipt


def _told(do: Callable[[], object]) -> object:
    """Say which record was refused and why: the demonstration's own data are wrong then."""
    try:
        return do()
    except InvalidChangesError as error:
        first = error.problems[0]
        raise RuntimeError(f"record {first.position + 1}, {first.field}: {first.error.code}") from error
