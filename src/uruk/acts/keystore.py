"""Where this node's private keys live, and who certifies its seal keys."""

import os
import secrets
from datetime import datetime
from pathlib import Path

from uruk.acts.node import node_settings
from uruk.kernel.api import CodedError
from uruk.trust.api import (
    STRETCHING,
    STRETCHING_RANDOM,
    CertificateAuthority,
    DemonstrationAuthority,
    FileKeyStore,
    KeyStore,
    Pkcs11KeyStore,
    TokenFirstKeyStore,
)


def key_store() -> KeyStore:
    """This node's store of private keys: encrypted files in the data folder, and before them a token if one is set."""
    settings = node_settings()
    passphrase = _passphrase(settings.key_passphrase, settings.data)
    stretching = STRETCHING if settings.key_passphrase else STRETCHING_RANDOM
    files = FileKeyStore(settings.data / "keys", passphrase, stretching)
    if settings.pkcs11_module is None:
        return files
    token = Pkcs11KeyStore(settings.pkcs11_module, settings.pkcs11_token, settings.pkcs11_pin)
    return TokenFirstKeyStore(token, files)


def key_place(name: str) -> str:
    """Where a private key is: ``file``, ``token`` or ``missing``."""
    store = key_store()
    if name not in store.names():
        return "missing"
    return store.place(name) if isinstance(store, TokenFirstKeyStore) else "file"


def authority(instance: str, at: datetime) -> CertificateAuthority:
    """The authority that certifies seal keys; the demonstration one is made at its first use."""
    return DemonstrationAuthority.open(key_store(), node_settings().data / "keys", instance, at)


def _passphrase(given: str, data: Path) -> str:
    """The passphrase given, or in demonstration one made once and kept beside the keys it opens."""
    if given:
        return given
    if not node_settings().demonstration:
        raise CodedError("acts.passphrase_missing")
    path = data / "passphrase"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(24))
    return path.read_text(encoding="ascii")


def _write_once(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(part, path)
    except FileExistsError:
        return  # another process was first; its passphrase is the one
    finally:
        part.unlink()
