"""Looking for what must not be in public files: identifiers and digests that could be guessed from them."""

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path


def spellings(secret: bytes) -> set[bytes]:
    """The ways in which bytes, or an unsalted digest of them, could stand in a file."""
    found = set()
    for value in (
        secret,
        hashlib.sha256(secret).digest(),
        hashlib.sha512(secret).digest(),
        hashlib.md5(secret).digest(),
    ):
        found |= {value, value.hex().encode(), value.hex().upper().encode()}
        found |= {base64.b64encode(value).rstrip(b"="), base64.urlsafe_b64encode(value).rstrip(b"=")}
    return found


def leaks(folder: Path, secrets: Iterable[bytes]) -> list[tuple[Path, bytes]]:
    """Each file that holds a spelling of a secret, with the secret. Names of files count too."""
    wanted = {spelling: secret for secret in secrets for spelling in spellings(secret)}
    found = []
    for path in sorted(folder.rglob("*")):
        data = str(path.relative_to(folder)).encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")
        found += [(path, secret) for spelling, secret in wanted.items() if spelling in data]
    return found
