"""Tries every mutant on the examples that can show it: what none notices could be written wrongly unseen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from uruk.definitions.api import Findings
from uruk.services.domain.judging.reckoning import Memo
from uruk.services.domain.linked import Service
from uruk.services.domain.trying.examples import Example
from uruk.services.domain.trying.mutants import Mutant, all_mutants
from uruk.services.domain.trying.playing import Standing
from uruk.services.domain.trying.trying import differs, try_example

MAX_MUTANTS = 3_000


@dataclass(frozen=True)
class Tried:
    """An example that comes out as it must, where it stood, and the tables it came by."""

    example: Example
    stood: Standing
    tables: frozenset[str]


def report_unnoticed(service: Service, examples: Sequence[Example], findings: Findings, memo: Memo) -> None:
    """Report every mutant that no example notices. All examples must come out as they must."""
    tried = [_tried(service, example, memo) for example in examples]
    for count, mutant in enumerate(all_mutants(service)):
        if count == MAX_MUTANTS:
            findings.report(mutant.place, "services.too_many", what="mutants", max=MAX_MUTANTS)
            return
        if not noticed(mutant, tried, memo):
            findings.report(mutant.place, mutant.code, **mutant.values)


def _tried(service: Service, example: Example, memo: Memo) -> Tried:
    stood = try_example(service, example, memo=memo)
    assert isinstance(stood, Standing), "it came out as it must"
    return Tried(example, stood, frozenset(service.tables))


def noticed(mutant: Mutant, tried: Iterable[Tried], memo: Memo) -> bool:
    """Whether an example comes out otherwise with the mutant."""
    return any(
        any(True for _ in differs(one.example, try_example(mutant.service, one.example, mutant.cut, memo)))
        for one in tried
        if mutant.may_show(one.stood, one.tables)
    )
