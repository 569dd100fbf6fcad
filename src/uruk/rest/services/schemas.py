"""What a service asks and what is told of its cases, as JSON Schema 2020-12; titles in the language that is active."""

from collections.abc import Mapping
from typing import Any

from uruk.definitions.api import Definition, Field, Fields
from uruk.rest.registries.schemas import (
    DAY,
    DIGEST,
    MOMENT,
    NUMBER,
    TEXT,
    UUID,
    Schema,
    always,
    closed,
    or_null,
    ref,
    titled,
)
from uruk.rest.services.forms import certain
from uruk.rest.services.telling import text_of
from uruk.services.api import CLOSED, MAX_BATCH, Fact, ServiceDefinition, State, Step

_COUNT: Schema = {"type": "integer", "minimum": 0}
_ERROR: Schema = {"code": {"type": "string", "pattern": "^[a-z]+\\.[a-z0-9_]+$"}, "sentence": TEXT}
_FREE: Schema = {"type": "object", "description": "Under the definition that the case names."}


def answers_schema(definition: Definition, model: ServiceDefinition) -> Schema:
    """All answers: plain steps' fields, and of each repeated step a list of rows called like it.

    Required is only what everybody is asked; what hangs on other answers the service says when it is tried.
    """
    properties: dict[str, Schema] = {}
    for step in model.steps:
        properties |= _step_properties(definition, step)
    return closed(properties, *sorted(certain(model)))


def description_of(definition: Definition, model: ServiceDefinition, language: str) -> dict[str, Any]:
    """Steps, facts, conditions and states of a service, in words and as schemas."""
    texts = definition.texts
    return {
        "about": text_of(texts, "about", language),
        "steps": [_step(definition, one, language) for one in model.steps],
        "facts": [_fact(one, text_of(texts, f"facts.{one.name}", language)) for one in model.facts.values()],
        "conditions": [
            {"condition": one.name, "text": text_of(texts, f"conditions.{one.name}", language), "law": one.law or None}
            for one in model.conditions.values()
        ],
        "states": [_state(one, text_of(texts, f"states.{one.name}", language)) for one in model.states.values()],
        "answers": answers_schema(definition, model),
    }


def schemas(definition: Definition, model: ServiceDefinition) -> dict[str, Schema]:
    """Every schema of a service's interface."""
    return {"Answers": answers_schema(definition, model), **_bodies(), **_answers(model), **_described()}


def _step_properties(definition: Definition, step: Step) -> dict[str, Schema]:
    fields = Fields(tuple(one.field for one in step.questions))
    properties = titled(definition, fields)
    if step.repeat is None:
        return properties
    needed = [one.field.name for one in step.questions if one.when is None and _is_needed(one.field)]
    rows = {"type": "array", "maxItems": step.repeat.maximum, "items": closed(properties, *needed)}
    return {step.name: rows}


def _is_needed(item: Field) -> bool:
    return item.required or item.type == "declaration"


def _step(definition: Definition, step: Step, language: str) -> dict[str, Any]:
    repeat = step.repeat
    told = None if repeat is None else {"over": repeat.over, "min": repeat.minimum, "max": repeat.maximum}
    return {
        "step": step.name,
        "title": text_of(definition.texts, f"steps.{step.name}.title", language),
        "always": step.when is None,
        "repeat": told,
        "fields": [one.field.name for one in step.questions],
        "conditional": [one.field.name for one in step.questions if one.when is not None],
        "answers": _step_properties(definition, step),
    }


def _fact(fact: Fact, text: str | None) -> dict[str, Any]:
    return {"fact": fact.name, "text": text, "holder": fact.holder, "source": "/".join(fact.source)}


def _state(state: State, text: str | None) -> dict[str, Any]:
    actions = [one.name for one in state.actions]
    return {
        "state": state.name,
        "kind": state.kind,
        "text": text,
        "task": state.task,
        "waits": state.waits,
        "closed": state.closed,
        "actions": actions,
        "outcomes": sorted(state.outcomes),
    }


