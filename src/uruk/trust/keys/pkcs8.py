"""Encrypted PKCS#8 (RFC 5958) with PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC (RFC 8018 §6.2).

`cryptography` writes it with 2,048 rounds, too few for a stolen file under a passphrase that a person chose; here the
number is ours. `cryptography` and ``openssl pkey`` read it.
"""

import secrets
from functools import lru_cache

from asn1crypto import algos, keys, pem
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from uruk.kernel.api import CodedError

PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey

_LABEL = "ENCRYPTED PRIVATE KEY"
_BLOCK_BITS = 128


def encrypt_key(key: PrivateKey, passphrase: bytes, iterations: int) -> bytes:
    """The key as PEM, encrypted under the passphrase stretched by so many rounds."""
    salt, iv = secrets.token_bytes(16), secrets.token_bytes(16)
    secret = PBKDF2HMAC(SHA256(), 32, salt, iterations).derive(passphrase)
    padder = PKCS7(_BLOCK_BITS).padder()
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    encryptor = Cipher(AES256(secret), CBC(iv)).encryptor()
    data = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    info = keys.EncryptedPrivateKeyInfo(
        {"encryption_algorithm": _algorithm(salt, iv, iterations), "encrypted_data": data}
    )
    armored: bytes = pem.armor(_LABEL, info.dump())
    return armored


@lru_cache(maxsize=256)
def decrypt_key(armored: bytes, passphrase: bytes) -> PrivateKey:
    """The key in a PEM file; a wrong passphrase, damage or another kind of key raises ``trust.key_unreadable``.

    Stretching the passphrase is slow on purpose, so a process does it once a file.
    """
    try:
        key = load_pem_private_key(armored, passphrase)
    except (ValueError, TypeError):
        raise CodedError("trust.key_unreadable") from None
    if not isinstance(key, PrivateKey):
        raise CodedError("trust.key_unreadable")
    return key


def _algorithm(salt: bytes, iv: bytes, iterations: int) -> algos.EncryptionAlgorithm:
    stretching = {
        "algorithm": "pbkdf2",
        "parameters": {
            "salt": algos.Pbkdf2Salt(name="specified", value=salt),
            "iteration_count": iterations,
            "prf": {"algorithm": "sha256"},
        },
    }
    cipher = {"algorithm": "aes256_cbc", "parameters": iv}
    parameters = {"key_derivation_func": stretching, "encryption_scheme": cipher}
    return algos.EncryptionAlgorithm({"algorithm": "pbes2", "parameters": parameters})
