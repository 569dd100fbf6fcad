"""A passkey in software, for tests: makes the assertions that a browser would hand over."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from uruk.trust import cbor
from uruk.trust.approvals import Approval, challenge

RP_ID = "verify.example"
ORIGIN = "https://verify.example"


def _bytes(number):
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


class Passkey:
    """One credential of the algorithm ``es256``, ``eddsa`` or ``rs256``."""

    def __init__(self, algorithm="es256"):
        self.algorithm = algorithm
        make = {
            "es256": lambda: ec.generate_private_key(ec.SECP256R1()),
            "eddsa": ed25519.Ed25519PrivateKey.generate,
            "rs256": lambda: rsa.generate_private_key(65537, 2048),
        }
        self.private = make[algorithm]()

    @property
    def key(self):
        public = self.private.public_key()
        if self.algorithm == "eddsa":
            return cbor.encode({1: 1, 3: -8, -1: 6, -2: public.public_bytes_raw()})
        numbers = public.public_numbers()
        if self.algorithm == "rs256":
            return cbor.encode({1: 3, 3: -257, -1: _bytes(numbers.n), -2: _bytes(numbers.e)})
        return cbor.encode({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})

    def sign(self, data):
        if self.algorithm == "eddsa":
            return self.private.sign(data)
        if self.algorithm == "rs256":
            return self.private.sign(data, padding.PKCS1v15(), SHA256())
        return self.private.sign(data, ec.ECDSA(SHA256()))

    def approve(self, proposal, role="registrar", rp_id=RP_ID, flags=0x05, trailing=b"", **client):
        asked = base64.urlsafe_b64encode(challenge(proposal)).rstrip(b"=").decode()
        common = {"type": "webauthn.get", "challenge": asked, "origin": ORIGIN, "crossOrigin": False}
        client_data = json.dumps(common | client).encode()
        data = hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + bytes(4) + trailing
        signature = self.sign(data + hashlib.sha256(client_data).digest())
        return Approval(b"credential", self.key, role, client_data, data, signature)
