"""A timestamping authority on this node, for demonstration: RFC 3161 tokens signed with ECDSA P-256."""

import hashlib
import secrets
from pathlib import Path
from typing import Any

from asn1crypto import cms, tsp, x509

from uruk.kernel.api import Clock
from uruk.trust.atomic import write_once
from uruk.trust.certificates import (
    VALIDITY,
    CertificateRequest,
    DemonstrationAuthority,
    demonstration_subject,
    open_or_create,
)
from uruk.trust.keys.protocols import KeyStore, Signer
from uruk.trust.keys.signatures import der_signature

TIMESTAMPER_KEY = "demonstration/timestamper"
POLICY = "2.25.3117301118"  # a UUID arc of our own: demonstration only, no statement about accuracy


class DemonstrationTimestamper:
    """Stamps with the node's own clock, so it proves nothing against the node's operator: its subject says so."""

    def __init__(self, signer: Signer, certificate: bytes, clock: Clock) -> None:
        self._signer = signer
        self._certificate = certificate
        self._clock = clock

    @classmethod
    def open(
        cls, store: KeyStore, folder: Path, authority: DemonstrationAuthority, instance: str, clock: Clock
    ) -> "DemonstrationTimestamper":
        """Open the node's demonstration timestamper, made where there is none yet: ``folder/timestamper.der``."""
        signer = open_or_create(store, TIMESTAMPER_KEY)
        path = folder / "timestamper.der"
        if not path.exists():
            subject = demonstration_subject(instance, "timestamper")
            usage = frozenset({"digital_signature"})
            request = CertificateRequest(
                signer.spki, subject, clock.now(), VALIDITY, usage, extended_usage="time_stamping"
            )
            write_once(path, authority.certify(request))
        return cls(signer, path.read_bytes(), clock)

    @property
    def certificate(self) -> bytes:
        """Its certificate (DER), for ``timestampers`` in keys.json."""
        return self._certificate

    def stamp(self, digest: bytes) -> bytes:
        """A token over a SHA-256 digest with the time now."""
        return self._sign(self._token_info(digest, None))

    def answer(self, query: bytes) -> bytes:
        """A TimeStampResp to a TimeStampReq, for serving over HTTP; a broken query gives a rejection."""
        try:
            asked = tsp.TimeStampReq.load(query, strict=True)
            imprint = asked["message_imprint"]
            algorithm, digest = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
            nonce = asked["nonce"].native
        except (ValueError, TypeError, KeyError):
            return _rejection("bad_data_format")
        if algorithm != "sha256" or len(digest) != 32:
            return _rejection("bad_alg")
        token = cms.ContentInfo.load(self._sign(self._token_info(digest, nonce)))
        granted: bytes = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
        return granted

    def _token_info(self, digest: bytes, nonce: int | None) -> bytes:
        """TSTInfo (RFC 3161 §2.4.2)."""
        info: dict[str, Any] = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
            "serial_number": secrets.randbits(63) | 1,
            "gen_time": self._clock.now().replace(microsecond=0),
        }
        if nonce is not None:
            info["nonce"] = nonce
        encoded: bytes = tsp.TSTInfo(info).dump()
        return encoded

    def _sign(self, info: bytes) -> bytes:
        """The CMS SignedData around a TSTInfo (RFC 5652 §5)."""
        certificate = x509.Certificate.load(self._certificate)
        signed = _signed_attributes(info, self._certificate)
        signer_info = {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {
                "issuer": certificate.issuer, "serial_number": certificate.serial_number
            }},
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": signed,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": der_signature(self._signer.sign(signed.dump())),
        }  # fmt: skip
        content = {"content_type": "tst_info", "content": cms.ParsableOctetString(info)}
        data = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": content,
            "certificates": [certificate],
            "signer_infos": [signer_info],
        }
        token: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump()
        return token


def _signed_attributes(info: bytes, certificate: bytes) -> cms.CMSAttributes:
    """Content type, digest, and the certificate's own digest (ESSCertIDv2, RFC 5816)."""
    identity = tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(certificate).digest()}]})
    return cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "message_digest", "values": [hashlib.sha256(info).digest()]},
            {"type": "signing_certificate_v2", "values": [identity]},
        ]
    )


def _rejection(reason: str) -> bytes:
    """A TimeStampResp without a token (RFC 3161 §2.4.2), which asn1crypto's own class cannot write."""
    status: bytes = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {reason}}).dump()
    return b"\x30" + bytes([len(status)]) + status
