"""What others know of our logs: a writer that is behind it, or cannot ask, opens a new generation.

A log must never be restored and continued: entries that somebody has a receipt for would be replaced by others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from uruk.kernel.api import CodedError
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.filesystem import RealFileSystem
from uruk.trust.whole import read_whole

_MAX_CHECKPOINT_BYTES = 64 * 1024


class CannotTellError(Exception):
    """The place that should know the newest checkpoint cannot be asked or cannot be trusted."""


class LatestKnown(Protocol):
    """Where the newest checkpoint of each of our logs is kept outside our own folder: a disk, a peer, a witness."""

    def newest(self, origin: str) -> Checkpoint | None:
        """The newest checkpoint known of a log, None if it has never heard of it; else raises `CannotTellError`."""

    def remember(self, checkpoints: Mapping[str, bytes]) -> None:
        """Take newer checkpoints, by origin. May fail with OSError: the writer goes on and tries again."""


@dataclass(frozen=True)
class FolderKnown:
    """A folder, best on another disk and never in the same backup.

    A copy of the folder (a restored backup, a moved disk) notices that it is one, by its marker's inode and change
    time, which no restore brings back, and says that it cannot tell.
    """

    folder: Path

    def newest(self, origin: str) -> Checkpoint | None:
        """The newest checkpoint remembered of this log."""
        if not self.folder.exists():
            raise CannotTellError(f"{self.folder} is missing")
        if not is_in_place(self.folder):
            raise CannotTellError(f"{self.folder} is a copy")
        try:
            return parse_checkpoint(self._path(origin).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, CodedError) as error:
            raise CannotTellError(f"{self._path(origin)} cannot be read") from error

    def remember(self, checkpoints: Mapping[str, bytes]) -> None:
        """Write the checkpoints, each whole, and sync them; one that is behind what is known tells nothing new."""
        # What a copy held was judged when the writer started; from here on the folder knows again.
        settle_in(self.folder)
        fs = RealFileSystem()
        newer = {origin: raw for origin, raw in checkpoints.items() if not self._knows_more(origin, raw)}
        for origin, checkpoint in newer.items():
            fs.replace(self._path(origin), checkpoint)
        fs.sync(self._path(origin) for origin in newer)

    def _knows_more(self, origin: str, raw: bytes) -> bool:
        """A log that was put back from a copy shows an old checkpoint once more before it is closed."""
        try:
            return parse_checkpoint(self._path(origin).read_bytes()).size > parse_checkpoint(raw).size
        except (OSError, CodedError):
            return False

    def _path(self, origin: str) -> Path:
        return self.folder / (origin.replace("/", "~") + ".checkpoint")


def settle_in(folder: Path) -> None:
    """Mark a folder, made where it is missing, as the one that is written to; a later copy of it is none."""
    if is_in_place(folder):
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker = folder / "place"
    marker.unlink(missing_ok=True)
    marker.touch(mode=0o600)
    written = folder / "place.is"
    written.write_text(_place(marker), encoding="ascii")
    RealFileSystem().sync([marker, written])


def is_in_place(folder: Path) -> bool:
    """Whether this is the folder that was written to, and not a copy of it."""
    try:
        return (folder / "place.is").read_text(encoding="ascii") == _place(folder / "place")
    except (OSError, UnicodeDecodeError):
        return False


def known_checkpoints(folder: Path) -> Iterator[tuple[Path, str]]:
    """The files of a folder with the origins they are of."""
    for path in sorted(folder.glob("*.checkpoint")):
        yield path, path.name.removesuffix(".checkpoint").replace("~", "/")


def _place(marker: Path) -> str:
    found = marker.stat()
    return f"{found.st_ino} {found.st_ctime_ns}\n"


@dataclass(frozen=True)
class UrlKnown:
    """A peer that serves a copy of our public log files: `<url>/<origin>/checkpoint`. It fetches by itself."""

    url: str
    timeout_s: float = 10.0

    def newest(self, origin: str) -> Checkpoint | None:
        """Ask the peer; 404 means that it has never heard of the log."""
        try:
            with urlopen(f"{self.url.rstrip('/')}/{origin}/checkpoint", timeout=self.timeout_s) as answer:  # noqa: S310
                return parse_checkpoint(read_whole(answer, _MAX_CHECKPOINT_BYTES, 2 * self.timeout_s))
        except HTTPError as error:
            if error.code == 404:
                return None
            raise CannotTellError(f"{self.url} answers {error.code}") from error
        except (URLError, OSError, CodedError) as error:
            raise CannotTellError(f"{self.url} cannot be asked") from error

    def remember(self, checkpoints: Mapping[str, bytes]) -> None:
        """Nothing to do: a peer fetches by itself."""
