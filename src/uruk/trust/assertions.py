"""Checking approvals offline: WebAuthn assertions over a proposal, by listed passkeys (WebAuthn §7.2)."""

import base64
import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from uruk.kernel.api import CodedError
from uruk.trust import cbor, strict_json
from uruk.trust.approvals import Approval, challenge
from uruk.trust.directory_entries import Approver

USER_PRESENT, USER_VERIFIED, EXTENSIONS = 0x01, 0x04, 0x80
_AUTHENTICATOR_DATA_BYTES = 37
_MAX_CLIENT_DATA_BYTES = 4096

_Verify = Callable[[bytes, bytes], object]


@dataclass(frozen=True)
class RelyingParty:
    """Where approvals are given: the WebAuthn ``rp_id`` and the web origins that may ask."""

    rp_id: str
    origins: Collection[str]


def verify_approval(approval: Approval, proposal: bytes, rp_id: str, origins: Collection[str]) -> None:
    """Check that the approval's passkey signed exactly this proposal, with its user present and verified.

    Whether the passkey may approve is the directory's to say: see ``two_persons``. Errors: ``trust.approval_shape``,
    ``trust.approval_challenge`` (another proposal), ``trust.approval_origin`` (another site), ``trust.approval_person``
    (nobody was verified), ``trust.approval_key``, ``trust.approval_signature``.
    """
    _check_client_data(approval.client_data, proposal, origins)
    _check_authenticator_data(approval.authenticator_data, rp_id)
    signed = approval.authenticator_data + hashlib.sha256(approval.client_data).digest()
    try:
        _verifier(approval.key)(approval.signature, signed)
    except InvalidSignature:
        raise CodedError("trust.approval_signature") from None


def two_persons(
    approvals: Sequence[Approval],
    proposal: bytes,
    approvers: Iterable[Approver],
    at: datetime,
    party: RelyingParty,
) -> bool:
    """Whether at least two persons approved the proposal, each with a passkey listed for its role at that time.

    Two passkeys of one person are one person, and an approval that does not verify is none.
    """
    listed = list(approvers)
    persons: set[str] = set()
    for approval in approvals:
        approver = _approver_of(approval, listed, at)
        if approver and _holds(approval, proposal, party):
            persons.add(approver.person or approver.key)
    return len(persons) >= 2


def _approver_of(approval: Approval, listed: Iterable[Approver], at: datetime) -> Approver | None:
    who = (approval.key_digest, approval.role)
    return next((entry for entry in listed if (entry.key, entry.role) == who and entry.counts(at)), None)


def _holds(approval: Approval, proposal: bytes, party: RelyingParty) -> bool:
    try:
        verify_approval(approval, proposal, party.rp_id, party.origins)
    except CodedError:
        return False
    return True


def _check_client_data(client_data: bytes, proposal: bytes, origins: Collection[str]) -> None:
    try:
        found = strict_json.load(client_data, _MAX_CLIENT_DATA_BYTES)
    except CodedError:
        raise CodedError("trust.approval_shape") from None
    if not isinstance(found, dict) or found.get("type") != "webauthn.get":
        raise CodedError("trust.approval_shape")
    expected = base64.urlsafe_b64encode(challenge(proposal)).rstrip(b"=").decode()
    if found.get("challenge") != expected:
        raise CodedError("trust.approval_challenge")
    if found.get("origin") not in origins or found.get("crossOrigin", False) is not False:
        raise CodedError("trust.approval_origin")


def _check_authenticator_data(data: bytes, rp_id: str) -> None:
    """RP id hash, flags, counter (WebAuthn §6.1); extensions may follow only where the flag announces them."""
    if len(data) < _AUTHENTICATOR_DATA_BYTES:
        raise CodedError("trust.approval_shape")
    if data[:32] != hashlib.sha256(rp_id.encode()).digest():
        raise CodedError("trust.approval_origin")
    flags = data[32]
    if not flags & USER_PRESENT or not flags & USER_VERIFIED:
        raise CodedError("trust.approval_person")
    if len(data) > _AUTHENTICATOR_DATA_BYTES and not flags & EXTENSIONS:
        raise CodedError("trust.approval_shape")


def _verifier(cose_key: bytes) -> _Verify:
    """How signatures of a COSE_Key are checked: ES256, EdDSA or RS256 (RFC 9053 §2, RFC 8812 §2)."""
    try:
        key = cbor.decode(cose_key)
        return _KINDS[key[1], key[3]](key)
    except (CodedError, LookupError, TypeError, ValueError, AttributeError, OverflowError):
        raise CodedError("trust.approval_key") from None


def _es256(key: dict[int, Any]) -> _Verify:
    if key[-1] != 1:
        raise ValueError("not P-256")
    numbers = ec.EllipticCurvePublicNumbers(_number(key[-2]), _number(key[-3]), ec.SECP256R1())
    public = numbers.public_key()
    return lambda signature, signed: public.verify(signature, signed, ec.ECDSA(SHA256()))


def _eddsa(key: dict[int, Any]) -> _Verify:
    if key[-1] != 6:
        raise ValueError("not Ed25519")
    return Ed25519PublicKey.from_public_bytes(key[-2]).verify


def _rs256(key: dict[int, Any]) -> _Verify:
    modulus = _number(key[-1])
    if modulus.bit_length() < 2048:
        raise ValueError("too short")
    public = rsa.RSAPublicNumbers(_number(key[-2]), modulus).public_key()
    return lambda signature, signed: public.verify(signature, signed, padding.PKCS1v15(), SHA256())


def _number(data: bytes) -> int:
    if not isinstance(data, bytes) or len(data) > 1024:
        raise ValueError("not an integer")
    return int.from_bytes(data, "big")


_KINDS: dict[tuple[int, int], Callable[[dict[int, Any]], _Verify]] = {
    (2, -7): _es256,
    (1, -8): _eddsa,
    (3, -257): _rs256,
}
