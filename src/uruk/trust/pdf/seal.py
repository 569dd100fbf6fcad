"""Sealing: one incremental update that adds strip, attachments and a PAdES-B-B signature (ETSI EN 319 142-1 §6)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata
from pyhanko.sign import Signer as PdfCmsSigner
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import PdfSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from uruk.kernel.api import CodedError
from uruk.trust.keys.protocols import Signer
from uruk.trust.keys.signatures import der_signature
from uruk.trust.pdf.strip import place_strip

SEAL_FIELD = "Seal"
ORIGINAL_NAME = "original.pdf"


@dataclass(frozen=True)
class SealKey:
    """A seal key with its certificate and the certificates up to (not including) the trust anchor, all DER."""

    signer: Signer
    certificate: bytes
    chain: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF; ``relationship`` is its AFRelationship (ISO 32000-2 §7.11.3)."""

    data: bytes
    media_type: str
    relationship: str = "Data"


def seal_pdf(
    data: bytes,
    key: SealKey,
    *,
    at: datetime,
    reason: str | None = None,
    strip: bytes | None = None,
    attachments: Mapping[str, Attachment] | None = None,
) -> bytes:
    """Seal a PDF and return it; the bytes given stay an unchanged prefix of the bytes returned.

    ``strip`` is a one-page PDF put below the first page. The signature certifies the file and permits no change but
    timestamps (DocMDP 1). A file that cannot be extended raises ``trust.pdf_unreadable``.
    """
    try:
        writer = IncrementalPdfFileWriter(BytesIO(data))
        if strip is not None:
            place_strip(writer, strip)
        for name, attachment in (attachments or {}).items():
            _attach(writer, name, attachment, at)
        return asyncio.run(_sign(writer, key, at, reason))
    except (PdfError, SigningError) as error:
        raise CodedError("trust.pdf_unreadable") from error


def _attach(writer: IncrementalPdfFileWriter, name: str, attachment: Attachment, at: datetime) -> None:
    stream = EmbeddedFileObject.from_file_data(
        writer,
        data=attachment.data,
        mime_type=attachment.media_type,
    )
    spec = FileSpec(
        file_spec_string=name,
        file_name=name,
        embedded_data=stream,
        af_relationship=pdf_name(f"/{attachment.relationship}"),
    )
    embed_file(writer, spec)


async def _sign(writer: IncrementalPdfFileWriter, key: SealKey, at: datetime, reason: str | None) -> bytes:
    metadata = PdfSignatureMetadata(
        field_name=SEAL_FIELD,
        md_algorithm="sha256",
        reason=reason,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
    )
    session = PdfSigner(metadata, _CmsSigner(key)).init_signing_session(writer)
    session.system_time = at  # pyHanko reads the machine's clock otherwise
    document = session.prepare_tbs_document(None, bytes_reserved=_reserve(key))
    digest, output = document.digest_tbs_document()
    await document.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=at))
    return bytes(output.getbuffer())


def _reserve(key: SealKey) -> int:
    """Hexadecimal digits kept free for the CMS object: certificates and 2 KiB for the rest."""
    return 2 * (2048 + len(key.certificate) + sum(map(len, key.chain)))


class _CmsSigner(PdfCmsSigner):  # type: ignore[misc]  # pyHanko is untyped here
    """Lets pyHanko sign with any of our keys, in a file or in a hardware module."""

    def __init__(self, key: SealKey) -> None:
        chain = SimpleCertificateStore()
        chain.register_multiple(x509.Certificate.load(der) for der in key.chain)
        super().__init__(signing_cert=x509.Certificate.load(key.certificate), cert_registry=chain)
        self._key = key.signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """ECDSA over SHA-256 in DER, as CMS wants it (RFC 5753 §2.1.1)."""
        if digest_algorithm != "sha256":
            raise SigningError(f"no {digest_algorithm} with this key")
        return bytes(72) if dry_run else der_signature(self._key.sign(data))


def open_for_update(data: bytes) -> Any:
    """Open a PDF for an incremental update; unreadable bytes raise ``trust.pdf_unreadable``."""
    try:
        return IncrementalPdfFileWriter(BytesIO(data))
    except (PdfError, ValueError, KeyError, IndexError, RecursionError) as error:
        raise CodedError("trust.pdf_unreadable") from error
