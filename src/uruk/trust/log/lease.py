"""The writer's lease: one writer a folder, and an old one notices that it has been replaced before it signs.

The lock (flock) keeps a second process out; the epoch in the file fences: a writer that finds another epoch there,
or another file in its place, signs nothing more. A check ends the line, so that damage is seen.
"""

import fcntl
import os
import re
from hashlib import sha256
from pathlib import Path

from uruk.kernel.api import CodedError

_LINE = re.compile(r"epoch ([1-9][0-9]{0,15}) ([0-9a-f]{16})\n", re.ASCII)


class Lease:
    """Holds the folder for this process until `release`; in use by another: `trust.log_in_use`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise CodedError("trust.log_in_use") from None
        self.epoch = (read_epoch(os.pread(self._descriptor, 64, 0)) or 0) + 1
        self._line = _line(self.epoch)
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, self._line, 0)
        os.fsync(self._descriptor)
        self._inode = os.fstat(self._descriptor).st_ino

    def check(self) -> None:
        """Raise `trust.log_fenced` unless this writer is still the one; called before each signature."""
        try:
            same = self._path.stat().st_ino == self._inode
        except FileNotFoundError:
            same = False
        if not same or os.pread(self._descriptor, 64, 0) != self._line:
            raise CodedError("trust.log_fenced")

    def release(self) -> None:
        """Let others in."""
        os.close(self._descriptor)


def is_leased(folder: Path) -> bool:
    """Whether a writer has the folder open just now; nothing is changed by asking."""
    try:
        descriptor = os.open(folder / "lease", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def read_epoch(data: bytes) -> int | None:
    """The epoch in a lease file's bytes; None where they are not what a writer writes."""
    match = _LINE.fullmatch(data.decode("ascii", "replace"))
    return int(match[1]) if match and _line(int(match[1])) == data else None


def _line(epoch: int) -> bytes:
    check = sha256(b"uruk lease %d" % epoch).hexdigest()[:16]
    return f"epoch {epoch} {check}\n".encode()
