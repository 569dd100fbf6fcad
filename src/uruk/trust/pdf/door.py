"""The functions of this package for ``trust.api``; pyHanko, slow to import, waits for its first use."""

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module

from uruk.trust.pdf.model import Attachment, PdfEvidence, PdfSealer


def seal_pdf(
    data: bytes,
    key: PdfSealer,
    *,
    at: datetime,
    reason: str | None = None,
    strip: bytes | None = None,
    attachments: Mapping[str, Attachment] | None = None,
) -> bytes:
    """Seal a PDF by an incremental update (PAdES-B-B): the bytes given stay an unchanged prefix of those returned.

    ``strip`` is a one-page PDF put below the first page. The signature certifies the file and permits no change but
    timestamps (DocMDP 1). A file that cannot be extended raises ``trust.pdf_unreadable``.
    """
    module = import_module("uruk.trust.pdf.seal")
    sealed: bytes = module.seal_pdf(data, key, at=at, reason=reason, strip=strip, attachments=attachments)
    return sealed


def add_timestamp(data: bytes, stamp: Callable[[bytes], bytes]) -> bytes:
    """Timestamp a sealed PDF by a further incremental update (PAdES-B-T).

    ``stamp`` turns a SHA-256 digest into an RFC 3161 token (DER); what it raises passes through.
    """
    stamped: bytes = import_module("uruk.trust.pdf.timestamp").add_timestamp(data, stamp)
    return stamped


def examine_pdf(data: bytes) -> PdfEvidence:
    """Read what a PDF shows about itself; nobody is trusted yet. No PDF: ``trust.pdf_unreadable``, ``…_encrypted``."""
    evidence: PdfEvidence = import_module("uruk.trust.pdf.evidence").examine_pdf(data)
    return evidence


def page_width(reader: object) -> int:
    """The width in points that a reader sees of the first page of a pyHanko ``PdfFileReader``."""
    width: float = import_module("uruk.trust.pdf.strip").first_page_frame(reader).width
    return round(width)
