"""What every process of a node shares: it stops when told, and when the process that started it is gone."""

import os
import select
import signal
import threading
from collections.abc import Callable

PARENT_PIPE = "NODE_PARENT_PIPE"
"""Names the inherited pipe whose other end only the parent holds: its end is the parent's end."""


def stop_when_told(stop: Callable[[], None]) -> None:
    """Call ``stop`` once on SIGTERM or SIGINT, or when the parent process has died."""
    signal.signal(signal.SIGTERM, lambda *_: stop())
    signal.signal(signal.SIGINT, lambda *_: stop())
    follow_parent()


def parent_is_gone() -> bool:
    """Whether the process has died that started this one; False for one that nobody waits for."""
    pipe = os.environ.get(PARENT_PIPE)
    return pipe is not None and bool(select.select((int(pipe),), (), (), 0)[0])


def follow_parent() -> None:
    """Send this process SIGTERM when its parent has died, however it died."""
    pipe = os.environ.get(PARENT_PIPE)
    if pipe is not None:
        threading.Thread(target=_wait_for_end, args=(int(pipe), os.getpid()), daemon=True).start()


def _wait_for_end(pipe: int, process: int) -> None:
    # Nothing is ever written: it can be read when the last writing end is closed. Waited for, not read: the pipe is
    # shared with processes that make it one that does not block.
    select.select((pipe,), (), ())
    os.kill(process, signal.SIGTERM)
