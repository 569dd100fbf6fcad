"""Keys of a part of a node that nobody types a passphrase for: ``keys/`` and ``passphrase`` in a folder of its own."""

import secrets
from contextlib import suppress
from pathlib import Path

from uruk.trust.atomic import write_new
from uruk.trust.keys.files import STRETCHING_RANDOM, FileKeyStore
from uruk.trust.keys.secrets import SecretStore

KEYS, PASSPHRASE = "keys", "passphrase"


def own_key_store(folder: Path) -> FileKeyStore:
    """The key store of a process that starts without a person, such as the gateway, in its own folder.

    Its passphrase is made once and kept beside the keys (mode 0600): it opens these keys and no others.
    """
    return FileKeyStore(folder / KEYS, own_passphrase(folder / PASSPHRASE), STRETCHING_RANDOM)


def own_secret_store(folder: Path) -> SecretStore:
    """The symmetric keys of such a process, beside its others and under the same passphrase."""
    return SecretStore(folder / KEYS, own_passphrase(folder / PASSPHRASE), STRETCHING_RANDOM)


def own_passphrase(path: Path) -> str:
    """The passphrase in a file; made of random characters where there is none, the first of several processes wins."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another process was first; its passphrase is the one
            write_new(path, secrets.token_urlsafe(24).encode())
    return path.read_text(encoding="ascii")
