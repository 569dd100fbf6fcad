"""Approval by a person with authority: a passkey assertion whose challenge is the proposal. The only such mechanism."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fido2.utils import websafe_encode

from uruk.acts.api import clock, directory
from uruk.kernel.api import Actor, CodedError
from uruk.people.domain.offices import holds
from uruk.people.models import Passkey
from uruk.people.offices import offices
from uruk.people.passkeys import challenge_state, request_options, verify_assertion
from uruk.trust.api import Approval, cbor, challenge, verify_approval


def approval_options(person_id: UUID, proposal: bytes) -> dict[str, Any]:
    """What the browser asks the person's passkey: to sign SHA-256 of the proposal (WebAuthn request options, JSON).

    Errors: ``people.passkey_missing``.
    """
    options, _ = request_options(person_id, challenge(proposal))
    return options


def approve(person_id: UUID, role: str, proposal: bytes, response: Mapping[str, Any]) -> Approval:
    """Verify a person's approval of exactly this proposal, in a role they hold now in the proposal's institution.

    ``proposal`` is a deterministic CBOR map with ``institution``; ``response`` the browser's PublicKeyCredential as
    JSON. Errors: ``people.proposal_malformed``, ``people.role_not_held``, ``people.passkey_refused``,
    ``people.passkey_counter``, ``people.assertion_used``.
    """
    institution = proposal_institution(proposal)
    if not holds(offices(person_id), institution, (role,), clock().now()):
        raise CodedError("people.role_not_held", role=role, institution=institution)
    found = verify_assertion(person_id, response, challenge_state(challenge(proposal)))
    return Approval(
        credential=found.credential,
        key=found.key,
        role=role,
        client_data=found.client_data,
        authenticator_data=found.authenticator_data,
        signature=found.signature,
    )


def different_persons(first: Approval, second: Approval) -> bool:
    """Whether two approvals were given by two persons; two passkeys of one person are one person."""
    persons = {approved_by(approval) for approval in (first, second)}
    return len(persons) == 2 and None not in persons


def is_own_approval(actor: Actor, approval: Approval) -> bool:
    """Whether an approval was given by the actor's own passkey, in the role in which they act."""
    return approval.role == actor.role and actor.person is not None and approved_by(approval) == actor.person


def is_approval_of(approval: Approval, proposal: bytes) -> bool:
    """Whether an approval is over exactly this proposal; what else is wrong with it: ``trust.approval_…``."""
    listed = directory()
    try:
        verify_approval(approval, proposal, listed.rp_id, listed.origins)
    except CodedError as error:
        if error.code == "trust.approval_challenge":
            return False
        raise
    return True


def proposal_institution(proposal: bytes) -> str:
    """The institution that a proposal speaks for; ``people.proposal_malformed`` where it names none."""
    value = cbor.decode(proposal)
    found = value.get("institution") if isinstance(value, dict) else None
    if not isinstance(found, str):
        raise CodedError("people.proposal_malformed")
    return found


def approved_by(approval: Approval) -> UUID | None:
    """Whose passkey gave an approval; None for a passkey that is not registered here."""
    row = Passkey.objects.filter(pk=websafe_encode(approval.credential)).first()
    return row.person_id if row is not None and bytes(row.key) == approval.key else None
