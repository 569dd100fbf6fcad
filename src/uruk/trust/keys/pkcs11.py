"""Keys in a hardware module over PKCS#11 (OASIS v3.0): they sign there and never leave it.

Needs the extra ``hsm`` (python-pkcs11). Not every module can do Ed25519: ``create`` then raises ``trust.key_algorithm``
and the node keeps its log key as a file, which ``uruk doctor`` says.
"""

import hashlib
import importlib
import threading
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from asn1crypto import keys
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from uruk.kernel.api import CodedError
from uruk.trust.keys.protocols import KeyKind, check_name
from uruk.trust.keys.signatures import key_id

_CURVES: dict[KeyKind, str] = {"p256": "secp256r1", "ed25519": "1.3.101.112"}
_ED25519_SPKI_BYTES = 44  # RFC 8410 §4
_LOCK = threading.Lock()  # a session answers one question at a time


class Pkcs11KeyStore:
    """The keys of one token, named by their labels; one session a process, one signature at a time.

    ``module``: the vendor's library (.so); ``token``: its label. What cannot be opened raises ``trust.token_missing``,
    a missing python-pkcs11 ``trust.token_software``.
    """

    def __init__(self, module: Path, token: str, pin: str) -> None:
        self._pkcs11 = _library()
        try:
            self._session = _session(str(module), token, pin)
        except (self._pkcs11.PKCS11Error, RuntimeError):
            raise CodedError("trust.token_missing", token=token) from None

    def create(self, name: str, kind: KeyKind) -> "Pkcs11Signer":
        """Make a key pair in the token; errors ``trust.key_exists``, ``trust.key_algorithm``."""
        if check_name(name) in self.names():
            raise CodedError("trust.key_exists", name=name)
        with _LOCK:
            try:
                self._generate(name, kind)
            except self._pkcs11.PKCS11Error:
                raise CodedError("trust.key_algorithm", kind=kind) from None
        return self.open(name)

    def open(self, name: str) -> "Pkcs11Signer":
        """The signer of a key; an unknown name raises ``trust.key_missing``."""
        classes = self._pkcs11.ObjectClass
        with _LOCK:
            private = self._find(check_name(name), classes.PRIVATE_KEY)
            public = self._find(name, classes.PUBLIC_KEY)
        return Pkcs11Signer(private, _public_key_info(public))

    def names(self) -> tuple[str, ...]:
        """The labels of all private keys in the token, sorted."""
        attributes = {self._pkcs11.Attribute.CLASS: self._pkcs11.ObjectClass.PRIVATE_KEY}
        with _LOCK:
            return tuple(sorted(found.label for found in self._session.get_objects(attributes)))

    def _generate(self, name: str, kind: KeyKind) -> None:
        types = self._pkcs11.KeyType
        curve = keys.ECDomainParameters(name="named", value=_CURVES[kind]).dump()
        key_type = types.EC_EDWARDS if kind == "ed25519" else types.EC
        parameters = self._session.create_domain_parameters(
            key_type, {self._pkcs11.Attribute.EC_PARAMS: curve}, local=True
        )
        parameters.generate_keypair(store=True, label=name, id=name.encode())

    def _find(self, name: str, kind: Any) -> Any:
        attribute = self._pkcs11.Attribute
        found = list(self._session.get_objects({attribute.CLASS: kind, attribute.LABEL: name}))
        if not found:
            raise CodedError("trust.key_missing", name=name)
        return found[0]


class Pkcs11Signer:
    """A private key in a token; implements ``Signer``."""

    def __init__(self, private: Any, spki: bytes) -> None:
        self._private = private
        self.spki = spki

    @cached_property
    def algorithm(self) -> KeyKind:
        """Which algorithm this key signs with."""
        return "ed25519" if len(self.spki) == _ED25519_SPKI_BYTES else "p256"

    @cached_property
    def public_key(self) -> bytes:
        """32 raw bytes (ed25519) or SubjectPublicKeyInfo DER (p256)."""
        return self.spki[-32:] if self.algorithm == "ed25519" else self.spki

    @cached_property
    def key_id(self) -> bytes:
        """The first 8 bytes of SHA-256 over ``spki``."""
        return key_id(self.spki)

    def sign(self, data: bytes) -> bytes:
        """Sign in the token: 64 bytes (p256: r ‖ s); a module that fails raises ``trust.token_missing``."""
        pkcs11 = _library()
        # Hashing here and not with CKM_ECDSA_SHA256, which many modules lack.
        message, mechanism = hashlib.sha256(data).digest(), pkcs11.Mechanism.ECDSA
        if self.algorithm == "ed25519":
            message, mechanism = data, pkcs11.Mechanism.EDDSA
        try:
            with _LOCK:
                signature: bytes = self._private.sign(message, mechanism=mechanism)
        except pkcs11.PKCS11Error:
            raise CodedError("trust.token_missing", token=self._private.label) from None
        return signature


def _library() -> Any:
    try:
        return importlib.import_module("pkcs11")
    except ImportError:
        raise CodedError("trust.token_software") from None


@cache
def _session(module: str, token: str, pin: str) -> Any:
    """One session a process: signing in holds for the whole process, and a token refuses it a second time."""
    return _library().lib(module).get_token(token_label=token).open(rw=True, user_pin=pin)


def _public_key_info(public: Any) -> bytes:
    """SubjectPublicKeyInfo of a public key object: CKA_EC_POINT is the point, in a DER OCTET STRING or bare."""
    pkcs11 = _library()
    point = bytes(public[pkcs11.Attribute.EC_POINT])
    if len(point) in {34, 67}:
        point = point[2:]
    if public.key_type == pkcs11.KeyType.EC_EDWARDS:
        return _spki(Ed25519PublicKey.from_public_bytes(point))
    return _spki(ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))


def _spki(key: Ed25519PublicKey | ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
