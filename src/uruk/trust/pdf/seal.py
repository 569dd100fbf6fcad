"""Sealing: one incremental update that adds strip, attachments and a PAdES-B-B signature (ETSI EN 319 142-1 §6)."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO

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
from uruk.trust.keys.signatures import der_signature
from uruk.trust.pdf.model import Attachment, PdfSealer
from uruk.trust.pdf.strip import place_strip

SEAL_FIELD = "Seal"


def seal_pdf(
    data: bytes,
    key: PdfSealer,
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
            _attach(writer, name, attachment)
        return asyncio.run(_sign(writer, key, at, reason))
    except (PdfError, SigningError) as error:
        raise CodedError("trust.pdf_unreadable") from error


def _attach(writer: IncrementalPdfFileWriter, name: str, attachment: Attachment) -> None:
    stream = EmbeddedFileObject.from_file_data(writer, data=attachment.data, mime_type=attachment.media_type)
    spec = FileSpec(
        file_spec_string=name,
        file_name=name,
        embedded_data=stream,
        af_relationship=pdf_name(f"/{attachment.relationship}"),
    )
    embed_file(writer, spec)


async def _sign(writer: IncrementalPdfFileWriter, key: PdfSealer, at: datetime, reason: str | None) -> bytes:
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


def _reserve(key: PdfSealer) -> int:
    """Hexadecimal digits kept free for the CMS object: certificates and 2 KiB for the rest."""
    return 2 * (2048 + len(key.certificate) + sum(map(len, key.chain)))


class _CmsSigner(PdfCmsSigner):  # type: ignore[misc]  # pyHanko is untyped here
    """Lets pyHanko sign with any of our keys, in a file or in a hardware module."""

    def __init__(self, key: PdfSealer) -> None:
        chain = SimpleCertificateStore()
        chain.register_multiple(x509.Certificate.load(der) for der in key.chain)
        super().__init__(signing_cert=x509.Certificate.load(key.certificate), cert_registry=chain)
        self._key = key.signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """ECDSA over SHA-256 in DER, as CMS wants it (RFC 5753 §2.1.1)."""
        if digest_algorithm != "sha256":
            raise SigningError(f"no {digest_algorithm} with this key")
        return bytes(72) if dry_run else der_signature(self._key.sign(data))
