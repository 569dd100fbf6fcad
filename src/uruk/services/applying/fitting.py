"""A draft on the service as it is in force now: which of its answers still have a question, and what has changed."""

from collections.abc import Collection
from typing import cast

from uruk.definitions.api import Definition
from uruk.publishing.api import by_digest
from uruk.services.applying.forms import names_in
from uruk.services.domain.definition import ServiceDefinition
from uruk.services.models import Draft
from uruk.services.pins import Pinned


def fitting(row: Draft, pinned: Pinned) -> dict[str, object]:
    """The answers without those to questions that the service has no more."""
    if row.definition == pinned.definition.digest.hex():
        return dict(row.answers)
    known = {step.name: names_in(step) for step in pinned.model.steps}
    plain = {name for step in pinned.model.steps if step.repeat is None for name in known[step.name]}
    rows = {step.name for step in pinned.model.steps if step.repeat is not None}
    kept = {name: value for name, value in row.answers.items() if name in plain}
    return kept | {name: _rows_of(row.answers[name], known[name]) for name in rows & row.answers.keys()}


def _rows_of(written: object, known: Collection[str]) -> list[dict[str, object]]:
    rows = written if isinstance(written, list) else []
    return [{name: one[name] for name in one if name in known} for one in rows if isinstance(one, dict)]


def changed(row: Draft, now: Definition) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Questions that came and went since the draft was saved."""
    if row.definition == now.digest.hex():
        return (), ()
    before, after = _questions(by_digest(bytes.fromhex(row.definition))), _questions(now)
    return tuple(one for one in after if one not in before), tuple(one for one in before if one not in after)


def _questions(definition: Definition) -> list[str]:
    model = cast(ServiceDefinition, definition.model)
    return [question.field.name for step in model.steps for question in step.questions]
