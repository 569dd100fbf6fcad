"""The timestamp inside a receipt: the authority's token in the one form that leaves no byte unread.

A token (CMS SignedData, RFC 5652 §5.1) carries parts that nobody signed: certificates, versions, names of algorithms.
In a receipt it stands without certificates, and all the rest follows from the authority's own certificate.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from asn1crypto import cms, keys, x509

from uruk.kernel.api import CodedError
from uruk.trust.timestamps import verify_timestamp


def bare_token(token: bytes, digest: bytes, certificates: Collection[bytes]) -> bytes:
    """The token as a receipt carries it; errors as ``verify_timestamp``, which it must pass."""
    return _read(token, digest, certificates)[0]


def verify_bare_token(token: bytes, digest: bytes, certificates: Collection[bytes]) -> datetime:
    """The time (UTC) of a token in that form; ``trust.timestamp_malformed`` for any other, else as ``bare_token``."""
    bare, moment = _read(token, digest, certificates)
    if bare != token:
        raise CodedError("trust.timestamp_malformed")
    return moment


def _read(token: bytes, digest: bytes, certificates: Collection[bytes]) -> tuple[bytes, datetime]:
    """The token in its one form, and its time, by the first certificate that it verifies under."""
    for certificate in certificates:
        try:
            moment = verify_timestamp(token, digest, (certificate,))
        except CodedError as error:
            if error.code != "trust.timestamp_untrusted":
                raise
            continue
        return _normal_form(token, x509.Certificate.load(certificate)), moment
    raise CodedError("trust.timestamp_untrusted")


def _normal_form(token: bytes, certificate: x509.Certificate) -> bytes:
    data = cms.ContentInfo.load(token)["content"]
    signer = data["signer_infos"][0]
    algorithm = {"algorithm": signer["digest_algorithm"]["algorithm"].native}
    issued = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    content = data["encap_content_info"]["content"].contents
    bare: dict[str, Any] = {
        "version": "v3",
        "digest_algorithms": [algorithm],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(bytes(content))},
        "signer_infos": [
            {
                "version": "v1",
                "sid": {"issuer_and_serial_number": issued},
                "digest_algorithm": algorithm,
                "signed_attrs": signer["signed_attrs"].untag(),
                "signature_algorithm": {"algorithm": _algorithm(signer, certificate.public_key)},
                "signature": signer["signature"].native,
            }
        ],
    }
    written: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(bare)}).dump()
    return written


def _algorithm(signer: Any, key: keys.PublicKeyInfo) -> str:
    """Hash and kind of key in one name; some authorities name only the key and leave the hash to the digest."""
    named = signer["signature_algorithm"]
    try:
        hashed = str(named.hash_algo)
    except ValueError:
        hashed = str(signer["digest_algorithm"]["algorithm"].native)
    return f"{hashed}_{'ecdsa' if key.algorithm == 'ec' else 'rsa'}"
