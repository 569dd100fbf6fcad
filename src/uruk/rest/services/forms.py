"""Whether answers have the form that the description says, also those to questions that are not asked of this one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from uruk.definitions.api import Field, Fields
from uruk.kernel.api import CodedError
from uruk.rest.registries.forms import misfits
from uruk.services.api import ServiceDefinition, Step

Problems = tuple[tuple[str, CodedError], ...]


def answer_fields(model: ServiceDefinition) -> Fields:
    """What may be answered: the fields of plain steps, and of each repeated one a list that is called like it."""
    return Fields(tuple(_fields(model)))


def certain(model: ServiceDefinition) -> frozenset[str]:
    """What everybody must answer, whatever else they say: it hangs on nothing."""
    plain = (one for one in model.steps if one.when is None and one.repeat is None)
    needed = (one for step in plain for one in step.questions if one.when is None)
    return frozenset(one.field.name for one in needed if one.field.required or one.field.type == "declaration")


def form_problems(model: ServiceDefinition, answers: Mapping[str, Any]) -> Problems:
    """What is not as described in answers, by path; whether something is missing the service says itself."""
    fields = answer_fields(model)
    wrong = tuple(misfits(fields, answers))
    if wrong:
        return wrong
    loose = Fields(tuple(_loose(one) for one in fields if one.name in answers))
    known = {name: one for name, one in answers.items() if fields.find(name) is not None}
    return loose.validate(known).errors


def together(*found: Problems) -> Problems:
    """Of each place the first problem."""
    first: dict[str, CodedError] = {}
    for path, error in (each for one in found for each in one):
        first.setdefault(path, error)
    return tuple(first.items())


def _fields(model: ServiceDefinition) -> Iterator[Field]:
    for step in model.steps:
        if step.repeat is None:
            yield from (one.field for one in step.questions)
        else:
            yield _rows(step)


def _rows(step: Step) -> Field:
    # What is asked only of some need not stand in every row.
    members = (one.field if one.when is None else replace(one.field, required=False) for one in step.questions)
    most = 100 if step.repeat is None else step.repeat.maximum
    return Field(step.name, "list", required=False, maximum=most, members=Fields(tuple(members)))


def _loose(item: Field) -> Field:
    return replace(item, required=False)
