"""Symmetric keys at rest: 32 random bytes each, encrypted under the passphrase that opens the private keys."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from uruk.kernel.api import CodedError
from uruk.trust.atomic import write_new
from uruk.trust.keys.files import STRETCHING
from uruk.trust.keys.protocols import check_name

_KEY_BYTES, _SALT_BYTES, _NONCE_BYTES, _ROUNDS_BYTES = 32, 16, 12, 4
_MAX_ROUNDS = 10_000_000


class SecretStore:
    """A folder of encrypted symmetric keys; ``interior/permits`` is the file ``interior/permits.secret``.

    A file holds: rounds of PBKDF2 (4 bytes), its salt (16), the nonce (12), and the key under AES-256-GCM with the
    name as associated data. ``stretching``: the rounds for new ones, as of `FileKeyStore`.
    """

    def __init__(self, folder: Path, passphrase: str, stretching: int = STRETCHING) -> None:
        self._folder = folder
        self._passphrase = passphrase.encode()
        self._stretching = stretching

    def secret(self, name: str) -> bytes:
        """The key of this name, 32 bytes; made at its first use, and of several processes the first wins.

        Errors: ``trust.key_name``, ``trust.key_unreadable`` (another passphrase, a damaged file).
        """
        path = self._folder / f"{check_name(name)}.secret"
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                write_new(path, self._sealed(name))
        return self._opened(name, path.read_bytes())

    def _sealed(self, name: str) -> bytes:
        salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
        wrapped = self._wrapper(salt, self._stretching).encrypt(nonce, secrets.token_bytes(_KEY_BYTES), name.encode())
        return self._stretching.to_bytes(_ROUNDS_BYTES, "big") + salt + nonce + wrapped

    def _opened(self, name: str, data: bytes) -> bytes:
        rounds, rest = int.from_bytes(data[:_ROUNDS_BYTES], "big"), data[_ROUNDS_BYTES:]
        salt, nonce, wrapped = rest[:_SALT_BYTES], rest[_SALT_BYTES:][:_NONCE_BYTES], rest[_SALT_BYTES + _NONCE_BYTES :]
        try:
            if not 0 < rounds <= _MAX_ROUNDS or len(nonce) != _NONCE_BYTES:
                raise InvalidTag
            return self._wrapper(salt, rounds).decrypt(nonce, wrapped, name.encode())
        except InvalidTag:
            raise CodedError("trust.key_unreadable") from None

    def _wrapper(self, salt: bytes, rounds: int) -> AESGCM:
        return AESGCM(PBKDF2HMAC(SHA256(), _KEY_BYTES, salt, rounds).derive(self._passphrase))
