"""Files that answers consist of: looked at before they are kept, handed out to whoever is shown the answer."""

from dataclasses import replace
from typing import cast
from uuid import UUID

from uruk.files.api import Limits, intake_pdf, media_of
from uruk.kernel.api import Actor, CodedError
from uruk.services.applying.drafting import find_draft
from uruk.services.applying.keeping import keep_file, load_file
from uruk.services.domain.definition import Question
from uruk.services.pins import current_service
from uruk.services.reading import get_case


def keep_draft_file(actor: Actor, draft: UUID, question: str, data: bytes, token: str = "") -> str:
    """Keep a file as the answer to a question of a draft; its SHA-256 in hexadecimal, which is the answer.

    What the question takes, and how much of it, the service says. Errors: ``services.draft_unknown``,
    ``services.file_question``, ``services.file_empty``, ``services.file_too_large``, ``services.file_type``,
    those of `keep_file` and `files.intake_pdf`.
    """
    row = find_draft(actor, draft, token)
    examine_answer(_question(row.institution, row.service, question), data)
    return keep_file(row.pk, data)


def draft_file(actor: Actor, draft: UUID, sha256: str, token: str = "") -> bytes:
    """A file of a draft of one's own. Errors: ``services.draft_unknown``, ``services.file_unknown``."""
    return load_file(find_draft(actor, draft, token).pk, sha256)


def case_file(actor: Actor, case: UUID, sha256: str) -> bytes:
    """A file that an answer of a case is, for whoever is shown this answer (an officer's reading is noted).

    Errors: ``services.file_unknown``, those of `get_case`.
    """
    if not _holds(get_case(actor, case).answers, sha256):
        raise CodedError("services.file_unknown")
    return load_file(case, sha256)


def examine_answer(asked: Question, data: bytes) -> None:
    """Refuse what a question does not take, and what is hostile; what it is is seen from what stands in it."""
    most_kib = cast(int, asked.max_kib)
    if not data:
        raise CodedError("services.file_empty")
    if len(data) > most_kib << 10:
        raise CodedError("services.file_too_large", kib=most_kib)
    media = media_of(data)
    if media not in asked.media:
        raise CodedError("services.file_type", types=" / ".join(one.upper() for one in asked.media))
    if media == "pdf":
        intake_pdf(data, replace(Limits(), max_bytes=most_kib << 10))


def _question(institution: str, service: str, name: str) -> Question:
    steps = current_service(institution, service).model.steps
    found = next((one for step in steps for one in step.questions if one.field.name == name), None)
    if found is None or found.field.type != "file":
        raise CodedError("services.file_question")
    return found


def _holds(value: object, sha256: str) -> bool:
    if isinstance(value, dict):
        return any(_holds(each, sha256) for each in value.values())
    return any(_holds(each, sha256) for each in value) if isinstance(value, list) else value == sha256
