"""Answers given anew: a case that was sent back, as a form on the rules that it is pinned to."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, today
from uruk.services.applying.forms import form_of, names_in
from uruk.services.applying.keeping import load_file
from uruk.services.applying.uploading import examine_answer
from uruk.services.domain.definition import APPLICANT, Question
from uruk.services.domain.judging.answering import check_answers
from uruk.services.rights import own_case, turn_now
from uruk.services.running.recording import Opened
from uruk.services.views import DraftView
from uruk.services.working.loose import keep_loose


def mended(actor: Actor, case: UUID, answers: Mapping[str, object]) -> DraftView:
    """A case of one's own that was sent back, with these answers laid over those that it has; nothing is kept.

    Errors: ``services.case_unknown``, ``services.not_given_to_you``.
    """
    found = _sent_back(actor, case)
    pinned, ground = found.pinned, found.standing.ground(today(clock()))
    typed = {**_as_typed(found), **answers}
    checked = check_answers(pinned.service, typed, replace(ground, answers={}), whole=False)
    entry = found.standing.entry
    return form_of(
        found.id,
        pinned,
        typed,
        checked,
        found.standing.facts,
        saved_at=entry.at,
        deleted_on=entry.due or today(clock()),
    )


def keep_case_file(actor: Actor, case: UUID, question: str, data: bytes) -> str:
    """Keep a file as the new answer to a question of a case that was sent back; its SHA-256 in hexadecimal.

    Errors: those of `mended`, ``services.file_question``, ``services.file_empty``, ``services.file_too_large``,
    ``services.file_type``, those of `keep_file`.
    """
    found = _sent_back(actor, case)
    asked = (one for step in found.pinned.model.steps for one in step.questions if one.field.name == question)
    for one in asked:
        if one.field.type == "file":
            return _kept(found, one, data)
    raise CodedError("services.file_question")


def mended_file(actor: Actor, case: UUID, sha256: str) -> bytes:
    """A file of a case that was sent back, new ones too. Errors: those of `mended`, ``services.file_unknown``."""
    return load_file(_sent_back(actor, case).id, sha256)


def _kept(case: Opened, asked: Question, data: bytes) -> str:
    examine_answer(asked, data)
    return keep_loose(case.id, data)


def _sent_back(actor: Actor, case: UUID) -> Opened:
    found = own_case(actor, case)
    if turn_now(found).task != APPLICANT:
        raise CodedError("services.not_given_to_you")
    return found


def _as_typed(case: Opened) -> dict[str, object]:
    """The answers that it has, without what nobody types: what tables say of a row."""
    typed = dict(case.standing.answers)
    for step in case.pinned.model.steps:
        rows = typed.get(step.name)
        if step.repeat is not None and isinstance(rows, list):
            names = names_in(step)
            typed[step.name] = [{name: one[name] for name in one if name in names} for one in rows]
    return typed
