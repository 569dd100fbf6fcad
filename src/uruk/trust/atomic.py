"""Files that come into being whole, synced and once."""

import os
import secrets
from pathlib import Path


def write_new(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file that must not exist yet, on disk before it returns; a name already taken raises FileExistsError."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # unlike rename, fails when the name is taken
    finally:
        part.unlink()
    sync_folder(path.parent)


def write_once(path: Path, data: bytes) -> None:
    """Write a public file that several processes may make at once: the first wins, the others change nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_new(path, data, 0o644)
    except FileExistsError:
        return


def sync_folder(folder: Path) -> None:
    """Wait until a folder's names are on the disk; OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
