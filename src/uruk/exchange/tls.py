"""The certificates with which gateways know each other: self-signed, counted because the directory lists them.

The next certificate is listed before it is used: it is made sixty days before the end, stands in the node's entry
beside the present one, and takes its place when everybody has had a week to fetch that entry.
"""

import os
import ssl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from uruk.exchange.messages.wire import PROTOCOL
from uruk.kernel.api import CodedError
from uruk.trust.api import write_new

KEY, CERTIFICATE, NEXT_KEY, NEXT_CERTIFICATE = "key.pem", "cert.pem", "next-key.pem", "next-cert.pem"
VALID_FOR = timedelta(days=730)
RENEW_BEFORE = timedelta(days=60)
LISTED_FOR = timedelta(days=7)
MAX_PEM_BYTES = 64 * 1024
_BACKDATED = timedelta(hours=24)  # a peer's clock may be behind


@dataclass(frozen=True)
class TlsIdentity:
    """A gateway's own certificate: PEM, where its key lies, SHA-256 (hex) of its DER, until when it is valid."""

    cert_pem: bytes
    cert_path: Path
    key_path: Path
    sha256: str
    until: datetime


def open_or_create(folder: Path, node: str, at: datetime) -> TlsIdentity:
    """The present certificate of a node's gateway in DATA/gateway/tls, made where there is none."""
    if not (folder / CERTIFICATE).exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(folder, node, at, KEY, CERTIFICATE)
    return _identity(folder, KEY, CERTIFICATE)


def listed_pems(folder: Path) -> tuple[bytes, ...]:
    """The certificates that the node's entry lists: the present one and, where it is made already, the next."""
    return tuple((folder / name).read_bytes() for name in (CERTIFICATE, NEXT_CERTIFICATE) if (folder / name).exists())


def renew(folder: Path, node: str, at: datetime, listed: Collection[str]) -> bool:
    """Take the next step of a renewal, if one is due; True where the files changed.

    `listed`: the digests in the node's entry as the directory has it now. Called in the jobs round.
    """
    present = open_or_create(folder, node, at)
    if not (folder / NEXT_CERTIFICATE).exists():
        if present.until - at > RENEW_BEFORE:
            return False
        _make(folder, node, at, NEXT_KEY, NEXT_CERTIFICATE)
        return True
    waiting = _identity(folder, NEXT_KEY, NEXT_CERTIFICATE)
    made = waiting.until - VALID_FOR
    if waiting.sha256 not in listed or at - made < LISTED_FOR:
        return False
    # The key first: between the two renames the old certificate stands beside the new key, which a start repairs.
    (folder / NEXT_KEY).replace(folder / KEY)
    (folder / NEXT_CERTIFICATE).replace(folder / CERTIFICATE)
    return True


def certificate_digest(pem: bytes) -> str:
    """SHA-256 (hex) of a certificate's DER; `exchange.certificate_malformed`."""
    return sha256(_read(pem).public_bytes(serialization.Encoding.DER)).hexdigest()


def certificate_node(pem: bytes) -> str:
    """The node that a certificate is for, as its own key says; `exchange.certificate_malformed` where it does not.

    Whoever holds the key signed the node's name with it, so nobody lists the certificate of another as their own.
    """
    found = _read(pem)
    try:
        found.verify_directly_issued_by(found)
        (name,) = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except (ValueError, TypeError, InvalidSignature):
        raise CodedError("exchange.certificate_malformed") from None
    return str(name.value)


def certificate_until(pem: bytes) -> datetime:
    """Until when a certificate is valid; `exchange.certificate_malformed`."""
    return _read(pem).not_valid_after_utc


def server_context(own: TlsIdentity, trusted: str) -> ssl.SSLContext:
    """TLS 1.3 that asks for a certificate out of those listed (`trusted`, PEM); the caller compares its digest."""
    return _context(ssl.PROTOCOL_TLS_SERVER, own, trusted)


def client_context(own: TlsIdentity, trusted: str) -> ssl.SSLContext:
    """TLS 1.3 towards a gateway with one of the listed certificates; names do not count, digests do."""
    return _context(ssl.PROTOCOL_TLS_CLIENT, own, trusted)


def _identity(folder: Path, key: str, certificate: str) -> TlsIdentity:
    pem = (folder / certificate).read_bytes()
    found = _read(pem)
    own = serialization.load_pem_private_key((folder / key).read_bytes(), None)
    if own.public_key() != found.public_key():
        # A renewal was cut off after its first step; the next certificate belongs to this key.
        (folder / NEXT_CERTIFICATE).replace(folder / certificate)
        return _identity(folder, key, certificate)
    return TlsIdentity(pem, folder / certificate, folder / key, certificate_digest(pem), found.not_valid_after_utc)


def _read(pem: bytes) -> x509.Certificate:
    try:
        (found,) = x509.load_pem_x509_certificates(pem[:MAX_PEM_BYTES])
    except ValueError:
        raise CodedError("exchange.certificate_malformed") from None
    return found


def _make(folder: Path, node: str, at: datetime, key_name: str, certificate_name: str) -> None:
    """A P-256 key and a certificate for it. Whoever is first of several processes wins."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    try:
        write_new(folder / key_name, key.private_bytes(*pem))
    except FileExistsError:
        found = serialization.load_pem_private_key((folder / key_name).read_bytes(), None)
        assert isinstance(found, ec.EllipticCurvePrivateKey)
        key = found
    made = _certificate(key, node, at).public_bytes(serialization.Encoding.PEM)
    with _first_wins():
        write_new(folder / certificate_name, made, 0o644)


def _certificate(key: ec.EllipticCurvePrivateKey, node: str, at: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, node)])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _BACKDATED)
        .not_valid_after(at.replace(microsecond=0) + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(node)]), critical=False)
        .sign(key, hashes.SHA256())
    )


@contextmanager
def _first_wins() -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        return


def _context(side: int, own: TlsIdentity, trusted: str) -> ssl.SSLContext:
    context = ssl.SSLContext(side)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols([PROTOCOL])
    context.load_cert_chain(os.fspath(own.cert_path), os.fspath(own.key_path))
    if trusted:
        context.load_verify_locations(cadata=trusted)
    return context
