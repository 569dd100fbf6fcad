"""An approval: one officer's passkey assertion over a proposal, kept with the key that checks it."""

import hashlib
from dataclasses import dataclass
from typing import Any

from uruk.kernel.api import CodedError

_KEYS = frozenset({"credential", "key", "role", "client_data", "authenticator_data", "signature"})


@dataclass(frozen=True)
class Approval:
    """A WebAuthn assertion and the public key it verifies under.

    ``key`` is the credential's COSE_Key, ``client_data`` and ``authenticator_data`` are the bytes the authenticator
    returned (WebAuthn §7.2). The directory lists approvers by ``key_digest``, so a row in a table is not an approver.
    """

    credential: bytes
    key: bytes
    role: str
    client_data: bytes
    authenticator_data: bytes
    signature: bytes

    @property
    def key_digest(self) -> str:
        """SHA-256 of the COSE_Key in lower-case hex, as keys.json lists it."""
        return hashlib.sha256(self.key).hexdigest()

    def to_map(self) -> dict[str, Any]:
        """The map that stands in a statement's ``approvals``."""
        return {name: getattr(self, name) for name in sorted(_KEYS)}

    @classmethod
    def from_map(cls, value: Any) -> "Approval":
        """Read one item of ``approvals``; any other shape raises ``trust.statement_shape``."""
        if not isinstance(value, dict) or set(value) != _KEYS or not isinstance(value["role"], str):
            raise CodedError("trust.statement_shape", field="approvals")
        if not all(isinstance(value[name], bytes) for name in _KEYS - {"role"}):
            raise CodedError("trust.statement_shape", field="approvals")
        return cls(**value)


def challenge(proposal: bytes) -> bytes:
    """The 32-byte WebAuthn challenge both persons sign: SHA-256 of the proposal's bytes."""
    return hashlib.sha256(proposal).digest()
