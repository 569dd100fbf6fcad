"""Once a minute: is all that we know of a log, cosigned or held, a part of the tree that it shows now?"""

from collections.abc import Callable, Iterator
from pathlib import Path

from uruk.exchange.directory.model import CountryDirectory
from uruk.exchange.witness.forks import keep_fork
from uruk.exchange.witness.listed import find_log, node_of_log, note_key
from uruk.exchange.witness.store import WitnessStore
from uruk.kernel.api import CodedError
from uruk.trust.api import Checkpoint, NoteKey, PublicFiles, PublicLog, UrlFiles, find_fork

LOGS_A_ROUND = 200
Open = Callable[[str], PublicFiles]


def files_at(url: str) -> PublicFiles:
    """The public log files of the node at this address."""
    return UrlFiles(f"{url.rstrip('/')}/log")


class ConsistencyCheck:
    """Compares what this node knows of others' logs with what those show. One round at a time."""

    def __init__(self, folder: Path, own: str, open_files: Open = files_at) -> None:
        self._folder, self._own, self._open = folder, own, open_files
        self._store = WitnessStore(folder)
        self._found_good: dict[str, int] = {}

    def look(self, directory: CountryDirectory) -> int:
        """One round; return how many logs were found to show two histories. What cannot be read is looked at later."""
        return sum(self._look_at(directory, origin, known) for origin, known in self._due(directory))

    def _due(self, directory: CountryDirectory) -> Iterator[tuple[str, list[Checkpoint]]]:
        cosigned, held, suspects = self._store.all_cosigned(), self._store.held(), self._store.suspects()
        due = []
        for origin in sorted({*cosigned, *held, *suspects}):
            known = [found[origin] for found in (cosigned, held, suspects) if origin in found]
            fresh = max(one.size for one in known) > self._found_good.get(origin, 0)
            if (fresh or origin in suspects) and not directory.is_quarantined(origin):
                due.append((origin, known))
        yield from due[:LOGS_A_ROUND]

    def _look_at(self, directory: CountryDirectory, origin: str, known: list[Checkpoint]) -> bool:
        log, node = find_log(directory, origin), node_of_log(directory, origin)
        if log is None or node is None or node.code == self._own:
            return False
        try:
            return self._compare(PublicLog(self._open(node.url), origin), note_key(log), known)
        except (OSError, CodedError):
            return False

    def _compare(self, public: PublicLog, key: NoteKey, known: list[Checkpoint]) -> bool:
        shown = public.checkpoint()
        if not shown.verified_by(key):
            return False
        visible = [one for one in known if one.size <= shown.size]
        forks = [find_fork(one, shown, public.node(shown.size)) for one in visible]
        proved = [fork for fork in forks if fork is not None and fork.proved_by(key)]
        for fork in proved[:1]:
            keep_fork(self._folder, fork)
        if proved or len(visible) == len(known):
            self._store.clear(public.origin)
            self._found_good[public.origin] = max(one.size for one in known)
        return bool(proved)
