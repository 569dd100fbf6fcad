"""Files that are handed in with a case before anybody has said them: what nobody says goes after a week."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from uruk.acts.api import clock, enqueue, job
from uruk.files.api import names_file
from uruk.services.applying.consenting import consent_of
from uruk.services.applying.keeping import forget_file, keep_file
from uruk.services.running.recording import Opened, find_case

LOOSE = "services.loose-file"
# An officer has a case before them for an hour, and a form that was sent back keeps nothing but its files.
KEPT_LOOSE = timedelta(days=7)


def keep_loose(case: UUID, data: bytes) -> str:
    """Keep a file with a case for the act that is to say it; its SHA-256 in hexadecimal.

    Errors: those of `keep_file`.
    """
    sha256, at = hashlib.sha256(data).hexdigest(), clock().now() + KEPT_LOOSE
    # Before the file: killed between the two, nothing stays that nobody comes for.
    enqueue(LOOSE, {"case": str(case), "sha256": sha256}, at=at, key=f"{LOOSE}:{case}:{sha256}:{at.isoformat()}")
    return keep_file(case, data)


@job(LOOSE)
def forget_loose(payload: dict[str, Any]) -> None:
    """A week after a file was handed in: it goes, unless an act names it or it was handed in again."""
    case, sha256 = find_case(UUID(payload["case"])), str(payload["sha256"])
    if case is not None and not _is_said(case, sha256):
        forget_file(case.id, sha256, kept_by=clock().now() - KEPT_LOOSE)


def _is_said(case: Opened, sha256: str) -> bool:
    consent = consent_of(case)
    papers = () if consent is None else (consent.paper,)
    return sha256 in papers or any(names_file(msgspec.to_builtins(one.content), sha256) for one in case.acts)
