"""All that is wrong with a service among the other definitions: parts, states, names, tables, examples, mutants."""

from dataclasses import dataclass, field
from functools import lru_cache

from uruk.definitions.api import Cursor, Finding, Findings, Parsings
from uruk.exchange.api import Offering
from uruk.services.domain.checking.parts import check_parts
from uruk.services.domain.checking.states import check_states
from uruk.services.domain.definition import ServiceDefinition
from uruk.services.domain.judging.reckoning import Memo
from uruk.services.domain.linked import Service, expressions
from uruk.services.domain.linking.service import link_service
from uruk.services.domain.offering import EXCHANGE
from uruk.services.domain.parsing.text_holes import check_holes
from uruk.services.domain.scope import page_scope
from uruk.services.domain.sources import Sources
from uruk.services.domain.tables.proving import prove_table
from uruk.services.domain.trying.examples import read_examples
from uruk.services.domain.trying.mutating import report_unnoticed
from uruk.services.domain.trying.rounds import report_rounds, report_unnoticed_rounds
from uruk.services.domain.trying.trying import hindered, report_differences, try_example

# A country is checked again and again while somebody writes it: what has not changed is not tried again.
KEPT_TRIALS = 256
_BORN = "applicant.born"


def check_service(definition: ServiceDefinition, cursor: Cursor, found: Parsings) -> None:
    """Report all that is wrong. Examples are tried once nothing else is, mutants once all examples come out."""
    sources = Sources(found, definition, cursor)
    check_states(definition, cursor, sources.has_institution)
    check_parts(definition, cursor)
    _check_code(definition, cursor, found)
    linked = link_service(definition, cursor, found)
    if linked is not None:
        _check_linked(linked, cursor.findings)
    own = cursor.place().file
    rests_on = (own, "calendars/")  # a deadline in an example ends on another day when a holiday cannot be read
    if linked is None or not definition.examples or any(one.file.startswith(rests_on) for one in cursor.findings):
        return
    file = own.rpartition("/")[0] + "/examples.yaml"
    cursor.findings.extend(_try(_Subject(_key(linked, file), linked, file)))


def _check_code(definition: ServiceDefinition, cursor: Cursor, found: Parsings) -> None:
    """What is asked in the exchange has an address of its own."""
    if EXCHANGE in definition.channels:
        named = (one.model for one in found.named(definition.institution, definition.code))
        if sum(isinstance(one, Offering) for one in named) > 1:
            cursor.report("channels", "services.offer_code", code=definition.code)


def _check_linked(linked: Service, findings: Findings) -> None:
    """What does not hinder a service from running, and must not be published all the same."""
    for table in linked.tables.values():
        prove_table(table, findings)
    pages = [step for step in linked.definition.steps if step.repeat is not None and step.questions]
    scopes = [page_scope(linked.scope, step, step.questions[-1], linked.facts) for step in pages]
    _check_born(linked, findings)
    check_holes(linked.definition, [linked.scope, *scopes], findings)


def _check_born(linked: Service, findings: Findings) -> None:
    """Nobody says when they were born by signing in: what rests on that asks the register that knows, as a fact."""
    for one in expressions(linked):
        if _BORN in one.needs:
            findings.report(one.formula.node.place, "services.applicant_born")
    for table in linked.tables.values():
        if tuple(_BORN.split(".")) in table.paths:
            findings.report(table.table.place, "services.applicant_born")


def _key(service: Service, file: str) -> object:
    """All that the outcome of examples and mutants depends on."""
    definition = service.definition
    return file, definition.digest, definition.days, definition.roles, service.scope


@dataclass(frozen=True)
class _Subject:
    """A service to be tried; the same key is the same service."""

    key: object
    service: Service = field(compare=False)
    file: str = field(compare=False)


@lru_cache(KEPT_TRIALS)
def _try(subject: _Subject) -> tuple[Finding, ...]:
    findings, memo = Findings(), Memo()
    examples = read_examples(subject.service, subject.file, findings)
    told: set[object] = {()}
    for example in examples:
        found = try_example(subject.service, example, memo=memo)
        hindrance = hindered(example, found)
        if not hindrance or hindrance not in told:  # what hinders many in the same way is said once
            report_differences(example, found, findings)
        told.add(hindrance)
    # Where no example was understood, rounds are not said to name none.
    rounds = report_rounds(subject.service, subject.file, examples, findings) if examples else ()
    if examples and not findings:
        report_unnoticed_rounds(subject.service, rounds, findings)
        report_unnoticed(subject.service, examples, findings, memo)
    return tuple(findings)
