"""An institution's next identity key: announced by the present one, in force when others have approved it.

Announcing makes the key, and has it delegate every key that the institution ever had. Taking it retires the one before.
Nobody is without keys in between: keys.json lists the next identity key beside the present one until it is in force.
"""

from collections.abc import Sequence
from uuid import UUID

from uruk.acts.domain.deed import Deed
from uruk.acts.keyring import announced_identity, current_key, delegate_again, make_key
from uruk.acts.models import InstitutionKey, KeyDelegation, KeyEnd
from uruk.acts.node import clock
from uruk.acts.performing import finish, perform
from uruk.acts.renewal import KEY_ANNOUNCED, KEY_RENEWED, KeyChange, PlannedChange, is_approved, planned_change
from uruk.kernel.api import Actor
from uruk.trust.api import Approval, parse_statement


def announce_identity(actor: Actor, institution: str, approvals: Sequence[Approval] = ()) -> KeyChange:
    """Make the next identity key and say so, signed by the present one; one that waits already is named again.

    Both keys must be here: `trust.key_missing`. Errors: ``acts.institution_unknown``, ``acts.not_two_persons`` (as for
    ``renew_key``).
    """
    waiting = _begun(institution)
    if waiting is not None and waiting.act_id is not None:
        receipt = finish(waiting.act_id)
        by_two = bool(parse_statement(receipt.statement).approvals)
        return KeyChange(current_key(institution, "identity").name, waiting.name, receipt, by_two)
    change = planned_change(institution, "identity")
    by_two = is_approved(change, approvals)
    deed = Deed(
        type=KEY_ANNOUNCED,
        role="published",
        author=institution,
        body=change.body,
        rows=lambda act_id: _announce(change, act_id),
        proposal=change.proposal,
        approvals=approvals,
    )
    receipt = perform(actor, deed)
    return KeyChange(change.old.name, f"{institution}/identity/{change.number}", receipt, by_two)


def take_identity(actor: Actor, institution: str) -> KeyChange | None:
    """Put the announced identity key in force, as an act; None where none waits.

    Keys that came since the announcement need the new key to delegate them: away, ``trust.key_missing``.
    """
    coming = announced_identity(institution)
    if coming is None:
        return None
    old = current_key(institution, "identity")
    change = PlannedChange(institution, "identity", old, coming.number, bytes(coming.public_key), None)
    deed = Deed(
        type=KEY_RENEWED,
        role="published",
        author=institution,
        body=change.body,
        rows=lambda act_id: _take(old, coming, act_id),
    )
    # An attempt that was interrupted is finished, not repeated.
    known = KeyEnd.objects.filter(key=old.pk, retired_at__isnull=False).first()
    receipt = finish(known.act_id) if known is not None else perform(actor, deed)
    return KeyChange(old.name, coming.name, receipt, two_persons=False)


def _begun(institution: str) -> InstitutionKey | None:
    """The identity key behind the one in force, whether its act has its receipt or was interrupted."""
    number = current_key(institution, "identity").number
    rows = InstitutionKey.objects.filter(institution=institution, use="identity", number__gt=number)
    return rows.order_by("number").first()


def _announce(change: PlannedChange, act_id: UUID) -> None:
    coming = make_key(change.institution, "identity", change.number, act_id=act_id)
    _delegate_all(coming)


def _take(old: InstitutionKey, coming: InstitutionKey, act_id: UUID) -> None:
    _delegate_all(coming)
    KeyEnd.objects.create(key_id=old.pk, act_id=act_id, retired_at=clock().now().replace(microsecond=0))


def _delegate_all(coming: InstitutionKey) -> None:
    """Have the coming key delegate every log and seal key that it has not delegated yet."""
    done = set(KeyDelegation.objects.filter(identity=coming.name).values_list("key_id", flat=True))
    rows = InstitutionKey.objects.filter(institution=coming.institution).exclude(use="identity")
    missing = [row for row in rows if row.pk not in done]
    if missing:
        delegate_again(missing, coming)
