"""Delegations: the institution's offline identity key says which log and seal keys are its own, and from when.

The next identity key is announced the same way, by the present one.
"""

from datetime import datetime
from typing import Literal

from uruk.kernel.api import rfc3339
from uruk.trust import cbor
from uruk.trust.keys.protocols import Signer
from uruk.trust.keys.signatures import verify_ed25519

KeyUse = Literal["log", "seal", "identity"]


def delegate(identity: Signer, institution: str, use: KeyUse, key: str | bytes, start: datetime) -> bytes:
    """Sign with the Ed25519 identity key that ``key`` serves ``institution`` for ``use`` from ``start`` on.

    ``key`` is the C2SP vkey text for a log (it holds the origin), SubjectPublicKeyInfo DER for a seal, the 32 raw bytes
    of the next identity key. The result is the 64-byte signature, kept beside the key in keys.json.
    """
    return identity.sign(delegation_bytes(institution, use, key, start))


def delegation_verifies(identity_key: bytes, delegation: bytes, signed: bytes) -> bool:
    """Whether the identity key (32 raw bytes) signed these ``delegation_bytes``."""
    return verify_ed25519(identity_key, delegation, signed)


def delegation_bytes(institution: str, use: KeyUse, key: str | bytes, start: datetime) -> bytes:
    """The deterministic CBOR that is signed; ``from`` is RFC 3339 text in UTC, as in keys.json."""
    return cbor.encode(
        {"uruk": "delegation/1", "institution": institution, "use": use, "key": key, "from": rfc3339(start)}
    )
