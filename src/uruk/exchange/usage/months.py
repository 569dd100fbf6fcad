"""The keys of the subject index: one for each month, made once by whichever process needs it first, destroyed in time.

Without its month's key a row points to nobody, and numbers are few enough to be guessed only by whoever has the key.
"""

import hmac
import os
import re
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from uruk.trust.api import write_new

KEY_BYTES = 32
_CONTEXT = b"uruk/usage/subject/v1\n"
_NAME = re.compile(r"(\d{4})-(\d{2})")


def month_of(time: int) -> int:
    """The number of a moment's month (UTC): years times twelve, and the month from 0."""
    at = datetime.fromtimestamp(time, UTC)
    return at.year * 12 + at.month - 1


class MonthKeys:
    """The keys in a folder, a file `YYYY-MM` each. Several processes may use it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[int, bytes] = {}

    def months(self) -> list[int]:
        """The months whose keys exist, oldest first."""
        names = (_NAME.fullmatch(path.name) for path in self._folder.glob("*"))
        return sorted(int(found[1]) * 12 + int(found[2]) - 1 for found in names if found)

    def subject(self, month: int, number: str) -> bytes:
        """The keyed hash by which a month's rows name a person, 32 bytes; makes the month's key where there is none."""
        return hmac.digest(self._key(month), _CONTEXT + number.encode(), "sha256")

    def destroy(self, month: int) -> None:
        """Overwrite a month's key and remove it, for good; harmless where there is none."""
        self._known.pop(month, None)
        path = self._path(month)
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return

    def _key(self, month: int) -> bytes:
        if month not in self._known:
            self._known[month] = self._read_or_make(self._path(month))
        return self._known[month]

    def _read_or_make(self, path: Path) -> bytes:
        if not path.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):  # another process made it at the same moment: theirs counts
                write_new(path, secrets.token_bytes(KEY_BYTES))
        return path.read_bytes()

    def _path(self, month: int) -> Path:
        return self._folder / f"{month // 12:04}-{month % 12 + 1:02}"
