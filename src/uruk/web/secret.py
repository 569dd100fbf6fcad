"""Django's secret: given by the setting, or made once in the data folder, or living as long as the process."""

import os
import secrets
from pathlib import Path


def secret_key(given: str, data: Path) -> str:
    """Return the given secret, the one stored in ``data/secret``, or a passing one where nothing is stored yet."""
    if given:
        return given
    try:
        return (data / "secret").read_text(encoding="ascii")
    except FileNotFoundError:
        return secrets.token_urlsafe(48)


def keep_secret(data: Path) -> None:
    """Make ``data/secret`` (mode 0600) unless it is there; two processes at once keep the first one's."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = data / f".secret.{secrets.token_hex(4)}"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(part, data / "secret")
    except FileExistsError:
        return
    finally:
        part.unlink()
