"""A passkey in software, for the demonstration and for tests: what an authenticator does, without the device."""

import hashlib
import json
import secrets
import struct
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from fido2 import cbor as ctap_cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

from uruk.acts.api import node_settings, relying_party
from uruk.kernel.api import CodedError

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


class SoftwarePasskey:
    """An ES256 authenticator whose key lies in memory: it proves nothing, so it exists only in demonstration mode.

    ``people.demonstration`` elsewhere. ``create`` and ``get`` take WebAuthn options as JSON (with or without the outer
    ``publicKey``) and return the browser's PublicKeyCredential as JSON.
    """

    def __init__(self, key: ec.EllipticCurvePrivateKey | None = None, credential: bytes = b"", count: int = 0) -> None:
        if not node_settings().demonstration:
            raise CodedError("people.demonstration")
        self._key = key or ec.generate_private_key(ec.SECP256R1())
        self.credential = credential or secrets.token_bytes(16)
        self.count = count

    def create(self, options: Mapping[str, Any], origin: str | None = None) -> dict[str, Any]:
        """Answer creation options: a new credential with "none" attestation (WebAuthn §8.7)."""
        inner = _inner(options)
        client_data = _client_data("webauthn.create", inner["challenge"], origin)
        cose = ctap_cbor.encode(dict(ES256.from_cryptography_key(self._key.public_key())))
        attested = b"\0" * 16 + struct.pack(">H", len(self.credential)) + self.credential + cose
        data = self._authenticator_data(inner["rp"]["id"], _ATTESTED) + attested
        attestation = ctap_cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": client_data, "attestationObject": attestation})

    def get(self, options: Mapping[str, Any], origin: str | None = None) -> dict[str, Any]:
        """Answer request options: an assertion over the challenge, with the counter moved."""
        inner = _inner(options)
        self.count += 1
        client_data = _client_data("webauthn.get", inner["challenge"], origin)
        data = self._authenticator_data(inner["rpId"], 0)
        signature = self._key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": client_data, "authenticatorData": data, "signature": signature})

    def to_text(self) -> str:
        """The passkey as text, to be kept by a demonstration that runs in several steps."""
        key = self._key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return json.dumps([websafe_encode(key), websafe_encode(self.credential), self.count])

    @classmethod
    def from_text(cls, text: str) -> "SoftwarePasskey":
        """Read what ``to_text`` wrote."""
        key, credential, count = json.loads(text)
        loaded = load_der_private_key(websafe_decode(key), None)
        if not isinstance(loaded, ec.EllipticCurvePrivateKey):
            raise CodedError("people.passkey_refused")
        return cls(loaded, websafe_decode(credential), count)

    def _authenticator_data(self, rp_id: str, flags: int) -> bytes:
        head = hashlib.sha256(rp_id.encode()).digest()
        return head + struct.pack(">BI", _PRESENT | _VERIFIED | flags, self.count)

    def _answer(self, response: Mapping[str, bytes]) -> dict[str, Any]:
        name = websafe_encode(self.credential)
        parts = {part: websafe_encode(value) for part, value in response.items()}
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": parts,
            "clientExtensionResults": {},
        }


def _inner(options: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = options.get("publicKey", options)
    return found


def _client_data(kind: str, challenge: str, origin: str | None) -> bytes:
    told = origin or relying_party(node_settings().public_url)[1][0]
    return json.dumps({"type": kind, "challenge": challenge, "origin": told, "crossOrigin": False}).encode()
