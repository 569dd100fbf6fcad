"""Plain data of sealed PDFs: what sealing takes and what reading gives."""

from dataclasses import dataclass
from typing import Literal

from uruk.trust.keys.protocols import Signer

# The files inside a sealed PDF: its fields, its QR's code, what the two persons signed, and a letter under a cover.
FIELDS_NAME = "document.json"
CODE_NAME = "uruk.cose"
APPROVALS_NAME = "approvals.cbor"
ORIGINAL_NAME = "original.pdf"


@dataclass(frozen=True)
class PdfSealer:
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


@dataclass(frozen=True)
class PdfSignature:
    """One signature or document timestamp.

    ``intact``: the covered bytes have the signed digest; ``genuine``: the signature is that of ``certificate``'s key;
    ``end``: how many bytes of the file it covers from the start (its own contents apart), 0 if that is not a plain
    prefix ending a revision; ``signed_at``: seconds since 1970 as the signer says, or None; ``token``: the RFC 3161
    token (DER) of a timestamp, over ``digest``.
    """

    kind: Literal["seal", "timestamp"]
    intact: bool
    genuine: bool
    end: int
    key: bytes
    certificate: bytes
    signed_at: int | None
    digest: bytes
    token: bytes | None


@dataclass(frozen=True)
class PdfEvidence:
    """What was read of a file of ``size`` bytes with digest ``sha256``.

    ``changed_after``: something other than a timestamp was added after the first signature, or bytes follow the last.
    ``attachments``: the embedded files by name.
    """

    size: int
    sha256: bytes
    signatures: tuple[PdfSignature, ...]
    changed_after: bool
    attachments: dict[str, bytes]

    @property
    def seal(self) -> PdfSignature | None:
        """The first signature, if the file has one."""
        return self.signatures[0] if self.signatures and self.signatures[0].kind == "seal" else None
