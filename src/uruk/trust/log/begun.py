"""A batch between its signature and its receipts: what is signed, and who waits for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from uruk.trust.log.requests import Request
from uruk.trust.log.state import Log, Part, Pending


@dataclass(slots=True)
class Signed:
    """What a batch adds to the journal, and the requests that it is for: the new ones by log, those already there."""

    groups: list[tuple[Log, list[Request]]] = field(default_factory=list)
    repeats: list[Request] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    opened: list[Log] = field(default_factory=list)
    aside: bytes = b""
    written: Pending | None = None

    def grant(self) -> None:
        """Give every new entry its receipt."""
        for part, (_, group) in zip(self.parts, self.groups, strict=True):
            for request, receipt in zip(group, part.receipts(), strict=True):
                request.receipt, request.done = receipt, True


class Begun:
    """A batch that only waits for the disk. `write` in any thread, then `end` (once) where it was begun.

    Nobody else can append before `end`.
    """

    def __init__(self, requests: Sequence[Request], write: Callable[[], None], end: Callable[[], None]) -> None:
        self.requests = requests
        self.write, self._end = write, end
        self._ended = False

    def end(self) -> None:
        """Bring the requests to their receipts or errors, and let others append."""
        if not self._ended:
            self._ended = True
            self._end()
