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
    """What a signing form needs: the passkey's options and the digest of what they are for.

    Errors: those of `documents.proposal`. Without a passkey `options` is None and `has_passkey` False.
    """
    body = proposal(office.actor, draft)
    try:
        options = approval_options(_person(office), body)
    except CodedError:
        return {"options": None, "has_passkey": False}
    return {"options": options, "has_passkey": True, "proposal_digest": _digest(body)}


def signed(request: HttpRequest, office: Acting, draft: UUID) -> Approval:
    """The approval that a signing form brought; if the proposal changed meanwhile: ``desk.draft_changed``."""
    body = proposal(office.actor, draft)
    if not hmac.compare_digest(request.POST.get("proposal", ""), _digest(body)):
        raise CodedError("desk.draft_changed")
    return approve(_person(office), office.role, body, passkey_answer(request.POST))


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _person(office: Acting) -> UUID:
    person = office.actor.person
    if person is None:
        raise RuntimeError("the desk is for persons")
    return person
