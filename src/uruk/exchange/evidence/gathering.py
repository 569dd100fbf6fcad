"""Gathering the evidence of one message from what this node keeps: log, evidence, directory, witnesses, approvals."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol
from uuid import UUID

from uruk.exchange.directory.model import CountryDirectory
from uruk.exchange.directory.store import DirectoryStore
from uruk.exchange.evidence.bundle import MAX_BODY_BYTES, PLACES, Bundle
from uruk.exchange.evidence.record import Record
from uruk.exchange.evidence.spooled import spooled_pieces
from uruk.exchange.evidence.store import EvidenceStore
from uruk.exchange.messages.statements import ANSWER_RECEIVED, ANSWERED, RECEIVED, SENT, act_of, is_request_id
from uruk.exchange.messages.wire import Proof
from uruk.exchange.witness.consistency import files_at
from uruk.exchange.witness.listed import node_of_log, witnesses_for
from uruk.kernel.api import CodedError
from uruk.trust.api import (
    COSIGNED,
    PublicFiles,
    PublicLog,
    Receipt,
    ReceiptParts,
    Statement,
    Witness,
    cosigned_only_by,
    parse_statement,
)

Open = Callable[[str], PublicFiles]
Improve = Callable[[Receipt], Receipt]
_SIDE_OF = {SENT: "request", RECEIVED: "request", ANSWERED: "answer", ANSWER_RECEIVED: "answer"}


class Log(Protocol):
    """What holds our own receipts: a `LogReader` of the gateway's logs."""

    def receipt(self, act: UUID) -> Receipt:
        """The receipt of an act; `trust.act_unknown`, `trust.act_forgotten`."""


@dataclass(frozen=True)
class Sources:
    """Where evidence comes from. `improve` gives our own receipts their best grade; `approvals`: the receipts by which
    an agreement (its digest, hex) was approved, by institution; `open_files`: others' public logs, None to ask nobody.
    """

    log: Log
    evidence: EvidenceStore
    directory: DirectoryStore
    improve: Improve
    approvals: Callable[[str], Mapping[str, Receipt]]
    open_files: Open | None = files_at


def request_of(message: str) -> bytes:
    """The request id R that X-Road-Request-Id says; `exchange.evidence_missing` for what is none."""
    try:
        return UUID(message).bytes
    except ValueError:
        raise CodedError("exchange.evidence_missing") from None


def require_evidence(gateway: Path) -> None:
    """Refuse (`exchange.evidence_missing`) where no gateway has run in this folder (DATA/gateway)."""
    if not (gateway / "trust" / "contents.db").is_file() or not (gateway / "evidence").is_dir():
        raise CodedError("exchange.evidence_missing")


def gather(request: bytes, sources: Sources, *, bodies: bool) -> Bundle:
    """All that is here of a message, by its request id R; `exchange.evidence_missing` where that is nothing."""
    if not is_request_id(request):
        raise CodedError("exchange.evidence_missing")
    country = sources.directory.current()
    bundle = Bundle(request, country.instance, country.version)
    records = {role: record for role in range(4) if (record := sources.evidence.find(request, role)) is not None}
    for role in range(4):
        _take_own(bundle, role, sources)
    _take_theirs(bundle, records, sources, country)
    if not bundle.receipts and not bundle.forgotten:
        raise CodedError("exchange.evidence_missing")
    _take_directories(bundle, sources)
    _take_approvals(bundle, sources)
    for role, record in records.items():
        side = _SIDE_OF[role]
        if f"{side}-sent" in bundle.receipts:  # without the statement that names them they prove nothing
            bundle.headers[side] = record.header_part
            bundle.bodies |= {side: b"".join(_body(record, sources.evidence))} if bodies else {}
    return bundle


def _take_own(bundle: Bundle, role: int, sources: Sources) -> None:
    try:
        receipt = sources.log.receipt(act_of(bundle.request, role))
    except CodedError as error:
        if error.code == "trust.act_forgotten":
            bundle.forgotten[PLACES[role]] = int(str(error.values["forgotten"]))
        return
    bundle.receipts[PLACES[role]] = sources.improve(receipt)


def _take_theirs(bundle: Bundle, records: Mapping[int, Record], sources: Sources, country: CountryDirectory) -> None:
    """The other party's receipts, which came with its messages."""
    for role, theirs in ((RECEIVED, SENT), (ANSWER_RECEIVED, ANSWERED)):
        record = records.get(role)
        if record is None or record.proof is None or PLACES[theirs] in bundle.receipts:
            continue
        receipt = Receipt.of_parts(record.statement, _parts(record.proof))
        bundle.receipts[PLACES[theirs]] = _witnessed(receipt, sources.open_files, country)
        bundle.forgotten.pop(PLACES[theirs], None)


def _witnessed(receipt: Receipt, open_files: Open | None, country: CountryDirectory) -> Receipt:
    """Another's receipt under the newest checkpoint that witnesses cosigned, where its node shows one."""
    node = node_of_log(country, receipt.origin)
    if open_files is None or node is None:
        return receipt
    statement = parse_statement(receipt.statement)
    known = {(one.key.name, one.key.key_id) for one in _witnesses(country, statement.author)}
    with suppress(CodedError, OSError):
        log = PublicLog(open_files(node.url), receipt.origin)
        shown = cosigned_only_by(log.checkpoint(COSIGNED), known)
        if shown.size > receipt.index and len(shown.note.signatures) > 1:
            better = log.receipt_under(receipt, shown)
            return better if better.parsed_proof.includes(receipt.leaf) else receipt
    return receipt


def _witnesses(country: CountryDirectory, author: str) -> tuple[Witness, ...]:
    address = next((str(one.member) for one in country.members.values() if one.code == author), "")
    return witnesses_for(country, address)


def _take_directories(bundle: Bundle, sources: Sources) -> None:
    """The directory now, and as each author went by it, where this node held it whole."""
    bundle.directories[bundle.now] = [part.raw for part in sources.directory.held().parts()]
    for statement in _statements(bundle):
        with suppress(CodedError):
            version = statement.directory_version
            bundle.directories.setdefault(version, sources.directory.parts_of(version))


def _take_approvals(bundle: Bundle, sources: Sources) -> None:
    for statement in _statements(bundle):
        digest = statement.body.get("agreement")
        if isinstance(digest, bytes) and digest:
            bundle.approvals |= sources.approvals(digest.hex())


def _statements(bundle: Bundle) -> Iterator[Statement]:
    return (parse_statement(receipt.statement) for receipt in bundle.receipts.values())


def _body(record: Record, evidence: EvidenceStore) -> Iterator[bytes]:
    if not record.spooled:
        return iter((record.body,))
    pieces = spooled_pieces(evidence.folder_of(record), record.spooled)
    return islice(pieces, MAX_BODY_BYTES // (64 * 1024))


def _parts(proof: Proof) -> ReceiptParts:
    return ReceiptParts(proof.salt, proof.index, proof.path, proof.checkpoint)
