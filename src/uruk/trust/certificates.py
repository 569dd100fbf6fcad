"""X.509 certificates for seal keys. The authority is a plug-in; the one built in is for demonstration and says so."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from asn1crypto import keys, x509

from uruk.kernel.api import CodedError, Text, script_of
from uruk.trust.atomic import write_once
from uruk.trust.keys.protocols import KeyStore, Signer
from uruk.trust.keys.signatures import der_signature

AUTHORITY_KEY = "demonstration/authority"
VALIDITY = timedelta(days=5 * 365)
_ROOT_VALIDITY = timedelta(days=20 * 365)
_COMMON_NAME_BYTES = 64  # RFC 5280 appendix A.1, ub-common-name; counted in bytes, as some readers do


class CertificateAuthority(Protocol):
    """Issues certificates for keys. A national authority is reached by writing one more of these."""

    @property
    def roots(self) -> tuple[bytes, ...]:
        """The certificates (DER) that the issued ones chain to; keys.json lists them as ``authorities``."""

    def issue(self, spki: bytes, institution: str, names: Text, start: datetime) -> bytes:
        """A certificate (DER) for an institution's seal key (SubjectPublicKeyInfo DER), valid from ``start``."""


@dataclass(frozen=True)
class CertificateRequest:
    """What a certificate shall say: whose key, from when and for how long, and for which uses."""

    spki: bytes
    subject: x509.Name
    start: datetime
    validity: timedelta
    key_usage: frozenset[str]
    authority: bool = False
    extended_usage: str | None = None

    def extensions(self, issuer_key: bytes) -> list[dict[str, Any]]:
        """The extensions (RFC 5280 §4.2.1); an extended usage is critical, as RFC 3161 §2.3 wants it."""
        found = [
            _extension("basic_constraints", {"ca": self.authority}, critical=True),
            _extension("key_usage", set(self.key_usage), critical=True),
            _extension("key_identifier", _key_identifier(self.spki)),
            _extension("authority_key_identifier", {"key_identifier": _key_identifier(issuer_key)}),
        ]
        if self.extended_usage:
            found.append(_extension("extended_key_usage", [self.extended_usage], critical=True))
        return found


class DemonstrationAuthority:
    """An authority on this node, for trying things out; the subject of all it issues says "demonstration".

    Its P-256 key lies in the node's key store, its root certificate in ``folder/authority.der``.
    """

    def __init__(self, signer: Signer, root: bytes, instance: str) -> None:
        self._signer = signer
        self._root = root
        self._instance = instance

    @classmethod
    def open(cls, store: KeyStore, folder: Path, instance: str, at: datetime) -> "DemonstrationAuthority":
        """Open the node's demonstration authority, made at ``at`` where there is none yet."""
        signer = open_or_create(store, AUTHORITY_KEY)
        path = folder / "authority.der"
        if not path.exists():
            subject = demonstration_subject(instance, "authority")
            uses = frozenset({"key_cert_sign", "crl_sign"})
            request = CertificateRequest(signer.spki, subject, at, _ROOT_VALIDITY, uses, authority=True)
            write_once(path, sign_certificate(request, subject, signer))
        return cls(signer, path.read_bytes(), instance)

    @property
    def roots(self) -> tuple[bytes, ...]:
        """The root certificate."""
        return (self._root,)

    def issue(self, spki: bytes, institution: str, names: Text, start: datetime) -> bytes:
        """A certificate for signing documents (digital signature, content commitment)."""
        subject = demonstration_subject(self._instance, institution, names)
        uses = frozenset({"digital_signature", "non_repudiation"})
        return self.certify(CertificateRequest(spki, subject, start, VALIDITY, uses))

    def certify(self, request: CertificateRequest) -> bytes:
        """A certificate (DER) that says what the request asks for."""
        return sign_certificate(request, x509.Certificate.load(self._root).subject, self._signer)


def demonstration_subject(instance: str, what: str, names: Text | None = None) -> x509.Name:
    """A subject that nobody can take for an official one."""
    parts = {"organization_name": "Uruk demonstration, not official", "organizational_unit_name": what}
    if len(instance) == 2 and instance.isalpha():
        parts["country_name"] = instance.upper()
    parts["common_name"] = _common_name(names.get("ar") if names else what)
    return x509.Name.build(parts)


def _common_name(spoken: str) -> str:
    """The name, marked as for demonstration in its own script.

    One name in two directions is malformed (RFC 4518 §2.4, stringprep), and strict readers refuse the certificate.
    """
    if script_of(spoken) == "arabic":
        mark = "تجريبي "
        return mark + _cut(spoken, _COMMON_NAME_BYTES - len(mark.encode()))
    mark = " (demonstration)"
    return _cut(spoken, _COMMON_NAME_BYTES - len(mark)) + mark


def sign_certificate(request: CertificateRequest, issuer: x509.Name, signer: Signer) -> bytes:
    """The certificate (DER), signed with ECDSA and SHA-256 by the issuer's P-256 key (RFC 5280 §4.1)."""
    algorithm = {"algorithm": "sha256_ecdsa"}
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": int.from_bytes(secrets.token_bytes(16), "big") >> 1 | 1,
            "signature": algorithm,
            "issuer": issuer,
            "validity": {
                "not_before": _time(request.start),
                "not_after": _time(request.start + request.validity),
            },
            "subject": request.subject,
            "subject_public_key_info": keys.PublicKeyInfo.load(request.spki),
            "extensions": request.extensions(signer.spki),
        }
    )
    signature = der_signature(signer.sign(body.dump()))
    parts = {"tbs_certificate": body, "signature_algorithm": algorithm, "signature_value": signature}
    certificate: bytes = x509.Certificate(parts).dump()
    return certificate


def open_or_create(store: KeyStore, name: str) -> Signer:
    """The P-256 key of that name, made where there is none yet."""
    return store.open(name) if name in store.names() else store.create(name, "p256")


def certificate_key(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo (DER) in a certificate; ``trust.certificate_unreadable`` where there is none."""
    try:
        spki: bytes = x509.Certificate.load(certificate, strict=True).public_key.dump()
    except (ValueError, TypeError, KeyError, AttributeError):
        raise CodedError("trust.certificate_unreadable") from None
    return spki


def _cut(text: str, most_bytes: int) -> str:
    """The text cut at a letter so that it needs at most so many bytes of UTF-8."""
    return text.encode()[:most_bytes].decode(errors="ignore").rstrip()


def _extension(name: str, value: Any, critical: bool = False) -> dict[str, Any]:
    return {"extn_id": name, "critical": critical, "extn_value": value}


def _key_identifier(spki: bytes) -> bytes:
    return hashlib.sha256(spki).digest()[:20]  # RFC 7093 §2


def _time(instant: datetime) -> x509.Time:
    moment = instant.replace(microsecond=0)
    kind = "utc_time" if moment.year < 2050 else "general_time"  # RFC 5280 §4.1.2.5
    return x509.Time(name=kind, value=moment)
