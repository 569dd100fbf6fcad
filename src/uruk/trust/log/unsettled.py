"""What is durable in the journal but not settled yet: the only part of a log that a writer keeps in memory."""

import threading

from uruk.trust.log.state import Part, Pending

MAX_ENTRIES = 16 * 1024
MAX_BYTES = 16 << 20


class Unsettled:
    """The batches that wait to be settled, oldest first, and which acts are in them. Threads may share it.

    `newest` is the greatest act of all, here or in the store: ids are ordered by time, so one above it is new.
    """

    def __init__(self) -> None:
        self.newest = b""
        self.entries = 0
        self.bytes = 0
        self._lock = threading.Lock()
        self._batches: list[Pending] = []
        self._acts: dict[bytes, Part] = {}

    def add(self, batch: Pending) -> None:
        """Take over a batch: from here on it is the newest state of its logs."""
        with self._lock:
            for part in batch.parts:
                part.log.tree, part.log.checkpoint = part.tree, part.checkpoint
                acts = [content[0] for content in part.contents]
                self._acts |= dict.fromkeys(acts, part)
                self.newest = max(self.newest, *acts)
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
