"""Facts are asked of who holds them: the own registries by their door, other institutions over the exchange."""

import http.client
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from uruk.acts.api import clock, node_settings
from uruk.definitions.api import Fields
from uruk.exchange.api import ask_own_gateway, member_address
from uruk.kernel.api import Actor, CodedError, today
from uruk.publishing.api import country
from uruk.registries.api import (
    Filter,
    PageQuery,
    RecordView,
    RegistryDefinition,
    draw_number,
    get_record,
    get_registry,
    list_records,
)
from uruk.services.domain.cases.contents import FactTold, Told
from uruk.services.domain.definition import Fact
from uruk.services.domain.ground import NOTHING, Ground, Waiting
from uruk.services.domain.judging.reckoning import Reckoning
from uruk.services.pins import Pinned
from uruk.services.representing import person_of
from uruk.services.running.recording import Opened

MAX_RECORDS = 100
# Nobody answered at all.
AWAY = "services.holder_away"
_REQUESTS = UUID("8d7c51b4-70f8-5b1c-8d55-6f0f1f7f2c11")
# What is asked of another institution: client, service, path, headers of the request; status and body of the answer.
Exchange = Callable[["Question"], tuple[int, Any]]


class UnansweredError(Exception):
    """Nobody answered, and somebody may later. `reason`: the code of an error; `detail`: what else is known."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Question:
    """A request to another institution; the same `message_id` is the same request, and is answered the same."""

    client: str
    service: str
    message_id: str
    method: str = "GET"
    path: str = ""
    body: Any = None
    purpose: str = ""
    subject: str = ""


def fetch(case: Opened, name: str, tries: int) -> Told | None:
    """What the holder of a fact says; None where it cannot be asked for yet. Errors: `UnansweredError`."""
    if case.pinned.model.facts[name].draws:
        return _drawn(case, name)
    # What was told before is asked for anew where the answers by which it was found are others now.
    before = sum(isinstance(one.content, FactTold) and one.content.fact == name for one in case.acts)
    request = str(uuid5(_REQUESTS, f"{case.id}/facts.{name}/{tries}" + (f"/{before}" if before else "")))
    subject = person_of(case.row.subject)
    return fetch_fact(case.pinned, case.standing.ground(today(clock())), name, request, subject)


def fetch_fact(pinned: Pinned, ground: Ground, name: str, request: str, subject: str) -> Told | None:
    """The same of what is no case yet, for which no number is drawn.

    `request`: the id of a message, if one is sent; `subject`: the applicant.
    """
    reckoning, fact = Reckoning(pinned.service, ground), pinned.model.facts[name]
    if fact.draws:
        return None
    asked = [
        {key: reckoning.run(typed, rows) for key, typed in pinned.service.fact_inputs[name].items()}
        for rows in _rows(reckoning, fact)
    ]
    if any(isinstance(one, Waiting) for values in asked for one in values.values()):
        return None
    # By what is not there nobody is found.
    whole = [values for values in asked if NOTHING not in values.values()]
    if not whole:
        return Told(None, "none", "")
    fields = pinned.service.facts[name]
    if fact.ask:
        return _asked(pinned, fact, fields, whole, request, subject)
    return _read(pinned, fact, fields, whole)


def _rows(reckoning: Reckoning, fact: Fact) -> list[dict[str, Mapping[str, object]]]:
    """For what a fact is looked for: once, or for every row of the list that it names."""
    return [{}] if fact.each is None else [{"row": one} for one in reckoning.rows(tuple(fact.each.split(".")))]


# -- the own registries ------------------------------------------------------------------------------------------------


def _read(pinned: Pinned, fact: Fact, fields: Fields, asked: Sequence[Mapping[str, Any]]) -> Told:
    actor, institution = Actor.system(pinned.model.institution), pinned.model.institution
    registry = get_registry(actor, institution, fact.source[0]).model
    capacity = registry.capacity
    try:
        each = (one for values in asked for one in _records(actor, registry, fact, values))
        found = tuple({one.record: one for one in each}.values())[:MAX_RECORDS]
    except CodedError as error:
        if error.code == "registries.record_unknown":
            return Told(None, "registry", "")
        raise UnansweredError(error.code) from error
    left = "" if capacity is None else capacity.left
    said = [{name: one for name, one in {**row.values, left: row.left}.items() if name in fields} for row in found]
    reference = " ".join(f"{one.record}/{one.latest}" for one in found)
    if fact.many:
        return Told(said, "registry", reference)
    return Told(said[0] if said else None, "registry", reference)


def _drawn(case: Opened, name: str) -> Told:
    """The number that the case has, drawn when it is first needed."""
    institution, (registry,) = case.row.institution, case.pinned.model.facts[name].source
    actor, purpose = Actor.system(institution), uuid5(_REQUESTS, f"{case.id}/numbers.{name}")
    series = get_registry(actor, institution, registry).model.series
    try:
        number = draw_number(actor, institution, registry, purpose)
    except CodedError as error:
        raise UnansweredError(error.code) from error
    assert series is not None, "a number was drawn"
    return Told({series.of: number}, "registry", "")


def _records(actor: Actor, registry: RegistryDefinition, fact: Fact, values: Mapping[str, Any]) -> list[RecordView]:
    institution, code = actor.institution or "", fact.source[0]
    if fact.newest is None and not fact.many and any(set(key) == set(values) for key in registry.keys):
        found = get_record(actor, institution, code, key=values)
        return [found] if found.status == "live" else []
    filters = tuple(Filter(name, "eq", value) for name, value in values.items())
    limit = MAX_RECORDS if fact.many else 1
    query = PageQuery(filters=filters, limit=limit, order=fact.newest, descending=fact.newest is not None)
    page = list_records(actor, institution, code, query)
    return list(page.records)


# -- other institutions ------------------------------------------------------------------------------------------------


def _asked(
    pinned: Pinned, fact: Fact, fields: Fields, asked: Sequence[Mapping[str, Any]], request: str, subject: str
) -> Told:
    """What another institution answers; asked row by row, to a message of its own for each that is another."""
    paths = dict.fromkeys("".join(f"/{quote(str(one), safe='')}" for one in values.values()) for values in asked)
    sent = {path: request if fact.each is None else str(uuid5(UUID(request), path)) for path in paths}
    rows = [one for path, message in sent.items() for one in _answer(pinned, fact, path, message, subject)]
    said = [{name: one[name] for name in one if name in fields} for one in rows]
    reference = " ".join(sent.values())
    return Told(said if fact.many else said[0] if said else None, "exchange", reference)


def _answer(pinned: Pinned, fact: Fact, path: str, message: str, subject: str) -> list[dict[str, Any]]:
    """The records in one answer; none where nothing is known there."""
    service = offer_address(fact.source[0], f"{fact.source[1]}/{fact.source[2]}")
    question = Question(client_address(pinned), service, message, path=path, purpose=pinned.model.code, subject=subject)
    status, body = exchange(question)
    if status == http.client.NOT_FOUND:
        return []
    if status != http.client.OK:
        raise UnansweredError("services.holder_refused", str(status))
    rows = body if isinstance(body, list) else [body]
    is_as_asked = fact.each is not None or isinstance(body, list) == fact.many
    if not is_as_asked or not all(isinstance(one, dict) for one in rows):
        raise UnansweredError("services.answer_malformed")
    return rows


def client_address(pinned: Pinned) -> str:
    """As whom a service asks in the exchange."""
    return offer_address(pinned.model.institution, pinned.model.code)


def offer_address(institution: str, rest: str) -> str:
    """The address of something of an institution in the exchange."""
    known = country()
    return f"{member_address(known.code, known.institutions[institution])}/{rest}"


def exchange(question: Question) -> tuple[int, Any]:
    """Ask another institution; status and JSON of its answer. Errors: `UnansweredError`."""
    return _EXCHANGE[0](question)


def use_exchange(ask: Exchange) -> Exchange:
    """Have others asked by this instead, until it is given back: for tests."""
    before, _EXCHANGE[0] = _EXCHANGE[0], ask
    return before


def _by_gateway(question: Question) -> tuple[int, Any]:
    given: dict[str, Any] = {
        "message_id": question.message_id,
        "purpose": question.purpose,
        "subject": question.subject,
    }
    if question.body is not None:
        given["json"] = question.body
    socket = node_settings().data / "gateway" / "gateway.sock"
    try:
        status, body = ask_own_gateway(
            socket, question.client, question.method, question.service, question.path, **given
        )
        return status, json.loads(body) if body else None
    except CodedError as error:
        raise UnansweredError(AWAY, str(error.values.get("reason", ""))) from error
    except ValueError as error:
        raise UnansweredError("services.answer_malformed") from error


_EXCHANGE: list[Exchange] = [_by_gateway]
