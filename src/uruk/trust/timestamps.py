"""RFC 3161 timestamps: asking for one, and checking one offline. A service that is down delays only the proof."""

import hashlib
import http.client
import secrets
import socket
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from asn1crypto import algos, cms, tsp, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from uruk.kernel.api import CodedError

MAX_TOKEN_BYTES = 1 << 16
HTTP_TIMEOUT_S = 10.0
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
# What asn1crypto raises on bytes that nobody wrote on purpose.
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


class Timestamper(Protocol):
    """A timestamping authority. A national service is reached by its URL, another protocol by one more of these."""

    def stamp(self, digest: bytes) -> bytes:
        """A token (DER of a CMS ContentInfo) over a SHA-256 digest.

        Errors: ``trust.timestamp_unreachable`` for a service that is down or slow: the caller tries again later.
        """


class HttpTimestamper:
    """A timestamping authority over HTTP (RFC 3161 §3.4)."""

    def __init__(self, url: str, timeout_s: float = HTTP_TIMEOUT_S) -> None:
        if not url.startswith(("http://", "https://")):
            raise CodedError("trust.timestamp_unreachable", url=url[:100])
        self._url = url
        self._timeout_s = timeout_s

    def stamp(self, digest: bytes) -> bytes:
        """Ask the service; what it answers must be over this digest and hold our nonce."""
        nonce = secrets.randbits(63)
        try:
            body = self._post(timestamp_query(digest, nonce))
        except (OSError, http.client.HTTPException):
            raise CodedError("trust.timestamp_unreachable", url=self._url[:100]) from None
        return read_answer(body, digest, nonce)

    def _post(self, query: bytes) -> bytes:
        parts = urlsplit(self._url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=self._timeout_s)
        connection.connect()
        # The socket's own timeout starts again with every byte: a service that drips must not hold us for hours.
        deadline = threading.Timer(self._timeout_s, connection.sock.shutdown, (socket.SHUT_RDWR,))
        deadline.start()
        try:
            connection.request("POST", parts.path or "/", query, {"Content-Type": "application/timestamp-query"})
            with connection.getresponse() as answer:
                if answer.status != http.HTTPStatus.OK:
                    raise http.client.HTTPException(answer.status)
                return answer.read(MAX_TOKEN_BYTES + 1)
        finally:
            deadline.cancel()
            connection.close()


def timestamp_query(digest: bytes, nonce: int) -> bytes:
    """A TimeStampReq over a SHA-256 digest that asks for the certificate (RFC 3161 §2.4.1)."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    query = {"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    encoded: bytes = tsp.TimeStampReq(query).dump()
    return encoded


def read_answer(body: bytes, digest: bytes, nonce: int) -> bytes:
    """The token in a TimeStampResp; another digest or nonce, or a refusal: ``trust.timestamp_refused``."""
    if len(body) > MAX_TOKEN_BYTES:
        raise CodedError("trust.timestamp_refused")
    try:
        answer = tsp.TimeStampResp.load(body, strict=True)
        granted = answer["status"]["status"].native in {"granted", "granted_with_mods"}
        token: bytes = answer["time_stamp_token"].dump() if granted else b""
        info = _info(token) if granted else None
    except (*_BROKEN, CodedError):
        raise CodedError("trust.timestamp_refused") from None
    if info is None or info["nonce"].native != nonce or info["message_imprint"]["hashed_message"].native != digest:
        raise CodedError("trust.timestamp_refused")
    return token


def verify_timestamp(token: bytes, digest: bytes, certificates: Collection[bytes]) -> datetime:
    """The time (UTC) at which the digest existed, by one of the authorities whose certificates (DER) are trusted.

    Errors: ``trust.timestamp_malformed``; ``trust.timestamp_other`` where the token is over something else;
    ``trust.timestamp_untrusted`` where none of the certificates' keys signed it, or outside its validity.
    """
    if len(token) > MAX_TOKEN_BYTES:
        raise CodedError("trust.timestamp_malformed")
    try:
        return _verify(token, digest, certificates)
    except _BROKEN:
        raise CodedError("trust.timestamp_malformed") from None


def _verify(token: bytes, digest: bytes, certificates: Collection[bytes]) -> datetime:
    info, signer = _info(token), _signer(token)
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256" or imprint["hashed_message"].native != digest:
        raise CodedError("trust.timestamp_other")
    content = bytes(_signed_data(token)["encap_content_info"]["content"].contents)
    attributes = signer["signed_attrs"]
    _check_attributes(attributes, content, signer["digest_algorithm"])
    signed = attributes.untag().dump()
    time: datetime = info["gen_time"].native.astimezone(UTC)
    for certificate in certificates:
        if _signed_by(x509.Certificate.load(certificate), signer, signed, time):
            return time
    raise CodedError("trust.timestamp_untrusted")


def _signed_data(token: bytes) -> Any:
    return cms.ContentInfo.load(token, strict=True)["content"]


def _info(token: bytes) -> Any:
    content = _signed_data(token)["encap_content_info"]
    if content["content_type"].native != "tst_info":
        raise CodedError("trust.timestamp_malformed")
    return content["content"].parsed


def _signer(token: bytes) -> Any:
    signers = _signed_data(token)["signer_infos"]
    if len(signers) != 1:
        raise CodedError("trust.timestamp_malformed")
    return signers[0]


def _check_attributes(attributes: Any, content: bytes, algorithm: Any) -> None:
    """The signed attributes must say what was signed (RFC 5652 §5.4), each once."""
    values: dict[str, Any] = {}
    for attribute in attributes:
        if attribute["type"].native in values or len(attribute["values"]) != 1:
            raise CodedError("trust.timestamp_malformed")
        values[attribute["type"].native] = attribute["values"][0].native
    digest = hashlib.new(algorithm["algorithm"].native, content).digest()
    if values["content_type"] != "tst_info" or values["message_digest"] != digest:
        raise CodedError("trust.timestamp_malformed")


def _signed_by(certificate: Any, signer: Any, signed: bytes, time: datetime) -> bool:
    usage = certificate.extended_key_usage_value
    if usage is None or usage.native != ["time_stamping"]:
        return False
    if not certificate.not_valid_before <= time <= certificate.not_valid_after:
        return False
    return _signature_holds(certificate.public_key.dump(), signer, signed)


def _signature_holds(spki: bytes, signer: Any, signed: bytes) -> bool:
    algorithm = _HASHES[_hash_name(signer)]()
    signature = signer["signature"].native
    try:
        key = load_der_public_key(spki)
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
            key.verify(signature, signed, padding.PKCS1v15(), algorithm)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _hash_name(signer: Any) -> str:
    named: algos.SignedDigestAlgorithm = signer["signature_algorithm"]
    try:
        return str(named.hash_algo)
    except ValueError:  # "rsa" and "ecdsa" alone leave the hash to the digest algorithm (RFC 5754 §3)
        return str(signer["digest_algorithm"]["algorithm"].native)