def _bodies() -> dict[str, Schema]:
    # A lone line of spaces is none.
    said = {"type": "string", "minLength": 1, "maxLength": 1_000, "pattern": "\\S"}
    purpose = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "\\S"}
    law = {"type": "string", "maxLength": 80, "examples": ["e-signature/13"]}
    # What is not as described is told in the outcome of that case.
    each = {"anyOf": [ref("Answers"), {"type": "object"}]}
    key = {**UUID, "description": "The caller's own for each case; the same again is the same case"}
    return {
        "Check": closed({"answers": ref("Answers")}, "answers"),
        "HandIn": always({"consent": UUID, "answers": ref("Answers")}),
        "Batch": always(
            {
                "cases": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MAX_BATCH,
                    "items": always({"key": key, "consent": UUID, "answers": each}),
                }
            }
        ),
        "Read": closed({"purpose": purpose, "law": law}, "purpose", "law"),
        "Act": closed({"note": said}, "note"),
    }


def _answers(model: ServiceDefinition) -> dict[str, Schema]:
    turn = {"type": "string", "description": f"task:ROLE, wait:PARTY PARTY, or one of {', '.join(CLOSED)}"}
    status = {
        "case": UUID, "service": TEXT, "definition": DIGEST, "seq": NUMBER,
        "state": {"type": "string", "description": f"Of this version: {', '.join(model.states)}"}, "turn": turn,
        "arrived": MOMENT, "since": MOMENT, "due": or_null(DAY), "error": or_null(TEXT),
    }  # fmt: skip
    paper = {
        "type": TEXT, "outcome": TEXT, "waits_for": {"type": "array", "items": TEXT}, "document": or_null(UUID),
    }  # fmt: skip
    act = {
        "seq": NUMBER, "act": UUID, "type": TEXT, "at": MOMENT, "role": TEXT, "channel": TEXT,
        "program": {"type": "boolean"}, "by": TEXT, "to": TEXT, "log": TEXT, "number": _COUNT,
    }  # fmt: skip
    papers = {"type": "array", "items": ref("Document")}
    whole: Mapping[str, Schema] = dict.fromkeys(("applicant", "answers", "facts", "values", "decided"), _FREE)
    problem = always({"field": TEXT, **_ERROR})
    problems = {"type": "array", "items": problem, "description": "Each field, at most 1,000"}
    return {
        "Status": always(status),
        "Page": always({"cases": {"type": "array", "items": ref("Status")}, "next": or_null(TEXT)}),
        "Document": always(paper),
        "Documents": always({"documents": papers}),
        "Acts": always({"acts": {"type": "array", "items": always(act)}, "next": or_null(TEXT)}),
        "Case": always({**status, **whole, "documents": papers}),
        "HandedIn": always({**status, "number": TEXT, "receipt": TEXT}),
        "BatchDone": always({"cases": {"type": "array", "items": always({
            "key": UUID, "case": or_null(ref("HandedIn")), "tried": or_null(ref("Tried")),
            "error": or_null(ref("Refusal")),
        })}, "refused": _COUNT}),
        "FileAnswer": always({"answer": DIGEST}),
        "Tried": always({
            "valid": {"const": True},
            "asked": {"type": "array", "items": TEXT},
            "waiting": {"type": "array", "items": TEXT, "description": "Facts that are asked for only then"},
        }),
        "Refusal": closed({**_ERROR, "problems": problems}, "code", "sentence"),
        "Error": always({"error": ref("Refusal")}),
    }  # fmt: skip


def _described() -> dict[str, Schema]:
    several = {"type": "array", "items": {"type": "object"}}
    parts = {"steps": several, "facts": several, "conditions": several, "states": several}
    names = {"type": "array", "items": TEXT}
    listed = {
        "service": TEXT, "title": TEXT, "digest": DIGEST, "event": or_null(TEXT), "channels": names, "for": names,
        "assurance": TEXT, "fee": {"type": "boolean"}, "openapi": TEXT,
    }  # fmt: skip
    return {
        "Listed": always(listed),
        "Description": always({**listed, "about": or_null(TEXT), **parts, "answers": {"type": "object"}}),
    }
