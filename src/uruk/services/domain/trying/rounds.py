"""Tries the rounds of examples.yaml: the applicants of several examples at once, and who of them must have a place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from uruk.definitions.api import Cursor, Findings, open_document
from uruk.services.domain.ground import Waiting
from uruk.services.domain.judging.answering import check_answers
from uruk.services.domain.judging.deciding import Decision, Entry, decide, entry_of
from uruk.services.domain.judging.reckoning import Reckoning
from uruk.services.domain.linked import LinkedRound, Service, Typed
from uruk.services.domain.trying.examples import Example
from uruk.services.domain.trying.mutants import mutated_rounds

EXPECTED = ("placed", "waiting", "unplaced")


@dataclass(frozen=True)
class TriedRound:
    """A round of the examples: the cases in the order in which they came, what lots are drawn by, what came of it."""

    reckonings: Mapping[str, Reckoning]
    lot: str | None
    decision: Decision | None


def report_rounds(
    service: Service, file: str, examples: Sequence[Example], findings: Findings
) -> tuple[TriedRound, ...]:
    """Report what comes otherwise than the rounds of a service's examples expect; the rounds that were understood."""
    cursor = open_document(file, service.definition.examples, "examples", 1, findings)
    block = cursor.mapping("rounds", required=False) if cursor else None
    if block is None:
        return ()
    if service.round is None:
        block.report(None, "services.no_round")
        return ()
    known, linked = {one.name: one for one in examples}, service.round
    found = [_report(service, linked, name, entry, known) for name, entry in block.entries()]
    return tuple(one for one in found if one is not None)


def report_unnoticed_rounds(service: Service, tried: Sequence[TriedRound], findings: Findings) -> None:
    """Report every quota and every part of the order that could be written otherwise without a round's noticing."""
    if service.round is None:
        return
    for mutated, place, code, values in mutated_rounds(service.round):
        if not any(_differs(one, _decided(mutated, one.reckonings, one.lot)) for one in tried):
            findings.report(place, code, **values)


def _differs(tried: TriedRound, found: Decision | None) -> bool:
    """Whether somebody has a place, waits, or has none, who had not before."""
    if found is None or tried.decision is None:
        return found is not tried.decision
    return any(_came(found, what) != _came(tried.decision, what) for what in EXPECTED)


def _report(
    service: Service, linked: LinkedRound, name: str, cursor: Cursor, examples: Mapping[str, Example]
) -> TriedRound | None:
    of, lot, expect = cursor.strings("of"), cursor.string("lot", required=False), cursor.mapping("expect")
    cursor.finish()
    for one in (one for one in of if one not in examples):
        cursor.report("of", "services.example_like", example=one[:40])
    if expect is None or not of or any(one not in examples for one in of):
        return None
    reckonings = {one: _reckoning(service, examples[one]) for one in of}
    found = _decided(linked, reckonings, lot)
    for what in EXPECTED:
        wanted = expect.strings(what, required=False)
        came = _came(found, what) if found else ()
        if expect.has(what) and wanted != came:
            values = {"what": what, "expected": tuple(wanted) or "—", "found": tuple(came) or "—"}
            expect.report(what, "services.example_differs", example=name, **values)
    expect.finish(*EXPECTED)
    return TriedRound(reckonings, lot, found)


def _reckoning(service: Service, example: Example) -> Reckoning:
    course = example.course
    answers = check_answers(service, course.answers, course.ground).values
    return Reckoning(service, replace(course.ground, answers=answers))


def _decided(linked: LinkedRound, reckonings: Mapping[str, Reckoning], lot: str | None) -> Decision | None:
    """The decision over these cases, in the order in which they came; None while one of them waits for a fact."""
    entries = list(_entries(linked, reckonings))
    if len(entries) < len(reckonings):
        return None
    first = next(iter(reckonings.values()))
    kept = {name: _number(first, places) for name, (_, places) in linked.quotas.items()}
    drawn = lot.encode() if lot is not None and linked.round.ties == "lot" else None
    return decide(entries, _number(first, linked.places), kept, linked.round.waiting, drawn)


def _entries(linked: LinkedRound, reckonings: Mapping[str, Reckoning]) -> Iterator[Entry]:
    for arrival, (name, reckoning) in enumerate(reckonings.items()):
        found = entry_of(linked, reckoning, name, arrival)
        if not isinstance(found, Waiting):
            yield found


def _number(reckoning: Reckoning, typed: Typed) -> int:
    found = reckoning.run(typed)
    return found if isinstance(found, int) else 0


def _came(found: Decision, what: str) -> tuple[str, ...]:
    return tuple(one.case for one in found.placed) if what == "placed" else getattr(found, what)
