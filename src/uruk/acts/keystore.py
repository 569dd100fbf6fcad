"""Where this node's private keys live, and who certifies its seal keys."""

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
    SecretStore,
    TokenFirstKeyStore,
    own_key_store,
    own_passphrase,
)


def key_store() -> KeyStore:
    """This node's store of private keys: encrypted files in the data folder, and before them a token if one is set."""
    settings = node_settings()
    files = FileKeyStore(settings.data / "keys", *_opening())
    if settings.pkcs11_module is None:
        return files
    token = Pkcs11KeyStore(settings.pkcs11_module, settings.pkcs11_token, settings.pkcs11_pin)
    return TokenFirstKeyStore(token, files)


def secret_store() -> SecretStore:
    """This node's symmetric keys, encrypted beside its private ones."""
    return SecretStore(node_settings().data / "keys", *_opening())


def gateway_key_store() -> KeyStore:
    """The keys of the gateway's logs: files of its own, for it opens no other key of this node."""
    return own_key_store(node_settings().data / "gateway")


def store_of(use: str) -> KeyStore:
    """Where the private keys of a use lie."""
    return gateway_key_store() if use == "gateway" else key_store()


def private_name(institution: str, use: str, number: int) -> str:
    """The name of a private key in its store; the gateway's log keys have in theirs the names that all logs' have."""
    return f"{institution}/{'log' if use == 'gateway' else use}/{number}"


def key_place(institution: str, use: str, number: int) -> str:
    """Where a private key is: ``file``, ``token`` or ``missing``."""
    store, name = store_of(use), private_name(institution, use, number)
    if name not in store.names():
        return "missing"
    return store.place(name) if isinstance(store, TokenFirstKeyStore) else "file"


def authority(instance: str, at: datetime) -> CertificateAuthority:
    """The authority that certifies seal keys; the demonstration one is made at its first use."""
    return DemonstrationAuthority.open(key_store(), node_settings().data / "keys", instance, at)


def _opening() -> tuple[str, int]:
    """The passphrase of the files in ``keys/``, and how much it is stretched."""
    settings = node_settings()
    passphrase = _passphrase(settings.key_passphrase, settings.data)
    return passphrase, STRETCHING if settings.key_passphrase else STRETCHING_RANDOM


def _passphrase(given: str, data: Path) -> str:
    """The passphrase given, or in demonstration one made once and kept beside the keys it opens."""
    if given:
        return given
    if not node_settings().demonstration:
        raise CodedError("acts.passphrase_missing")
    return own_passphrase(data / "passphrase")
