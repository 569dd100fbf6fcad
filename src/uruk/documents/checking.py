"""Checks at this node: by an uploaded PDF, by the printed number, by the text of a QR. Each is an act of its own."""

import hmac
from datetime import datetime
from uuid import UUID

from uruk.acts.api import (
    Deed,
    acknowledged,
    clock,
    directory,
    index_now,
    known_witnesses,
    node_settings,
    perform,
    receipt_of,
)
from uruk.documents.domain.numbers import read_code, read_number
from uruk.documents.models import Check, Document, Rendition
from uruk.documents.noting import index_check
from uruk.documents.reading import find_document
from uruk.documents.releasing import ISSUED
from uruk.documents.storage import sealed_limits
from uruk.documents.views import CheckResult
from uruk.files.api import examine_upload
from uruk.kernel.api import Actor, CodedError
from uruk.trust.api import (
    CODE_NAME,
    PdfEvidence,
    Receipt,
    StatusList,
    Verdict,
    judge_pdf,
    parse_statement,
    read_qr,
    read_status_lists,
    verify_cose,
    verify_qr,
    verify_receipt,
)

CHECKED = "document.checked"


def check_number(number: str, code: str, channel: str) -> CheckResult:
    """Check a document by the number and check code that are printed on it, typed in any digits and grouping.

    An unknown number and a wrong code answer alike (``documents.check_unknown``, exit 2).
    """
    typed_number, typed_code = read_number(number), read_code(code)
    if typed_number is None or typed_code is None:
        raise CodedError("documents.number_malformed")
    document = acknowledged(Document.objects.filter(number=typed_number)).first()
    known = document.check_code if document else "0" * len(typed_code)
    # Compared in either case, so that the time taken does not tell which of the two was wrong.
    right = hmac.compare_digest(known.encode(), typed_code.encode())
    if document is None or not right:
        return CheckResult(Verdict(exit=2, code="documents.check_unknown"))
    verdict = verify_cose(bytes(document.code), directory(), _lists(document), clock().now(), _proved_at(document))
    return _logged(document, verdict, "number", channel)


def check_qr(text: str, channel: str) -> CheckResult:
    """Check the text of a QR that was sent to this node (scanning alone sends nothing)."""
    verdict = verify_qr(text, directory(), _all_lists(), clock().now())
    document = _by_code(text, verdict)
    if document is None:
        return CheckResult(verdict)
    verdict = verify_qr(text, directory(), _all_lists(), clock().now(), _proved_at(document))
    return _logged(document, verdict, "qr", channel)


def check_pdf(data: bytes, channel: str) -> CheckResult:
    """Check an uploaded PDF; it is read in a child process.

    Errors: ``files.pdf_too_large``, ``files.pdf_too_complex``, ``files.busy``, ``trust.pdf_unreadable``,
    ``trust.pdf_encrypted``.
    """
    evidence = examine_upload(data, sealed_limits())
    verdict = judge_pdf(data, evidence, directory(), _all_lists(), clock().now())
    document = _by_file(data, evidence, verdict)
    return _logged(document, verdict, "upload", channel) if document else CheckResult(verdict)


def _proved_at(document: Document) -> datetime | None:
    """When a timestamp in our log shows this very code to have been issued; None where there is none yet."""
    receipt = receipt_of(document.act_id)
    if receipt is None or receipt.grade == "signed":
        return None
    witnesses = known_witnesses(document.institution)
    try:
        return verify_receipt(
            receipt, directory(), type=ISSUED, author=document.institution, witnesses=witnesses
        ).proved_at
    except CodedError:
        return None  # a log key that is itself lost proves nothing


def _by_code(text: str, verdict: Verdict) -> Document | None:
    """The document whose very code this is."""
    document = find_document(UUID(bytes=verdict.document_id)) if verdict.document_id else None
    if document is None or read_qr(text)[1] != bytes(document.code):
        return None
    return document


def _by_file(data: bytes, evidence: PdfEvidence, verdict: Verdict) -> Document | None:
    """The document whose very file this is, with or without its timestamp."""
    document = find_document(UUID(bytes=verdict.document_id)) if verdict.document_id else None
    if document is None or evidence.attachments.get(CODE_NAME) != bytes(document.code):
        return None
    kept = {bytes(row.sha256) for row in Rendition.objects.filter(document=document)}
    return document if evidence.sha256 in kept else None


def _logged(document: Document, verdict: Verdict, how: str, channel: str) -> CheckResult:
    """Log the check: a receipt for whoever checked, an entry for the holder; nobody's name in either."""
    how = "api" if channel == "api" else how

    def rows(act_id: UUID) -> None:
        Check.objects.create(document=document, how=how, checked_at=clock().now(), act_id=act_id)

    body = {"document": document.pk.bytes, "how": how, "exit": verdict.exit, "answer": verdict.code}
    deed = Deed(type=CHECKED, role="answered", author=document.institution, body=body, rows=rows)
    receipt: Receipt = perform(Actor.anonymous(channel), deed)
    index_now(index_check, parse_statement(receipt.statement).act)
    return CheckResult(verdict, receipt, document.number)


def _lists(document: Document) -> tuple[StatusList, ...]:
    path = node_settings().data / "public" / "status" / document.institution / str(document.list_year)
    tokens = [path.read_bytes()] if path.exists() else []
    return read_status_lists(tokens, directory())


def _all_lists() -> tuple[StatusList, ...]:
    """Every status list that this node publishes."""
    folder = node_settings().data / "public" / "status"
    found = [path for path in sorted(folder.glob("*/*")) if not path.name.startswith(".")]
    return read_status_lists([path.read_bytes() for path in found], directory())
