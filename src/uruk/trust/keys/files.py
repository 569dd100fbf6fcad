"""Keys as encrypted PKCS#8 files (RFC 5958): one file a key, mode 0600, written whole or not at all."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from uruk.kernel.api import CodedError
from uruk.trust.atomic import write_new
from uruk.trust.keys.protocols import KeyKind, check_name
from uruk.trust.keys.signatures import MemorySigner


class FileKeyStore:
    """A folder of encrypted keys; ``interior/seal/1`` is the file ``interior/seal/1.pem``.

    A passphrase shorter than 12 characters raises ``trust.passphrase_short``. ``openssl pkey`` reads the files.
    """

    def __init__(self, folder: Path, passphrase: str) -> None:
        if len(passphrase) < 12:
            raise CodedError("trust.passphrase_short", minimum=12)
        self._folder = folder
        self._passphrase = passphrase.encode()

    def create(self, name: str, kind: KeyKind) -> MemorySigner:
        """Make a new key, on disk before it returns; a name in use raises ``trust.key_exists``."""
        path = self._path(name)
        key = Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(self._passphrase))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            write_new(path, pem)
        except FileExistsError:
            raise CodedError("trust.key_exists", name=name) from None
        return MemorySigner(key)

    def open(self, name: str) -> MemorySigner:
        """Open a key; unknown: ``trust.key_missing``; wrong passphrase or damaged file: ``trust.key_unreadable``."""
        try:
            pem = self._path(name).read_bytes()
        except FileNotFoundError:
            raise CodedError("trust.key_missing", name=name) from None
        try:
            key = load_pem_private_key(pem, self._passphrase)
        except (ValueError, TypeError):
            raise CodedError("trust.key_unreadable") from None
        if not isinstance(key, Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
            raise CodedError("trust.key_unreadable")
        return MemorySigner(key)

    def names(self) -> tuple[str, ...]:
        """The names of all keys in the folder, sorted."""
        found = self._folder.rglob("*.pem")
        return tuple(sorted(path.relative_to(self._folder).with_suffix("").as_posix() for path in found))

    def _path(self, name: str) -> Path:
        return self._folder / f"{check_name(name)}.pem"
