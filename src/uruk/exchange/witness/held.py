"""Checkpoints of others that messages brought: kept, so that a log that was restored can be told it is behind."""

import threading
from pathlib import Path

from uruk.exchange.witness.forks import keep_fork
from uruk.exchange.witness.store import WitnessStore
from uruk.trust.api import Checkpoint, find_fork


class HeldCheckpoints:
    """The newest verified checkpoint of each log, in memory until `flush` writes them down. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store = WitnessStore(folder)
        self._lock = threading.Lock()
        self._newest: dict[str, Checkpoint] = {}
        self._fresh: set[str] = set()

    def note(self, checkpoint: Checkpoint) -> bool:
        """Take a checkpoint whose signature was verified; False where it and another one exclude each other."""
        with self._lock:
            known = self._newest.get(checkpoint.origin)
            if known is None or known.size < checkpoint.size:
                self._newest[checkpoint.origin] = checkpoint
                self._fresh.add(checkpoint.origin)
                return True
        fork = find_fork(known, checkpoint)
        if fork is not None:
            keep_fork(self._folder, fork)
        return fork is None

    def flush(self) -> None:
        """Write down what is newer than at the last time; an OSError leaves it for the next."""
        with self._lock:
            fresh = {origin: self._newest[origin] for origin in self._fresh}
        if not fresh:
            return
        self._store.hold(fresh)
        with self._lock:
            self._fresh -= {origin for origin, found in fresh.items() if self._newest[origin] is found}
