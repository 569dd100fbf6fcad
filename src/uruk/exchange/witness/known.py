"""What a writer compares itself with before its first signature: its own place, its witnesses, its peers."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from uruk.exchange.directory.model import CountryDirectory
from uruk.exchange.witness.listed import find_log, note_key, witnesses_of
from uruk.trust.api import CannotTellError, Checkpoint, FolderKnown, LatestKnown, UrlKnown

ASKED_MAX = 16
TIMEOUT_S = 3.0


class KnownTogether:
    """The newest checkpoint that our own place or anybody else knows.

    Our place must be able to tell: a witness is asked once a minute and may not have the last entries yet. Others that
    are away, or say what our key did not sign, are passed over.
    """

    def __init__(self, place: LatestKnown, others: Sequence[LatestKnown], directory: CountryDirectory | None) -> None:
        self._place, self._others, self._directory = place, others, directory

    def newest(self, origin: str) -> Checkpoint | None:
        """The greatest of all; where sizes are equal another's is believed before ours. Else `CannotTellError`."""
        ours = self._place.newest(origin)
        found = [*self._told(origin), *([ours] if ours else [])]
        return max(found, key=lambda one: one.size, default=None)

    def remember(self, checkpoints: Mapping[str, bytes]) -> None:
        """Our own place takes them; others learn of them by the round."""
        self._place.remember(checkpoints)

    def _told(self, origin: str) -> list[Checkpoint]:
        """What the others know, all asked at once; whoever has not answered in time is left behind."""
        pool = ThreadPoolExecutor(max(len(self._others), 1))
        asked = [pool.submit(self._asked, one, origin) for one in self._others]
        done, _ = wait(asked, TIMEOUT_S + 1)
        pool.shutdown(wait=False, cancel_futures=True)
        answers = (one.result() for one in asked if one in done)
        return [found for found in answers if found is not None]

    def _asked(self, other: LatestKnown, origin: str) -> Checkpoint | None:
        try:
            found = other.newest(origin)
        except CannotTellError:
            return None
        log = find_log(self._directory, origin) if self._directory is not None else None
        # A log that our copy of the directory does not list yet: its writer judges the signature.
        return None if found and log and not found.verified_by(note_key(log)) else found


def latest_known(data: Path, folder: Path, where: str, node: str, directory: CountryDirectory | None) -> LatestKnown:
    """What the writer of `folder` (its `known` folder below `data`) asks; `where` is URUK_KNOWN.

    A folder there (best on another disk) takes the place of the writer's own, an address as well.
    """
    if where.startswith(("http://", "https://")):
        place: LatestKnown = UrlKnown(where)
    elif where:
        # Each writer has a folder of its own there, as two must not write one file.
        place = FolderKnown(Path(where).expanduser() / "-".join(folder.parent.relative_to(data).parts))
    else:
        place = FolderKnown(folder)
    return KnownTogether(place, _others(node, directory), directory)


def _others(node: str, directory: CountryDirectory | None) -> tuple[LatestKnown, ...]:
    if directory is None:
        return ()
    witnesses = witnesses_of(directory, node)
    peers = [one for code, one in sorted(directory.nodes.items()) if code != node and one.left_at is None]
    asked = {one.code: one.url for one in (*witnesses, *peers)}
    return tuple(UrlKnown(f"{url.rstrip('/')}/witness", TIMEOUT_S) for url in list(asked.values())[:ASKED_MAX])
