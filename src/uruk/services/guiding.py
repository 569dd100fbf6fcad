"""The directory of services, and the guide: whether the conditions hold, tried on answers of which nothing is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from uruk.acts.api import clock, hosted_institutions
from uruk.definitions.api import Article, Definition, Field, Fields, tokens
from uruk.kernel.api import CodedError, Text, new_id, today
from uruk.publishing.api import codes_in_force, country
from uruk.registries.api import RegistryDefinition
from uruk.services.applying.submitting import InvalidAnswersError
from uruk.services.domain.definition import ServiceDefinition, Step
from uruk.services.domain.ground import AWAY, NOTHING, Ground
from uruk.services.domain.judging.judging import facts_behind, needs_behind
from uruk.services.domain.judging.reckoning import Reckoning
from uruk.services.domain.linked import Service
from uruk.services.pins import KIND, Pinned, current_service, open_service
from uruk.services.running.asking import UnansweredError, fetch_fact

MAX_ROWS = 20
# By what somebody applies; the others are asked by institutions, or opened by a case.
APPLIED = frozenset({"web", "counter"})
# What the guide asks nobody for: it keeps nothing.
_NOT_ASKED = frozenset({"file", "declaration"})


@dataclass(frozen=True)
class Guide:
    """What the guide of a service asks: fields of plain steps, and of each repeated one a list called like it."""

    definition: Definition
    fields: Fields


@dataclass(frozen=True)
class Tried:
    """A condition that was tried. `holds`: None while it rests on what is asked only when somebody applies (`facts`).

    `personal`: it rests on who applies.
    """

    name: str
    text: Text
    holds: bool | None
    law: str
    article: Article | None
    facts: tuple[str, ...]
    personal: bool


def list_services() -> tuple[Definition, ...]:
    """The services of this node that anybody may begin now, by institution and code."""
    found = []
    for institution in sorted(hosted_institutions()):
        for code in codes_in_force(KIND, institution):
            try:
                one = open_service(institution, code)
                found += [one] if APPLIED & set(cast(ServiceDefinition, one.model).channels) else []
            except CodedError as error:
                if error.code != "services.service_not_open":
                    raise
    return tuple(found)


def get_service(institution: str, code: str) -> Definition:
    """A service that may be begun now. Errors: ``services.service_not_open``."""
    return open_service(institution, code)


def guide_of(institution: str, code: str) -> Guide | None:
    """What the guide of a service asks; None where it has none. Errors: ``services.service_not_open``."""
    pinned = current_service(institution, code)
    if not pinned.model.guide:
        return None
    return Guide(pinned.definition, Fields(tuple(_asked(pinned.service))))


def try_guide(institution: str, code: str, answers: Mapping[str, object]) -> tuple[Tried, ...]:
    """Whether each condition of the guide holds for these answers, with its article. Nothing is kept.

    Errors: ``services.service_not_open``, `InvalidAnswersError`.
    """
    pinned = current_service(institution, code)
    checked = Fields(tuple(_asked(pinned.service))).validate(answers)
    if checked.errors:
        raise InvalidAnswersError(checked.errors)
    ground = _known(pinned, Ground(today(clock()), answers=checked.values))
    return tuple(_tried(pinned, Reckoning(pinned.service, ground), name) for name, _ in pinned.model.guide)


def _tried(pinned: Pinned, reckoning: Reckoning, name: str) -> Tried:
    needs = pinned.service.conditions[name].needs
    behind = needs_behind(pinned.service, needs)
    personal = any(one.startswith("applicant.") for one in behind)
    missing = tuple(one for one in facts_behind(pinned.service, needs) if reckoning.ground.facts.get(one, AWAY) is AWAY)
    found = reckoning.condition(name)
    law = pinned.model.conditions[name].law or ""
    return Tried(
        name,
        pinned.definition.texts.get(f"conditions.{name}"),
        found if isinstance(found, bool) and not personal else None,
        law,
        country().shared.laws.find(law) if law else None,
        missing,
        personal,
    )


# -- what is asked -----------------------------------------------------------------------------------------------------


def _asked(service: Service) -> Iterator[Field]:
    """The questions on which the conditions rest, in the order of the steps."""
    wanted, words = _wanted(service)
    for step in service.definition.steps:
        fields = [one.field for one in step.questions if one.field.type not in _NOT_ASKED]
        if step.repeat is None:
            yield from (one for one in fields if f"answers.{one.name}" in wanted)
        elif f"answers.{step.name}" in wanted:
            yield _rows(step, [one for one in fields if one.name in words] or fields)


def _rows(step: Step, fields: list[Field]) -> Field:
    most = MAX_ROWS if step.repeat is None else min(step.repeat.maximum, MAX_ROWS)
    # What is asked only of some is not known to be asked here.
    whens = {one.field.name for one in step.questions if one.when is not None}
    members = tuple(replace(one, required=False) if one.name in whens else one for one in fields)
    return Field(step.name, "list", minimum=1, maximum=most, members=Fields(members))


def _wanted(service: Service) -> tuple[frozenset[str], frozenset[str]]:
    """What the conditions of the guide rest on, and every word of the expressions and columns behind them."""
    named = [service.conditions[name] for name, _ in service.definition.guide]
    wanted = frozenset[str]().union(*(needs_behind(service, one.needs) for one in named))
    sources = [one.formula.source for one in named]
    sources += [service.values[one].formula.source for one in wanted if one in service.values]
    words = {token.group() for source in sources for token in tokens(source) if token.lastgroup == "name"}
    columns = {path[-1] for one in wanted if one in service.tables for path in service.tables[one].paths}
    return wanted, frozenset(words | columns)


# -- what is known without asking who somebody is ----------------------------------------------------------------------


def _known(pinned: Pinned, ground: Ground) -> Ground:
    """The ground with the facts that are about nobody and found by these answers."""
    for name, fact in pinned.model.facts.items():
        if fact.ask or not _is_about_nobody(pinned, name):
            continue
        try:
            told = fetch_fact(pinned, ground, name, str(new_id()), "")
        except UnansweredError:
            continue
        if told is not None:
            value: Any = NOTHING if told.value is None else told.value
            ground = replace(ground, facts={**ground.facts, name: value})
    return ground


def _is_about_nobody(pinned: Pinned, name: str) -> bool:
    """Whether a registry is about things, and what is read there is found by answers alone."""
    fact = pinned.model.facts[name]
    registry = country().find("registry", pinned.model.institution, fact.source[0])
    needs = needs_behind(pinned.service, {f"facts.{name}"})
    return (
        registry is not None
        and not cast(RegistryDefinition, registry.model).subjects
        and not any(one.startswith("applicant.") for one in needs)
    )
