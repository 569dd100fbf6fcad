"""Keys as encrypted PKCS#8 files: one file a key, mode 0600, written whole or not at all."""

from pathlib import Path

from uruk.kernel.api import CodedError
from uruk.trust.atomic import write_new
from uruk.trust.keys.pkcs8 import decrypt_key, encrypt_key
from uruk.trust.keys.protocols import KeyKind, check_name
from uruk.trust.keys.signatures import MemorySigner, generate_key

MIN_PASSPHRASE = 12
STRETCHING = 600_000  # rounds of PBKDF2 for a passphrase that a person chose (OWASP's figure for SHA-256)
STRETCHING_RANDOM = 2_048  # for one made of random characters, which nobody guesses


class FileKeyStore:
    """A folder of encrypted keys; ``interior/seal/1`` is the file ``interior/seal/1.pem``.

    A passphrase shorter than 12 characters raises ``trust.passphrase_short``. ``stretching``: rounds for new keys; few
    are enough for a passphrase of random characters. ``openssl pkey`` reads the files.
    """

    def __init__(self, folder: Path, passphrase: str, stretching: int = STRETCHING) -> None:
        if len(passphrase) < MIN_PASSPHRASE:
            raise CodedError("trust.passphrase_short", minimum=MIN_PASSPHRASE)
        self._folder = folder
        self._passphrase = passphrase.encode()
        self._stretching = stretching

    def create(self, name: str, kind: KeyKind) -> MemorySigner:
        """Make a new key, on disk before it returns; a name in use raises ``trust.key_exists``."""
        path = self._path(name)
        key = generate_key(kind)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            write_new(path, encrypt_key(key, self._passphrase, self._stretching))
        except FileExistsError:
            raise CodedError("trust.key_exists", name=name) from None
        return MemorySigner(key)

    def open(self, name: str) -> MemorySigner:
        """Open a key; unknown: ``trust.key_missing``; wrong passphrase or damaged file: ``trust.key_unreadable``."""
        try:
            armored = self._path(name).read_bytes()
        except FileNotFoundError:
            raise CodedError("trust.key_missing", name=name) from None
        return MemorySigner(decrypt_key(armored, self._passphrase))

    def names(self) -> tuple[str, ...]:
        """The names of all keys in the folder, sorted."""
        found = self._folder.rglob("*.pem")
        return tuple(sorted(path.relative_to(self._folder).with_suffix("").as_posix() for path in found))

    def _path(self, name: str) -> Path:
        return self._folder / f"{check_name(name)}.pem"
