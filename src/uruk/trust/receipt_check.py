"""Verifying receipts: only the type, role and author asked for, only from a log the directory lists for the author."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from uruk.kernel.api import CodedError
from uruk.trust import cbor
from uruk.trust.assertions import RelyingParty, two_persons
from uruk.trust.directory import Directory
from uruk.trust.log.note import NoteKey
from uruk.trust.receipt_timestamp import verify_bare_token
from uruk.trust.receipts import Grade, Receipt
from uruk.trust.statements import Statement, parse_statement

_CLOCKS_MAY_DIFFER = timedelta(seconds=60)
# Where the body holds what is made after the approvals: the members by which it names what was approved, there and in
# the proposal. Of every other type the proposal says all that the body says.
_NAMED_BY = {"document.issued": {"document": "id"}}


@dataclass(frozen=True)
class VerifiedReceipt:
    """What a receipt proves: the statement, that it is number `index` of the log `origin`, and how strongly.

    `proved_at` is when an independent timestamp shows the entry to have existed, or None. `two_persons`: whether two
    approvers of the author signed what was done; otherwise it was done "by the node, not by two persons".
    """

    statement: Statement
    origin: str
    index: int
    grade: Grade
    proved_at: datetime | None
    two_persons: bool


def verify_receipt(
    receipt: Receipt,
    directory: Directory,
    *,
    type: str | None = None,  # noqa: A002
    role: str | None = None,
    author: str | None = None,
    at: datetime | None = None,
) -> VerifiedReceipt:
    """Verify a receipt offline; return what it proves, or raise the coded error that says why it proves nothing.

    `type`, `role`, `author`: what the caller asked for (`trust.receipt_type`, …); `at`: the time now, before which the
    statement must lie (`trust.receipt_future`, a minute's difference of clocks allowed). The log's key must count at
    the statement's time (`trust.log_…`), every signature must verify (`trust.receipt_signature`), and the entry must
    be under the checkpoint (`trust.receipt_inclusion`).
    """
    statement = parse_statement(receipt.statement)
    _check_asked(statement, type, role, author)
    made = _time(statement, at)
    proof = receipt.parsed_proof
    proved_at = _proved_at(receipt, directory)
    key = directory.log_key(proof.checkpoint.origin, statement.author, made, proved_at)
    # A signature that nobody here can check is refused, so that no byte of a receipt goes unread.
    signed = proof.checkpoint.verified_by(NoteKey.parse(key.key))
    if not signed or len(proof.checkpoint.note.signatures) != 1:
        raise CodedError("trust.receipt_signature")
    if not proof.includes(receipt.leaf):
        raise CodedError("trust.receipt_inclusion")
    by_two = _by_two(statement, directory, made)
    return VerifiedReceipt(statement, proof.checkpoint.origin, proof.index, receipt.grade, proved_at, by_two)


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


def _proved_at(receipt: Receipt, directory: Directory) -> datetime | None:
    """When a listed authority saw the receipt's checkpoint; a token that does not verify spoils the whole receipt."""
    if receipt.timestamp is None:
        return None
    digest = sha256(receipt.parsed_proof.checkpoint.raw).digest()
    try:
        return verify_bare_token(receipt.timestamp, digest, directory.timestampers)
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
