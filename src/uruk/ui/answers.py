"""What a form sent: answers that must be there, and a passkey's answer."""

import json
from collections.abc import Mapping
from typing import Any

from uruk.kernel.api import CodedError
from uruk.ui.language import reader_language
from uruk.ui.rows import Problem, Row, problems, with_error

PASSKEY_LONGEST = 20_000


def require_answers(typed: Mapping[str, str], *names: str) -> None:
    """Refuse blank answers, all at once: ``ui.answer_missing`` with the names of the ``questions``."""
    blank = tuple(name for name in names if not typed.get(name, "").strip())
    if blank:
        raise CodedError("ui.answer_missing", questions=blank)


def blame(
    rows: tuple[Row, ...], error: CodedError, places: Mapping[str, str]
) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    """The rows with an error at its questions, and the summary of errors.

    ``places`` gives the question of an error by its code; an error without one is told of the form as a whole.
    """
    sentence = error.sentence(reader_language())
    blank = error.values.get("questions")
    for name in blank if isinstance(blank, tuple) else (places.get(error.code, ""),):
        rows = with_error(rows, name, sentence)
    return rows, problems(rows) or (Problem(sentence),)


def passkey_answer(typed: Mapping[str, str]) -> dict[str, Any]:
    """The browser's PublicKeyCredential as JSON, from the field ``passkey``; none: ``ui.passkey_missing``."""
    text = typed.get("passkey", "")
    try:
        found = json.loads(text) if len(text) <= PASSKEY_LONGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise CodedError("ui.passkey_missing")
    return found
