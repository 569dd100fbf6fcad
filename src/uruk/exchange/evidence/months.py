"""The keys of evidence: one for each month, wrapped under the gateway's evidence key, in one file, destroyed in time.

    gateway/keys/evidence/1.secret    the evidence key, encrypted as the gateway's other keys are
    gateway/evidence/202711/key       nonce, and the month's key under AES-256-GCM with the evidence key

So whoever copies the evidence alone reads nothing, and whoever has both reads no month whose file was destroyed.
"""

import os
import secrets
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from uruk.kernel.api import CodedError
from uruk.trust.api import own_secret_store, sync_folder, write_new

NAME = "evidence/1"
_KEY_BYTES, _NONCE_BYTES, _TAG_BYTES = 32, 12, 16
_DESTROYED = bytes(_NONCE_BYTES + _KEY_BYTES + _TAG_BYTES)
_CONTEXT = b"uruk/evidence/month/v1\n"


class MonthKeys:
    """The keys of the months in a folder of evidence; the evidence key lies in the store of the folder above it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def key(self, month: str) -> bytes:
        """A month's key, made at its first use; `exchange.evidence_locked` where another key wrapped it. OSError.

        ValueError where it is destroyed, and the rest of the month has still to go.
        """
        path = self._path(month)
        if not path.exists():
            self._make(month, path)
        data = path.read_bytes()
        if data == _DESTROYED:
            raise ValueError(month)
        try:
            return self._wrapping.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _CONTEXT + month.encode())
        except (InvalidTag, ValueError):
            raise CodedError("exchange.evidence_locked", month=month) from None

    def overwrite(self, month: str) -> None:
        """Overwrite a month's key, on the disk when it returns; harmless where there is none."""
        with suppress(FileNotFoundError), self._path(month).open("r+b") as file:
            file.write(_DESTROYED)
            file.flush()
            os.fsync(file.fileno())

    def _make(self, month: str, path: Path) -> None:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        nonce, key = secrets.token_bytes(_NONCE_BYTES), secrets.token_bytes(_KEY_BYTES)
        with suppress(FileExistsError):
            write_new(path, nonce + self._wrapping.encrypt(nonce, key, _CONTEXT + month.encode()))
        sync_folder(self._folder)

    def _path(self, month: str) -> Path:
        return self._folder / month / "key"

    @cached_property
    def _wrapping(self) -> AESGCM:
        return AESGCM(own_secret_store(self._folder.parent).secret(NAME))
