"""An RFC 3161 timestamp as a receipt carries it: CMS SignedData (RFC 5652 §5.1) without certificates.

Parts of a token are signed by nobody, so it is written anew from the authority's certificate and the signed parts,
and must be the same bytes.
"""

import base64
import hashlib
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

HASHES = [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()]


def der(tag, *parts):
    data = b"".join(parts)
    size = (len(data).bit_length() + 7) // 8 if len(data) > 127 else 0
    length = [128 + size, *len(data).to_bytes(size, "big")] if size else [len(data)]
    return bytes([tag, *length]) + data


def oid(text):
    return der(6, bytes.fromhex(text))


SIGNED_DATA, TST_INFO = oid("2a864886f70d010702"), oid("2a864886f70d0109100104")
CONTENT_TYPE, MESSAGE_DIGEST = oid("2a864886f70d010903"), oid("2a864886f70d010904")


def inside(data, *places):
    """The content of the DER value at a place, of the value at the next place in that, and so on."""
    for place in places:
        for _ in range(place + 1):
            start = 2 + max(0, data[1] - 128)
            stop = start + (int.from_bytes(data[2:start], "big") if start > 2 else data[1])
            content, data = data[start:stop], data[stop:]
        data = content
    return data


def timestamped(token, digest, authorities):
    """The time at which one of the authorities (certificates, base64 of DER) saw the SHA-256 digest."""
    info, signer = inside(token, 0, 1, 0, 2, 1, 0), inside(token, 0, 1, 0, 3, 0)
    attributes, signature, which = inside(signer, 3), inside(signer, 5), inside(signer, 2, 0)[-1] - 1
    message = der(4, hashlib.new(HASHES[which].name, info).digest())
    said = [der(0x30, CONTENT_TYPE, der(0x31, TST_INFO)), der(0x30, MESSAGE_DIGEST, der(0x31, message))]
    if inside(info, 0, 2, 0, 0).hex() != "608648016503040201" or inside(info, 0, 2, 1) != digest:
        raise ValueError("the timestamp is of something else")
    if any(attributes.count(attribute) != 1 for attribute in said):
        raise ValueError("the timestamp is not of its own content")
    for encoded in authorities:
        certificate = x509.load_der_x509_certificate(base64.b64decode(encoded))
        if written(certificate, which, info, attributes, signature) == token:
            return verified(certificate, HASHES[which], info, attributes, signature)
    raise ValueError("the timestamp is of no authority in the directory")


def written(certificate, which, info, attributes, signature):
    """The token as it must be, byte for byte, if it is this certificate's."""
    digest_algorithm = der(0x30, oid(f"60864801650304020{which + 1}"), b"\5\0")
    if isinstance(certificate.public_key(), ec.EllipticCurvePublicKey):
        algorithm = der(0x30, oid(f"2a8648ce3d04030{which + 2}"))
    else:
        algorithm = der(0x30, oid(f"2a864886f70d01010{which + 11:x}"), b"\5\0")
    serial = certificate.serial_number
    number = der(2, serial.to_bytes(serial.bit_length() // 8 + 1, "big"))
    whose = der(0x30, certificate.issuer.public_bytes(), number)
    signer = der(0x30, b"\2\1\1", whose, digest_algorithm, der(0xA0, attributes), algorithm, der(4, signature))
    content = der(0x30, TST_INFO, der(0xA0, der(4, info)))
    data = der(0x30, b"\2\1\3", der(0x31, digest_algorithm), content, der(0x31, signer))
    return der(0x30, SIGNED_DATA, der(0xA0, data))


def verified(certificate, algorithm, info, attributes, signature):
    """The time of the timestamp, if the certificate's key signed it and may."""
    time = datetime.strptime(f"{inside(info, 0, 4).decode()[:14]}+0000", "%Y%m%d%H%M%S%z")
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if list(usage) != [x509.ExtendedKeyUsageOID.TIME_STAMPING]:
        raise ValueError("the certificate is not for timestamps")
    if not certificate.not_valid_before_utc <= time <= certificate.not_valid_after_utc:
        raise ValueError("the certificate was not valid then")
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, der(0x31, attributes), ec.ECDSA(algorithm))
    else:
        key.verify(signature, der(0x31, attributes), padding.PKCS1v15(), algorithm)
    return time
