"""What is durable in the journal but not settled yet: the only part of a log that a writer keeps in memory."""

import threading

from uruk.trust.log.state import Part, Pending

MAX_ENTRIES = 16 * 1024
MAX_BYTES = 16 << 20
MAX_REMEMBERED = 16 * 1024  # acts, and as many older ones


class Unsettled:
    """The batches that wait to be settled, oldest first, and which acts are in them. Threads may share it.

    It remembers the newest acts after they were settled, too: ids are ordered by time, so that of most acts memory
    alone can tell whether they are in a log.
    """

    def __init__(self) -> None:
        self.entries = 0
        self.bytes = 0
        self._lock = threading.Lock()
        self._batches: list[Pending] = []
        self._acts: dict[bytes, Part] = {}
        self._before = b""  # every act above this one that is in a log is remembered
        self._older: set[bytes] = set()
        self._newer: set[bytes] = set()

    def add(self, batch: Pending) -> None:
        """Take over a batch: from here on it is the newest state of its logs."""
        with self._lock:
            for part in batch.parts:
                part.log.tree, part.log.checkpoint = part.tree, part.checkpoint
                acts = [content[0] for content in part.contents]
                self._acts |= dict.fromkeys(acts, part)
                self._newer.update(acts)
            if len(self._newer) > MAX_REMEMBERED:
                self._before = max(self._before, max(self._older, default=b""))
                self._older, self._newer = self._newer, set()
            self.entries += batch.entries
            self.bytes += batch.bytes
            self._batches.append(batch)

    def batches(self) -> list[Pending]:
        """The batches that wait now."""
        return list(self._batches)

    def drop(self, batches: list[Pending]) -> None:
        """Forget the oldest batches: they are settled."""
        with self._lock:
            for batch in batches:
                for part in batch.parts:
                    for content in part.contents:
                        del self._acts[content[0]]
                self.entries -= batch.entries
                self.bytes -= batch.bytes
            del self._batches[: len(batches)]

    def begin(self, newest: bytes) -> None:
        """Begin with nothing but the greatest act that the store knows."""
        self._before = max(self._before, newest)

    def is_known(self, act: bytes) -> bool | None:
        """Whether an act is in a log; None where only the store can tell."""
        if act in self._newer or act in self._older or act in self._acts:
            return True
        return False if act > self._before else None

    def find(self, act: bytes) -> Part | None:
        """The part that an act is in, if it waits here."""
        return self._acts.get(act)

    def oldest_segment(self) -> int | None:
        """The journal's segment that the oldest batch is in; None where none waits."""
        first = next(iter(self._batches), None)
        return None if first is None else first.segment

    @property
    def is_full(self) -> bool:
        """Whether settling must come before the next batch."""
        return self.entries > MAX_ENTRIES or self.bytes > MAX_BYTES
