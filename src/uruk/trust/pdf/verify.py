"""Verifying a sealed PDF offline: the seal, what it covers, and that code, fields, approvals and letter agree."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from uruk.kernel.api import CodedError
from uruk.trust import cbor
from uruk.trust.approvals import Approval
from uruk.trust.assertions import RelyingParty, two_persons
from uruk.trust.cose import parse_sign1
from uruk.trust.directory import Directory
from uruk.trust.directory_entries import InstitutionEntry
from uruk.trust.judgement import day_text
from uruk.trust.keys.signatures import key_id
from uruk.trust.pdf.door import examine_pdf
from uruk.trust.pdf.model import APPROVALS_NAME, CODE_NAME, FIELDS_NAME, ORIGINAL_NAME, PdfEvidence, PdfSignature
from uruk.trust.qr import ELLIPSIS, QrPayload
from uruk.trust.status import StatusList
from uruk.trust.timestamps import verify_timestamp
from uruk.trust.verdicts import GENUINE, REFUSED, UNDECIDED, Verdict, refusal
from uruk.trust.verify import verify_cose

_EPOCH = date(1970, 1, 1)
_BROKEN = (CodedError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


def verify_pdf(data: bytes, directory: Directory, lists: Sequence[StatusList], at: datetime) -> Verdict:
    """Verify a PDF at a time, asking nobody; bytes that cannot be read are undecided, never an exception."""
    try:
        evidence = examine_pdf(data)
    except CodedError as error:
        return refusal(error, UNDECIDED)
    return judge_pdf(data, evidence, directory, lists, at)


def judge_pdf(
    data: bytes, evidence: PdfEvidence, directory: Directory, lists: Sequence[StatusList], at: datetime
) -> Verdict:
    """The verdict on a PDF from what ``examine_pdf`` read of it, perhaps in another process.

    Refused: ``trust.pdf_altered`` (bytes changed), ``…_changed_after`` (something was added later),
    ``…_strip_alone`` (our code without our seal), ``…_disagrees`` (the parts contradict each other),
    ``…_original_changed``, and whatever the code itself gets from ``verify_cose``. Undecided: ``trust.pdf_not_sealed``.
    """
    try:
        seal, institution = _seal(evidence, directory)
    except CodedError as error:
        return refusal(error, UNDECIDED if error.code == "trust.pdf_not_sealed" else REFUSED)
    proved_at = _proved_at(evidence, seal, directory)
    verdict = verify_cose(evidence.attachments.get(CODE_NAME, b""), directory, lists, at, proved_at)
    if verdict.document_id is None:
        return verdict
    try:
        payload, proposal, approvals = _agreement(evidence, seal, institution)
        _check_original(data, evidence, payload, proposal)
    except CodedError as error:
        return verdict.with_answer(REFUSED, error.code.partition(".")[2])
    return _answer(verdict, _by_two(proposal, approvals, seal, institution, directory), institution)


def _seal(evidence: PdfEvidence, directory: Directory) -> tuple[PdfSignature, InstitutionEntry]:
    """The seal and the institution whose listed key made it."""
    seal, ours = evidence.seal, CODE_NAME in evidence.attachments
    if seal is None:
        raise CodedError("trust.pdf_strip_alone" if ours else "trust.pdf_not_sealed")
    found = directory.find_seal(key_id(seal.key))
    if found is None or found[1].key != seal.key:
        raise CodedError("trust.pdf_strip_alone" if ours else "trust.pdf_not_sealed")
    if not (seal.intact and seal.genuine and seal.end):
        raise CodedError("trust.pdf_altered")
    if evidence.changed_after:
        raise CodedError("trust.pdf_changed_after")
    return seal, found[0]


def _proved_at(evidence: PdfEvidence, seal: PdfSignature, directory: Directory) -> datetime | None:
    """The earliest moment at which a trusted timestamp shows the sealed file to have existed.

    It must cover the seal: a token of another file, which a thief can copy into this one, is over other bytes.
    """
    times = []
    for stamp in evidence.signatures[1:]:
        if stamp.intact and stamp.token is not None and stamp.end > seal.end:
            try:
                times.append(verify_timestamp(stamp.token, stamp.digest, directory.timestampers))
            except CodedError:
                continue  # an authority we do not list proves nothing, and harms nothing
    return min(times, default=None)


def _agreement(
    evidence: PdfEvidence, seal: PdfSignature, institution: InstitutionEntry
) -> tuple[QrPayload, bytes, list[Approval]]:
    """Code, fields and proposal of the file, if one key sealed all and they say the same: ``trust.pdf_disagrees``."""
    try:
        envelope = parse_sign1(evidence.attachments[CODE_NAME])
        payload = QrPayload.from_bytes(envelope.payload)
        signed = cbor.decode(evidence.attachments[APPROVALS_NAME])
        proposal = cbor.decode(signed["proposal"])
        written = json.loads(evidence.attachments[FIELDS_NAME])
        approvals = [Approval.from_map(item) for item in signed["approvals"]]
        agree = (
            envelope.key_id == key_id(seal.key)
            and written == proposal_json(proposal)
            and _says_the_same(payload, proposal, institution)
        )
    except _BROKEN as error:
        raise CodedError("trust.pdf_disagrees") from error
    if not agree:
        raise CodedError("trust.pdf_disagrees")
    return payload, signed["proposal"], approvals


def proposal_json(value: Any) -> Any:
    """A proposal's CBOR map as JSON values, as ``document.json`` in the PDF holds it: bytes in lower-case hex."""
    if isinstance(value, Mapping):
        return {key: proposal_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [proposal_json(item) for item in value]
    return value.hex() if isinstance(value, bytes) else value


def _says_the_same(payload: QrPayload, proposal: Mapping[str, Any], institution: InstitutionEntry) -> bool:
    original = proposal["original"]
    same = {
        "id": payload.id,
        "institution": payload.institution,
        "type_number": payload.type,
        "issued": payload.issued.isoformat(),
        "expires": payload.expires.isoformat() if payload.expires else None,
        "status": [payload.list_year, payload.index],
    }
    known = institution.types[payload.type].fields
    return (
        all(proposal[name] == value for name, value in same.items())
        and payload.institution == institution.code
        and payload.original == (original["sha256"] if original else None)
        and all(
            _same_value(proposal["fields"][known[number].name], value, known[number].type)
            for number, value in payload.fields.items()
        )
    )


def _same_value(written: Any, coded: str | int | bool, kind: str) -> bool:
    if kind == "date":
        return bool((date.fromisoformat(written) - _EPOCH).days == coded)
    if isinstance(coded, str) and coded.endswith(ELLIPSIS) and written != coded:
        return bool(written.startswith(coded.removesuffix(ELLIPSIS)))
    return bool(written == coded) and type(written) is type(coded)


def _check_original(data: bytes, evidence: PdfEvidence, payload: QrPayload, proposal: bytes) -> None:
    """A sealed letter must begin the file unchanged, or be attached unchanged: ``trust.pdf_original_changed``."""
    if payload.original is None:
        return
    size = cbor.decode(proposal)["original"]["size"]
    candidates = (data[:size] if isinstance(size, int) else b"", evidence.attachments.get(ORIGINAL_NAME, b""))
    if payload.original not in {hashlib.sha256(letter).digest() for letter in candidates}:
        raise CodedError("trust.pdf_original_changed")


def _by_two(
    proposal: bytes, approvals: list[Approval], seal: PdfSignature, institution: InstitutionEntry, directory: Directory
) -> bool:
    at = datetime.fromtimestamp(seal.signed_at or 0, UTC)
    party = RelyingParty(directory.rp_id, directory.origins)
    return two_persons(approvals, proposal, institution.approvers, at, party)


def _answer(verdict: Verdict, by_two: bool, institution: InstitutionEntry) -> Verdict:
    found = replace(verdict, two_persons=by_two)
    if not by_two:
        found = found.with_warning("pdf_not_two_persons", institution=institution.names)
    if found.exit != GENUINE or found.issued is None:
        return found
    names = {"institution": institution.names, "type": found.type, "date": day_text(found.issued)}
    return found.with_answer(GENUINE, "pdf_issued", **names)
