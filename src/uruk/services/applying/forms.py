"""A form as faces show it: what was typed, cleaned, asked and is wrong; of a draft, or of a case that was sent back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uruk.services.domain.cases.contents import Told
from uruk.services.domain.definition import Step
from uruk.services.domain.judging.answering import Answered
from uruk.services.pins import Pinned
from uruk.services.views import DraftView


def form_of(
    of: UUID,
    pinned: Pinned,
    typed: Mapping[str, object],
    checked: Answered,
    facts: Mapping[str, Told],
    *,
    saved_at: datetime,
    deleted_on: date,
    **more: Any,
) -> DraftView:
    """What was typed on a service, checked, as its form. `more`: what only drafts have."""
    return DraftView(
        id=of,
        institution=pinned.model.institution,
        service=pinned.model.code,
        definition=pinned.definition,
        answers={**typed, **checked.typed},
        cleaned=checked.values,
        problems=tuple(checked.errors),
        asked=tuple(checked.asked),
        questions=checked.questions,
        about=checked.about,
        facts={name: one.value for name, one in facts.items()},
        linked=pinned.service,
        waiting=tuple(sorted(checked.waiting)),
        saved_at=saved_at,
        deleted_on=deleted_on,
        **more,
    )


def names_in(step: Step) -> frozenset[str]:
    """What may stand in the answers of a step: its questions, and in a row what it is about."""
    names = {one.field.name for one in step.questions}
    return frozenset(names if step.repeat is None else names | {step.repeat.name} - {""})
