"""Renewing an institution's keys, and declaring one compromised: acts of the institution, by two persons if they sign.

The old key stays listed for ever: with ``retired_at``, what it signed before counts on; with ``compromised_since`` only
what is proved to have existed before that moment. The next key of a log is announced to those who go by the country's
directory, before it signs; a compromised one is replaced at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from uruk.acts.country import has_peers
from uruk.acts.domain.deed import Deed
from uruk.acts.keyring import announced_key, coming_key, current_key, identity_signers, make_key, next_number
from uruk.acts.logs import gateway_logs, list_gateway_logs, list_logs
from uruk.acts.models import InstitutionKey, KeyEnd
from uruk.acts.node import appender, clock, node_settings
from uruk.acts.performing import finish, perform
from uruk.acts.two_persons import approved_by_two
from uruk.kernel.api import Actor, CodedError
from uruk.trust.api import Approval, Receipt, cbor, parse_statement

KEY_RENEWED, KEY_COMPROMISED, KEY_ANNOUNCED = "key.renewed", "key.compromised", "key.announced"
LogUse = Literal["log", "gateway"]
KeyUse = Literal["seal", "log", "gateway"]
ChangedUse = Literal["seal", "log", "gateway", "identity"]
# The use of a log's key by the log's shard: the node's own, its gateway's.
LOG_USES: tuple[LogUse, LogUse] = ("log", "gateway")


@dataclass(frozen=True)
class KeyChange:
    """A key that was replaced: the names of both, the receipt, and whether two persons approved or the node alone.

    ``takes_over_at``: the new one was announced, and signs from then on at the earliest; None: it signs already.
    """

    retired: str
    renewed: str
    receipt: Receipt
    two_persons: bool
    takes_over_at: datetime | None = None


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

    @property
    def renewed(self) -> str:
        """The new key's name."""
        return f"{self.institution}/{self.use}/{self.number}"


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

    A log's new key begins a new generation: where others go by the country's directory it is announced first, and the
    node closes the log when they have had time to hear of it; else, and after a compromise, at once. ``gateway`` is the
    gateway's log. Without approvals the act says that the node did it, not two persons. One that was announced and
    waits is named again. Errors: ``acts.institution_unknown``, ``acts.moment_in_future``, ``acts.log_empty``,
    ``trust.key_missing`` where the identity key is away, ``acts.not_two_persons`` where approvals are given that are
    not those of two persons over ``key_proposal``.
    """
    if use != "seal":
        _check_open(institution, use)
        if compromised_since is None and has_peers():
            return announced_change(actor, institution, use, approvals=approvals)
    change = planned_change(institution, use, compromised_since)
    by_two = is_approved(change, approvals)
    if use == "log":
        identity_signers(institution)  # away: nothing is closed that nobody could follow
        appender().renew(institution, change.number)
    kind = KEY_RENEWED if compromised_since is None else KEY_COMPROMISED
    receipt = perform(actor, _deed(kind, change, approvals))
    return KeyChange(change.old.name, change.renewed, receipt, by_two)


def announced_change(
    actor: Actor,
    institution: str,
    use: LogUse,
    *,
    not_before: datetime | None = None,
    approvals: Sequence[Approval] = (),
) -> KeyChange:
    """Announce the next key of a log; one that waits already is named again. Errors as of ``renew_key``."""
    waiting = announced_key(institution, use)
    if waiting is not None and waiting.act_id is not None:
        receipt = finish(waiting.act_id)
        by_two = bool(parse_statement(receipt.statement).approvals)
        old = current_key(institution, use).name
        return KeyChange(old, waiting.name, receipt, by_two, waiting.takes_over_at)
    change = planned_change(institution, use)
    by_two = is_approved(change, approvals)
    heard = clock().now() + timedelta(hours=node_settings().key_overlap_hours)
    at = max(heard, not_before or heard)
    receipt = perform(actor, _deed(KEY_ANNOUNCED, change, approvals, at))
    return KeyChange(change.old.name, change.renewed, receipt, by_two, at)


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


def _deed(kind: str, change: PlannedChange, approvals: Sequence[Approval], at: datetime | None = None) -> Deed:
    return Deed(
        type=kind,
        role="published",
        author=change.institution,
        body=change.body,
        rows=lambda act_id: _announce(change, act_id, at) if at is not None else _write(change, act_id),
        proposal=change.proposal,
        approvals=approvals,
    )


def _check_open(institution: str, use: LogUse) -> None:
    """List what the log's writer has opened since; a log in which nothing was signed needs no other key."""
    if use == "log":
        logs = appender().logs()
        list_logs(institution)
    else:
        logs = gateway_logs()
        list_gateway_logs()
    if not any(log.institution == institution and log.closed is None for log in logs):
        raise CodedError("acts.log_empty", institution=institution)


def _announce(change: PlannedChange, act_id: UUID, at: datetime) -> None:
    make_key(change.institution, change.use, change.number, act_id=act_id, takes_over_at=at)


def _write(change: PlannedChange, act_id: UUID) -> None:
    now, since, use = clock().now(), change.compromised_since, change.use
    waiting = announced_key(change.institution, use) if use in LOG_USES else None
    if use in ("seal", "gateway"):
        make_key(change.institution, use, change.number, act_id=act_id)
    if use == "seal":
        KeyEnd.objects.create(key=change.old, act_id=act_id, retired_at=now, compromised_since=since)
    elif since is not None:
        # A log's old key is retired when its log is closed. One that was announced lay beside the one that was lost.
        for row in filter(None, (change.old, waiting)):
            KeyEnd.objects.create(key_id=row.pk, act_id=act_id, compromised_since=since)
