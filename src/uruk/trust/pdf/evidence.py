"""What a PDF shows about itself: its signatures, what they cover, and its attachments. Nobody is trusted here.

Everything returned is plain data, so that a child process can do the reading of foreign bytes.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from uruk.kernel.api import CodedError
from uruk.trust.pdf.model import PdfEvidence, PdfSignature

MAX_SIGNATURES = 16
MAX_ATTACHMENTS = 16
FOREIGN_BYTES = (PdfError, SignatureValidationError, UnacceptableSignerError)
# What pyHanko and asn1crypto let through on bytes nobody wrote on purpose.
BROKEN_BYTES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,  # too deep a recursion, a feature that pyHanko lacks
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)

# What our own timestamps change and nothing else. pyHanko's default also lets a store of certificates and the form's
# settings change: by NeedAppearances a reader would draw a letter's own form fields anew after the seal.
_TIMESTAMPS_ONLY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(ignored_keys={"/AcroForm", "/Metadata"}),
        *(
            rule.as_qualified(ModificationLevel.LTA_UPDATES)
            for rule in (DocInfoRule(), XrefStreamRule(), ObjectStreamRule(), MetadataUpdateRule())
        ),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[SigFieldCreationRule(), SigFieldModificationRule()], ignored_acroform_keys={"/Fields"}
    ),
)


def examine_pdf(data: bytes) -> PdfEvidence:
    """Read what a PDF shows about itself; bytes that are no PDF raise ``trust.pdf_unreadable``."""
    try:
        reader = PdfFileReader(BytesIO(data))
        if reader.encrypted:
            raise CodedError("trust.pdf_encrypted")
        embedded = reader.embedded_signatures[:MAX_SIGNATURES]
        signatures = tuple(_signature(signature) for signature in embedded)
        changed = bool(embedded) and _changed_after(embedded, signatures, len(data))
        return PdfEvidence(len(data), hashlib.sha256(data).digest(), signatures, changed, _attachments(reader))
    except FOREIGN_BYTES + BROKEN_BYTES as error:
        raise CodedError("trust.pdf_unreadable") from error


def _signature(embedded: EmbeddedPdfSignature) -> PdfSignature:
    digest = embedded.compute_digest()
    stamp = embedded.sig_object_type == "/DocTimeStamp"
    embedded.compute_integrity_info(skip_diff=True)
    intact, genuine = _timestamp_integrity(embedded, digest) if stamp else _integrity(embedded, digest)
    whole = embedded.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    time = None if stamp else embedded.self_reported_timestamp
    return PdfSignature(
        kind="timestamp" if stamp else "seal",
        intact=intact,
        genuine=genuine,
        end=sum(list(embedded.byte_range)[2:]) if whole else 0,
        key=embedded.signer_cert.public_key.dump(),
        certificate=embedded.signer_cert.dump(),
        signed_at=int(time.timestamp()) if time else None,
        digest=digest,
        token=_without_padding(embedded.pkcs7_content) if stamp else None,
    )


def _without_padding(contents: bytes) -> bytes:
    """The CMS object alone: the room kept for it in the file is filled up with zeros."""
    token: bytes = cms.ContentInfo.load(contents).dump()
    return token


def _integrity(embedded: EmbeddedPdfSignature, digest: bytes) -> tuple[bool, bool]:
    """Whether the bytes have the signed digest, and whether the signature is the certificate's key's."""
    try:
        intact, genuine = validate_sig_integrity(embedded.signer_info, embedded.signer_cert, "data", digest)
    except SignatureValidationError:
        return False, False
    return bool(intact), bool(genuine)


def _timestamp_integrity(embedded: EmbeddedPdfSignature, digest: bytes) -> tuple[bool, bool]:
    content = embedded.signed_data["encap_content_info"]["content"]
    imprint = content.parsed["message_imprint"]["hashed_message"].native
    info = hashlib.new(embedded.md_algorithm, bytes(content.contents)).digest()
    try:
        parts = validate_sig_integrity(embedded.signer_info, embedded.signer_cert, "tst_info", info)
    except SignatureValidationError:
        return imprint == digest, False
    return imprint == digest, all(parts)


def _changed_after(embedded: list[EmbeddedPdfSignature], signatures: tuple[PdfSignature, ...], size: int) -> bool:
    """Whether anything but timestamps followed the first signature, or bytes follow the last."""
    if any(later.kind != "timestamp" for later in signatures[1:]) or signatures[-1].end != size:
        return True
    first = embedded[0]
    if first.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return False
    result = first.evaluate_modifications(_TIMESTAMPS_ONLY)
    return isinstance(result, SuspiciousModification) or (result.modification_level > ModificationLevel.LTA_UPDATES)


def _attachments(reader: PdfFileReader) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name, spec in _file_specs(reader):
        if name in found or len(found) == MAX_ATTACHMENTS:
            raise CodedError("trust.pdf_unreadable")
        found[name] = bytes(spec["/EF"]["/F"].data)
    return found


def _file_specs(reader: PdfFileReader) -> Iterator[tuple[str, Any]]:
    """All embedded files of the catalogue's name tree (ISO 32000-2 §7.9.6), at most a few levels deep."""
    names = _entry(reader.root, "/Names")
    level = [names["/EmbeddedFiles"]] if names and "/EmbeddedFiles" in names else []
    for _ in range(8):
        for node in level:
            flat = _items(node, "/Names")
            yield from ((str(flat[i]), flat[i + 1]) for i in range(0, len(flat) - 1, 2))
        level = [kid for node in level for kid in _items(node, "/Kids")]


def _items(node: Any, name: str) -> list[Any]:
    array = _entry(node, name) or []
    return [array[i] for i in range(len(array))]


def _entry(node: Any, name: str) -> Any:
    """An entry that may be missing, its reference followed (pyHanko's ``get`` does not follow it)."""
    if name not in node:
        return None
    return node[name]
