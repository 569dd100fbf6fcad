"""A passkey over exactly what the page shows."""

import hashlib
import hmac
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from uruk.desk.offices import Acting
from uruk.documents.api import proposal
from uruk.kernel.api import CodedError
from uruk.people.api import approval_options, approve
from uruk.trust.api import Approval
from uruk.ui.api import passkey_answer


def signing_context(office: Acting, draft: UUID) -> dict[str, Any]:
    """What the signing form of a document needs; errors: those of `documents.proposal`."""
    return signing_over(office, proposal(office.actor, draft))


def signed(request: HttpRequest, office: Acting, draft: UUID) -> Approval:
    """The approval that a document's form brought; if the draft changed meanwhile: ``desk.draft_changed``."""
    return signed_over(request, office, proposal(office.actor, draft), changed="desk.draft_changed")


def signing_over(office: Acting, body: bytes) -> dict[str, Any]:
    """What a signing form needs: the passkey's options and the digest of the proposal that they are for.

    Without a passkey `options` is None and `has_passkey` False.
    """
    try:
        options = approval_options(_person(office), body)
    except CodedError:
        return {"options": None, "has_passkey": False}
    return {"options": options, "has_passkey": True, "proposal_digest": _digest(body)}


def signed_over(
    request: HttpRequest, office: Acting, body: bytes, *, changed: str = "desk.proposal_changed"
) -> Approval:
    """The approval that a signing form brought; if the proposal is not the one that the page showed: `changed`."""
    if not hmac.compare_digest(request.POST.get("proposal", "").encode(), _digest(body).encode()):
        raise CodedError(changed)
    return approve(_person(office), office.role, body, passkey_answer(request.POST))


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _person(office: Acting) -> UUID:
    person = office.actor.person
    if person is None:
        raise RuntimeError("the desk is for persons")
    return person
