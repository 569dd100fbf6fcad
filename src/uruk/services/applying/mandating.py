"""Registers are asked for whom a person acts: the own ones by their door, others over the exchange, as services ask."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from uruk.acts.api import clock, hosted_institutions
from uruk.kernel.api import Actor, CodedError, Text, new_id, today
from uruk.people.api import MandateView, Told, hold_mandates, is_good, seen_papers
from uruk.publishing.api import country
from uruk.registries.api import MandateRegister, mandate_registers, records_by_representative, representatives
from uruk.services.pins import current_service
from uruk.services.representing import GUARDIAN, NATIONAL, REPRESENTED
from uruk.services.running.asking import AWAY, Question, UnansweredError, exchange, offer_address

# A register that did not answer is not asked again at every step of a page.
SILENT_FOR = timedelta(seconds=30)
_SILENT: dict[str, datetime] = {}
# Records that name somebody, each with what proves it: record and version, or the id of a message.
Said = Sequence[tuple[Mapping[str, Any], str]]


@dataclass(frozen=True)
class Represented:
    """For whom somebody acts: the mandate, and what it is called in the register ("father").

    The number, the name and the kind stand in the mandate.
    """

    mandate: MandateView
    text: Text


@dataclass(frozen=True)
class Representation:
    """All for whom somebody acts, as far as was answered; `silent`: the institutions (codes) that did not answer."""

    found: tuple[Represented, ...] = ()
    silent: tuple[str, ...] = ()


def represented_at(actor: Actor, institution: str, service: str) -> Representation:
    """For whom a person may apply for a service beside themselves: the registers are asked anew."""
    return _ask_all(actor, institution, service, registers_for(institution, service))


def registers_for(institution: str, service: str) -> list[MandateRegister]:
    """The registers that are asked who may apply for a service for another: of the kinds of applicants that it has."""
    wanted = set(current_service(institution, service).model.applicants) & REPRESENTED
    return [one for one in reachable(institution, service) if one.source.kind in wanted]


def represented_here(actor: Actor) -> Representation:
    """Whose guardian somebody is, as the own registers of this node's institutions say: whose readings they may see."""
    found = Representation()
    for institution in sorted(hosted_institutions()):
        own = [one for one in mandate_registers() if (one.institution, one.source.kind) == (institution, GUARDIAN)]
        more = _ask_all(actor, institution, "", own)
        found = Representation(found.found + more.found, found.silent + more.silent)
    return found


def confirmed(actor: Actor, mandate: MandateView, service: str) -> bool:
    """Whether a mandate is still good: the register that told it is asked anew once an hour, and each day.

    Errors: ``services.mandate_unconfirmed`` where it does not answer.
    """
    if is_good(mandate):
        return True
    register = next((one for one in reachable(mandate.institution, service) if one.name == mandate.source), None)
    if register is None:
        return False
    found = _ask_all(actor, mandate.institution, service, [register])
    if found.silent:
        raise unconfirmed(register.institution)
    return any(one.mandate.subject == mandate.subject for one in found.found)


def require_represented(actor: Actor, institution: str, service: str, kind: str, number: str) -> MandateView:
    """The mandate by which somebody applies for another; the register is asked anew.

    Errors: ``services.no_mandate``, ``services.mandate_unconfirmed`` where a register that may know does not answer.
    """
    found = represented_at(actor, institution, service)
    for one in found.found:
        if (one.mandate.kind, one.mandate.subject) == (kind, number):
            return one.mandate
    if found.silent:
        raise unconfirmed(found.silent[0])
    raise CodedError("services.no_mandate")


def who_speaks(institution: str, kind: str, number: str) -> tuple[str, ...]:
    """The national numbers of all who speak for a body, as the institution's own registers name them; each once."""
    system, day = Actor(channel="system", institution=institution), today(clock())
    own = [one for one in mandate_registers() if (one.institution, one.source.kind) == (institution, kind)]
    return tuple(dict.fromkeys(each for one in own for each in representatives(system, one, number, day)))


def reachable(institution: str, service: str) -> Iterator[MandateRegister]:
    """The registers that an institution may ask for a service: its own, and others under an agreement."""
    agreed = {
        str(one.model.offer)  # type: ignore[attr-defined]
        for one in country().of_kind("agreement")
        if str(one.model.consumer) == f"{institution}/{service}"  # type: ignore[attr-defined]
    }
    for one in mandate_registers():
        if one.institution == institution or f"{one.institution}/{one.registry}/{one.source.offer}" in agreed:
            yield one


def _ask_all(actor: Actor, institution: str, service: str, registers: list[MandateRegister]) -> Representation:
    number = _own_number(actor)
    if number is None:
        return Representation()
    found, (answers, silent) = [], answers_of(number, institution, service, registers)
    for register, told in answers:
        held = hold_mandates(actor, institution, register.name, register.source.kind, told)
        found += [Represented(one, register.text) for one in held]
    return Representation(tuple(found), silent)


def answers_of(
    number: str, institution: str, service: str, registers: Iterable[MandateRegister]
) -> tuple[list[tuple[MandateRegister, list[Told]]], tuple[str, ...]]:
    """What registers say for whom the holder of a number acts; and the institutions (codes) that do not answer."""
    found, silent = [], []
    for register in registers:
        try:
            found.append((register, _told(institution, service, register, number)))
        except UnansweredError:
            silent.append(register.institution)
    return found, tuple(dict.fromkeys(silent))


def _own_number(actor: Actor) -> str | None:
    """Only whose number was seen represents anybody: registers know persons by it."""
    mine = seen_papers(actor.person) if actor.person is not None and actor.institution is None else ()
    return next((one.number for one in mine if one.kind == NATIONAL), None)


def _told(institution: str, service: str, register: MandateRegister, number: str) -> list[Told]:
    day = today(clock())
    if register.institution == institution:
        system = Actor(channel="system", institution=institution, purpose=service or None)
        rows: Said = records_by_representative(system, register, number)
    else:
        rows = _asked(institution, service, register, number)
    return [_of(register, row, reference) for row, reference in rows if register.holds(row, day)]


def _of(register: MandateRegister, row: Mapping[str, Any], reference: str) -> Told:
    born = row.get(register.born or "")
    name = {one: row[one] for one in register.title if one in row}
    day = date.fromisoformat(born) if isinstance(born, str) and born else None
    return Told(str(row[register.source.number]), name, day, reference)


def _asked(institution: str, service: str, register: MandateRegister, number: str) -> Said:
    """What another institution's register answers, under an agreement; its silence is remembered for a moment."""
    address = offer_address(register.institution, f"{register.registry}/{register.source.offer}")
    if _SILENT.get(address, clock().now()) > clock().now():
        raise UnansweredError(AWAY)
    message = str(new_id())
    question = Question(
        offer_address(institution, service), address, message, path=f"/{number}", purpose=service, subject=number
    )
    try:
        status, body = exchange(question)
    except UnansweredError:
        _SILENT[address] = clock().now() + SILENT_FOR
        raise
    if status != 200 or not isinstance(body, list) or not all(isinstance(one, dict) for one in body):
        raise UnansweredError("services.holder_refused", str(status))
    return [(one, message) for one in body]


def unconfirmed(institution: str) -> CodedError:
    """What is said where a register that may know of a mandate does not answer."""
    return CodedError("services.mandate_unconfirmed", institution=country().institutions[institution].names)
