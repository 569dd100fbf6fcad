"""The signature of a webhook: RFC 9421 (HTTP Message Signatures) over the request's target and its body's digest."""

import hashlib
from base64 import b64encode
from collections.abc import Callable

LABEL, TAG, ALGORITHM = "uruk", "uruk-webhook", "ecdsa-p256-sha256"
MEDIA_TYPE = "application/json"
COVERED = '("@method" "@target-uri" "content-type" "content-digest")'


def signed_headers(url: str, body: bytes, created: int, key_id: str, sign: Callable[[bytes], bytes]) -> dict[str, str]:
    """The headers of a POST of this JSON; `sign` gives r ‖ s of P-256 (RFC 9421 §3.3.4), `key_id` is hexadecimal."""
    digest = content_digest(body)
    how = f'{COVERED};created={created};keyid="{key_id}";alg="{ALGORITHM}";tag="{TAG}"'
    signature = b64encode(sign(signature_base(url, digest, how))).decode()
    return {
        "Content-Type": MEDIA_TYPE,
        "Content-Digest": digest,
        "Signature-Input": f"{LABEL}={how}",
        "Signature": f"{LABEL}=:{signature}:",
    }


def content_digest(body: bytes) -> str:
    """The digest of a body as a header says it (RFC 9530 §2)."""
    return f"sha-256=:{b64encode(hashlib.sha256(body).digest()).decode()}:"


def signature_base(url: str, digest: str, how: str) -> bytes:
    """What is signed (RFC 9421 §2.5)."""
    lines = (
        '"@method": POST',
        f'"@target-uri": {url}',
        f'"content-type": {MEDIA_TYPE}',
        f'"content-digest": {digest}',
        f'"@signature-params": {how}',
    )
    return "\n".join(lines).encode()
