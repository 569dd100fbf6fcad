"""Renewing an institution's keys, and declaring one compromised: acts of the institution, by two persons if they sign.

The old key stays listed for ever: with ``retired_at``, what it signed before counts on; with ``compromised_since`` only
what is proved to have existed before that moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from uruk.acts.domain.deed import Deed
from uruk.acts.keyring import coming_key, current_key, make_key, next_number
from uruk.acts.models import InstitutionKey, KeyEnd
from uruk.acts.node import appender, clock
from uruk.acts.performing import perform
from uruk.acts.two_persons import approved_by_two
from uruk.kernel.api import Actor, CodedError
from uruk.trust.api import Approval, Receipt, cbor

KEY_RENEWED, KEY_COMPROMISED = "key.renewed", "key.compromised"
KeyUse = Literal["seal", "log"]
ChangedUse = Literal["seal", "log", "identity"]


@dataclass(frozen=True)
class KeyChange:
    """A key that was replaced: the names of both, the receipt, and whether two persons approved or the node alone."""

    retired: str
    renewed: str
    receipt: Receipt
    two_persons: bool


@dataclass(frozen=True)
class PlannedChange:
    """What is about to be done to a key: `new` takes the place of `old`."""

    institution: str
    use: ChangedUse
    old: InstitutionKey
    number: int
    new: bytes
    compromised_since: datetime | None

    @property
    def proposal(self) -> bytes:
        """The bytes that two persons approve (deterministic CBOR)."""
        return cbor.encode({"uruk": "key-change/1", **self.body})

    @property
    def body(self) -> dict[str, str | bytes | int | None]:
        """The body of the statement: public keys raw (log) or SubjectPublicKeyInfo DER (seal), time in Unix seconds."""
        since = self.compromised_since
        return {
            "institution": self.institution,
            "use": self.use,
            "retired": bytes(self.old.public_key),
            "key": self.new,
            "compromised_since": None if since is None else int(since.timestamp()),
        }


def key_proposal(institution: str, use: ChangedUse, compromised_since: datetime | None = None) -> bytes:
    """The bytes that two persons approve before ``renew_key`` or ``announce_identity`` takes their approvals."""
    return planned_change(institution, use, compromised_since).proposal


def renew_key(
    actor: Actor,
    institution: str,
    use: KeyUse,
    *,
    compromised_since: datetime | None = None,
    approvals: Sequence[Approval] = (),
) -> KeyChange:
    """Put a new seal or log key in the place of the one in use; with ``compromised_since``, because that one is lost.

    A log's new key begins a new generation: the old log is closed, and this act is the first entry of the next.
    Without approvals the act says that the node did it, not two persons. Errors: ``acts.institution_unknown``,
    ``acts.moment_in_future``, ``acts.log_empty``, ``acts.not_two_persons`` where approvals are given that are not
    those of two persons over ``key_proposal``.
    """
    change = planned_change(institution, use, compromised_since)
    by_two = is_approved(change, approvals)
    if use == "log":
        _close_log(institution)
    deed = Deed(
        type=KEY_RENEWED if compromised_since is None else KEY_COMPROMISED,
        role="published",
        author=institution,
        body=change.body,
        rows=lambda act_id: _write(change, act_id),
        proposal=change.proposal,
        approvals=approvals,
    )
    receipt = perform(actor, deed)
    return KeyChange(change.old.name, f"{institution}/{use}/{change.number}", receipt, by_two)


def planned_change(institution: str, use: ChangedUse, compromised_since: datetime | None = None) -> PlannedChange:
    """What a renewal would do now; the new key is made where there is none yet."""
    if compromised_since is not None and compromised_since > clock().now():
        raise CodedError("acts.moment_in_future")
    old, number = current_key(institution, use), next_number(institution, use)
    new = coming_key(institution, use).public_key
    return PlannedChange(institution, use, old, number, new, compromised_since)


def is_approved(change: PlannedChange, approvals: Sequence[Approval]) -> bool:
    """Whether two persons approved a change; False where nobody did, `acts.not_two_persons` for anything else."""
    if approvals and not approved_by_two(change.institution, approvals, change.proposal):
        raise CodedError("acts.not_two_persons")
    return bool(approvals)


def _close_log(institution: str) -> None:
    """End the log's generation, so that the act that renews its key opens the next; nothing signed, nothing to end."""
    if not any(log.institution == institution for log in appender().logs()):
        raise CodedError("acts.log_empty", institution=institution)
    appender().renew(institution)


def _write(change: PlannedChange, act_id: UUID) -> None:
    now, since = clock().now(), change.compromised_since
    if change.use == "seal":
        make_key(change.institution, "seal", change.number, act_id=act_id)
        KeyEnd.objects.create(key=change.old, act_id=act_id, retired_at=now, compromised_since=since)
    elif since is not None:
        # A log's new key is listed, and its old one retired, when the first entry of the next generation is there.
        KeyEnd.objects.create(key=change.old, act_id=act_id, compromised_since=since)
