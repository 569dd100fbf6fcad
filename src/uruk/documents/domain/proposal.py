"""The proposal: what both officers sign, as deterministic CBOR. Everything the paper says follows from it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from uruk.documents.domain.definition import DocumentType
from uruk.kernel.api import CodedError
from uruk.trust.api import QrPayload, cbor

VERSION = "document/1"
_EPOCH = date(1970, 1, 1)
_KEYS = frozenset(
    {
        "uruk",
        "id",
        "institution",
        "type",
        "type_number",
        "definition",
        "fields",
        "issued",
        "expires",
        "original",
        "status",
        "number",
        "check_code",
        "replaces",
        "holder",
    }
)


@dataclass(frozen=True)
class Original:
    """The PDF that is sealed: its SHA-256 (32 bytes) and bytes."""

    sha256: bytes
    size: int


@dataclass(frozen=True)
class Proposal:
    """A document as proposed.

    ``definition`` is the digest of its type; ``status`` is (year of the list, index). ``fields`` leaves the holder's
    national number out and ``holder`` is a salted digest of it (see ``holder_digest``): the proposal goes into the PDF,
    and the PDF goes to whoever the holder shows it to.
    """

    id: UUID
    institution: str
    type: str
    type_number: int
    definition: bytes
    fields: Mapping[str, Any]
    issued: date
    expires: date | None
    original: Original | None
    status: tuple[int, int]
    number: str
    check_code: str
    replaces: UUID | None
    holder: bytes | None

    def to_bytes(self) -> bytes:
        """The bytes whose SHA-256 is the challenge of both passkey assertions."""
        original = self.original and {"sha256": self.original.sha256, "size": self.original.size}
        return cbor.encode(
            {
                "uruk": VERSION,
                "id": self.id.bytes,
                "institution": self.institution,
                "type": self.type,
                "type_number": self.type_number,
                "definition": self.definition,
                "fields": dict(self.fields),
                "issued": self.issued.isoformat(),
                "expires": self.expires and self.expires.isoformat(),
                "original": original,
                "status": list(self.status),
                "number": self.number,
                "check_code": self.check_code,
                "replaces": self.replaces and self.replaces.bytes,
                "holder": self.holder,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Proposal":
        """Read a proposal; another shape raises ``documents.proposal_shape``."""
        value = cbor.decode(data)
        if not isinstance(value, dict) or set(value) != _KEYS or value["uruk"] != VERSION:
            raise CodedError("documents.proposal_shape")
        original, replaces, year_index = value["original"], value["replaces"], value["status"]
        return cls(
            id=UUID(bytes=value["id"]),
            institution=value["institution"],
            type=value["type"],
            type_number=value["type_number"],
            definition=value["definition"],
            fields=value["fields"],
            issued=date.fromisoformat(value["issued"]),
            expires=date.fromisoformat(value["expires"]) if value["expires"] else None,
            original=original and Original(original["sha256"], original["size"]),
            status=(year_index[0], year_index[1]),
            number=value["number"],
            check_code=value["check_code"],
            replaces=UUID(bytes=replaces) if replaces else None,
            holder=value["holder"],
        )

    def qr_payload(self, document_type: DocumentType) -> QrPayload:
        """What the QR says of this document; absent fields stay absent."""
        fields = {
            number: _qr_value(field.type, self.fields[field.name])
            for number, field in document_type.qr_fields().items()
            if field.name in self.fields
        }
        return QrPayload(
            institution=self.institution,
            type=self.type_number,
            id=self.id.bytes,
            issued=self.issued,
            expires=self.expires,
            list_year=self.status[0],
            index=self.status[1],
            fields=fields,
            original=self.original.sha256 if self.original else None,
        )


def holder_digest(number: str, salt: bytes) -> bytes:
    """SHA-256 over the salt (16 random bytes that stay with the institution) and the national number."""
    return hashlib.sha256(salt + number.encode()).digest()


def uncut_fields(document_type: DocumentType) -> tuple[int, ...]:
    """The QR numbers of fields that are never shortened: codes of choices and national numbers."""
    fields = document_type.qr_fields().items()
    return tuple(number for number, field in fields if field.type in {"choice", "national_number"})


def _qr_value(kind: str, value: Any) -> str | int | bool:
    return (date.fromisoformat(value) - _EPOCH).days if kind == "date" else value
