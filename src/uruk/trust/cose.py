"""COSE_Sign1 with ES256 (RFC 9052 §4.2, RFC 9053 §2.1), written and read in one form only.

The form: tag 18, protected header {1: -7, 4: key id of 8 bytes, 16: type if there is one}, an empty unprotected
header (nothing outside the signature is read), payload, 64 bytes of signature.
"""

from dataclasses import dataclass
from typing import Any

from uruk.kernel.api import CodedError
from uruk.trust import cbor
from uruk.trust.keys.protocols import Signer
from uruk.trust.keys.signatures import verify_p256

ALGORITHM, CRITICAL, KEY_ID, TYPE = 1, 2, 4, 16  # header labels: RFC 9052 §3.1, RFC 9596
ES256 = -7
_TAG_18 = b"\xd2"
_SIGNATURE_BYTES = 64


@dataclass(frozen=True)
class Sign1:
    """A COSE_Sign1 that was read but not yet verified."""

    protected: bytes
    key_id: bytes
    type: str | None
    payload: bytes
    signature: bytes

    def verifies(self, spki: bytes) -> bool:
        """Whether the P-256 key (SubjectPublicKeyInfo DER) signed exactly this header and payload."""
        return verify_p256(spki, self.signature, _to_be_signed(self.protected, self.payload))


def sign1(payload: bytes, signer: Signer, media_type: str | None = None) -> bytes:
    """Sign a payload with a P-256 key; ``media_type`` stands in the header as RFC 9596 says."""
    protected = cbor.encode(_header(signer.key_id, media_type))
    signature = signer.sign(_to_be_signed(protected, payload))
    return _TAG_18 + cbor.encode([protected, {}, payload, signature])


def sign1_size(payload_bytes: int) -> int:
    """How many bytes ``sign1`` makes of a payload of that many bytes (without a type)."""
    protected = cbor.encode(_header(bytes(8), None))
    return 1 + len(cbor.encode([protected, {}, bytes(payload_bytes), bytes(_SIGNATURE_BYTES)]))


def parse_sign1(data: bytes) -> Sign1:
    """Read a COSE_Sign1 of our form.

    Errors: ``trust.cbor_…`` for bytes that are no CBOR of ours, ``trust.cose_shape``, ``trust.cose_algorithm``, and
    ``trust.cose_critical`` where the header names extensions that must be understood (label 2; we know none).
    """
    if data[:1] not in (b"", _TAG_18):
        raise CodedError("trust.cose_shape")
    message = cbor.decode(data[1:])
    if not isinstance(message, list) or len(message) != 4 or message[1] != {}:
        raise CodedError("trust.cose_shape")
    protected, _, payload, signature = message
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise CodedError("trust.cose_shape")
    header = _read_header(protected)
    return Sign1(protected, header[KEY_ID], header.get(TYPE), payload, signature)


def _header(key_id: bytes, media_type: str | None) -> dict[int, Any]:
    header: dict[int, Any] = {ALGORITHM: ES256, KEY_ID: key_id}
    return header if media_type is None else header | {TYPE: media_type}


def _read_header(protected: bytes) -> dict[Any, Any]:
    header = cbor.decode(protected)
    if not isinstance(header, dict):
        raise CodedError("trust.cose_shape")
    if CRITICAL in header:
        raise CodedError("trust.cose_critical")
    if header.get(ALGORITHM) != ES256:
        raise CodedError("trust.cose_algorithm")
    key_id, kind = header.get(KEY_ID), header.get(TYPE)
    if not isinstance(key_id, bytes) or len(key_id) != 8 or not isinstance(kind, str | None):
        raise CodedError("trust.cose_shape")
    return header


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return cbor.encode(["Signature1", protected, b"", payload])
