"""Verifying receipts: only the type, role and author asked for, only from a log the directory lists for the author."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise

from uruk.kernel.api import CodedError
from uruk.trust import cbor
from uruk.trust.assertions import RelyingParty, two_persons
from uruk.trust.directory import Directory
from uruk.trust.log.checkpoint import Checkpoint
from uruk.trust.log.cosignature import Witness, cosigned_at
from uruk.trust.log.note import NoteKey
from uruk.trust.receipt_timestamp import verify_bare_token
from uruk.trust.receipts import Grade, Receipt
from uruk.trust.statements import Statement, parse_statement

_LATEST = int(datetime.max.replace(tzinfo=UTC).timestamp())
_CLOCKS_MAY_DIFFER = timedelta(seconds=60)
# Where the body holds what is made after the approvals: the members by which it names what was approved, there and in
# the proposal. Of every other type the proposal says all that the body says.
_NAMED_BY = {"document.issued": {"document": "id"}}


@dataclass(frozen=True)
class VerifiedReceipt:
    """What a receipt proves: the statement, that it is number `index` of the log `origin`, and how strongly.

    `proved_at` is when an independent timestamp, or a witness, first shows the entry to have existed, or None.
    `two_persons`: whether two approvers of the author signed what was done; otherwise it was done "by the node, not by
    two persons". `operators`: those who witnessed it.
    """

    statement: Statement
    origin: str
    index: int
    grade: Grade
    proved_at: datetime | None
    two_persons: bool
    operators: tuple[str, ...] = ()


def verify_receipt(
    receipt: Receipt,
    directory: Directory,
    *,
    type: str | None = None,  # noqa: A002
    role: str | None = None,
    author: str | None = None,
    at: datetime | None = None,
    witnesses: Collection[Witness] = (),
) -> VerifiedReceipt:
    """Verify a receipt offline; return what it proves, or raise the coded error that says why it proves nothing.

    `type`, `role`, `author`: what the caller asked for (`trust.receipt_type`, …); `at`: the time now, before which the
    statement must lie (`trust.receipt_future`, a minute's difference of clocks allowed). The log's key must count at
    the statement's time (`trust.log_…`), every signature must verify (`trust.receipt_signature`), and the entry must
    be under the checkpoint (`trust.receipt_inclusion`). `witnesses`: those the caller's directory knows; a signature of
    anybody else is refused (`trust.receipt_witness`), so that no byte of a receipt goes unread.
    """
    statement = parse_statement(receipt.statement)
    _check_asked(statement, type, role, author)
    made = _time(statement, at)
    proof = receipt.parsed_proof
    _check_signatures(proof.checkpoint)
    seen = _cosignatures(proof.checkpoint, witnesses)
    proved_at = min((*_stamped_at(receipt, directory), *(moment for _, moment in seen)), default=None)
    key = directory.log_key(proof.checkpoint.origin, statement.author, made, proved_at)
    if not proof.checkpoint.verified_by(NoteKey.parse(key.key)):
        raise CodedError("trust.receipt_signature")
    if not proof.includes(receipt.leaf):
        raise CodedError("trust.receipt_inclusion")
    by_two = _by_two(statement, directory, made)
    operators = tuple(sorted({operator for operator, _ in seen}))
    return VerifiedReceipt(statement, proof.checkpoint.origin, proof.index, receipt.grade, proved_at, by_two, operators)


def _check_asked(statement: Statement, type: str | None, role: str | None, author: str | None) -> None:  # noqa: A002
    wanted = (("type", type, statement.type), ("role", role, statement.role), ("author", author, statement.author))
    for name, asked, found in wanted:
        if asked is not None and asked != found:
            raise CodedError(f"trust.receipt_{name}", found=found[:64], wanted=asked[:64])


def _time(statement: Statement, at: datetime | None) -> datetime:
    try:
        made = datetime.fromtimestamp(statement.time, UTC)
    except (OverflowError, ValueError, OSError):
        raise CodedError("trust.statement_shape", field="time") from None
    if at is not None and made > at + _CLOCKS_MAY_DIFFER:
        raise CodedError("trust.receipt_future")
    return made


def _check_signatures(checkpoint: Checkpoint) -> None:
    """The log's signature comes first and once, and others in the order of their names: one spelling of each proof."""
    first, *others = (name for name, _, _ in checkpoint.note.signatures)
    if first != checkpoint.origin or first in others or any(left >= right for left, right in pairwise(others)):
        raise CodedError("trust.receipt_signature")


def _cosignatures(checkpoint: Checkpoint, witnesses: Collection[Witness]) -> list[tuple[str, datetime]]:
    """Operator and time of each cosignature; all must be true, and of known witnesses."""
    known = {(witness.key.name, witness.key.key_id): witness for witness in witnesses}
    found = []
    for name, key_id, _ in checkpoint.note.signatures[1:]:
        if (name, key_id) not in known:
            raise CodedError("trust.receipt_witness", name=name[:64])
        found.append(_cosignature(checkpoint, known[name, key_id]))
    return found


def _cosignature(checkpoint: Checkpoint, witness: Witness) -> tuple[str, datetime]:
    at = cosigned_at(checkpoint.note, witness.key)
    if at is None or at > _LATEST:
        raise CodedError("trust.receipt_signature")
    return witness.operator, datetime.fromtimestamp(at, UTC)


def _stamped_at(receipt: Receipt, directory: Directory) -> Iterator[datetime]:
    """When a listed authority saw the receipt's checkpoint; a token that does not verify spoils the whole receipt."""
    if receipt.timestamp is None:
        return
    digest = sha256(receipt.parsed_proof.checkpoint.own).digest()
    try:
        yield verify_bare_token(receipt.timestamp, digest, directory.timestampers)
    except CodedError as error:
        raise CodedError("trust.receipt_timestamp") from error


def _by_two(statement: Statement, directory: Directory, made: datetime) -> bool:
    if statement.author not in directory.institutions or not _is_what_was_approved(statement):
        return False
    party = RelyingParty(directory.rp_id, directory.origins)
    approvers = directory.institutions[statement.author].approvers
    return two_persons(statement.approvals, statement.proposal or b"", approvers, made, party)


def _is_what_was_approved(statement: Statement) -> bool:
    """Whether the proposal is about what the statement says was done: approvals of one thing are none of another."""
    try:
        proposal = cbor.decode(statement.proposal or b"")
    except CodedError:
        return False
    if not isinstance(proposal, dict) or proposal.get("institution") != statement.author:
        return False
    named = _NAMED_BY.get(statement.type) or {name: name for name in statement.body}
    return all(
        theirs in proposal and cbor.encode(proposal[theirs]) == cbor.encode(statement.body.get(ours))
        for ours, theirs in named.items()
    )
