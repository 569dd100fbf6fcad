"""What a form sent: answers that must be there, and a passkey's answer."""

import json
from collections.abc import Mapping
from typing import Any

from uruk.kernel.api import CodedError

PASSKEY_LONGEST = 20_000


def require_answers(typed: Mapping[str, str], *names: str) -> None:
    """Refuse the first of these questions that was left blank: ``ui.answer_missing`` with its name."""
    for name in names:
        if not typed.get(name, "").strip():
            raise CodedError("ui.answer_missing", question=name)


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
