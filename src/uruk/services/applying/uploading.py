"""Files that answers consist of: looked at before they are kept, handed out to whoever is shown the answer."""

from dataclasses import replace
from typing import cast
from uuid import UUID

from uruk.files.api import Limits, intake_pdf, media_of, names_file
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
    """A file of a case, handed in as an answer or said with an action, for whoever is shown this (an officer's reading
    is noted).

    Errors: ``services.file_unknown``, those of `get_case`.
    """
    found = get_case(actor, case)
    said = {} if found.decision is None else found.decision.said
    proposed = {} if found.proposed is None else found.proposed.said
    if not names_file([found.answers, found.decided, said, proposed], sha256):
        raise CodedError("services.file_unknown")
    return load_file(case, sha256)


def examine_answer(asked: Question, data: bytes) -> None:
    """Refuse what a question does not take, and what is hostile; what it is is seen from what stands in it."""
    if not data:
        raise CodedError("services.file_empty")
    if _check_kind(asked, data) == "pdf":
        intake_pdf(data, replace(Limits(), max_bytes=cast(int, asked.max_kib) << 10))


def _check_kind(asked: Question, data: bytes) -> str:
    most_kib, media = cast(int, asked.max_kib), media_of(data)
    if len(data) > most_kib << 10:
        raise CodedError("services.file_too_large", kib=most_kib)
    if media not in asked.media:
        raise CodedError("services.file_type", types=" / ".join(one.upper() for one in asked.media))
    return media


def check_taken(asked: Question, of: UUID, sha256: str) -> None:
    """Refuse a file as what is said with an action where nobody handed it in, or not as something of this kind.

    Errors: ``services.file_unknown``, ``services.file_too_large``, ``services.file_type``.
    """
    _check_kind(asked, load_file(of, sha256))


def _question(institution: str, service: str, name: str) -> Question:
    steps = current_service(institution, service).model.steps
    found = next((one for step in steps for one in step.questions if one.field.name == name), None)
    if found is None or found.field.type != "file":
        raise CodedError("services.file_question")
    return found
