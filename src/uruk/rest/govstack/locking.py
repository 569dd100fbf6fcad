"""One caller at a time, in all processes of a node."""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager

from uruk.acts.api import node_settings

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


@contextmanager
def one_at_a_time(*words: str) -> Iterator[None]:
    """Wait for whoever is at the same thing; the system lets go of the lock when a process ends."""
    folder = node_settings().data / "govstack"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / f"{_UNSAFE.sub('_', '.'.join(words))}.lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
