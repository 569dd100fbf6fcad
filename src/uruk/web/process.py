"""A process of a node, forked from the one that has imported all that the node's processes run."""

import contextlib
import gc
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import structlog

from uruk.kernel.api import CodedError
from uruk.web.child import PARENT_PIPE

_LOG = structlog.get_logger("uruk.web")
_TOLD_BY = (signal.SIGTERM, signal.SIGINT)
PROCESSES = ("log", "pending", "pages", "jobs")
_POLL_S = 0.02


def load() -> dict[str, Callable[[], int]]:
    """Import what the processes run, after Django's set-up; what each runs. Nothing is opened, no thread started."""
    loaded = {name: import_module(f"uruk.web.processes.{name}").run for name in PROCESSES}
    gc.collect()
    gc.freeze()  # it stays, and no child's collector makes itself a copy of it by looking at it
    return loaded


class Forked:
    """A child of this process that does ``work`` and ends with the code it returns; 1 when it raises.

    It reads the end of this process at ``pipe``, and closes what is for this process alone. Whoever forks must have no
    other thread: what that one holds at the moment would stay held. The methods are those of ``subprocess.Popen``.
    """

    def __init__(self, name: str, work: Callable[[], int], pipe: int, ours: Iterable[int] = ()) -> None:
        self._name = name
        self._process = get_context("fork").Process(target=_live, args=(name, work, pipe, tuple(ours)))
        # Who is told to stop before it can listen stops as soon as it can.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD_BY)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @property
    def returncode(self) -> int | None:
        """The code that it ended with, the negative number of a signal; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Look whether it has ended; the code."""
        return self.returncode

    def terminate(self) -> None:
        """Tell it to stop."""
        self._process.terminate()

    def kill(self) -> None:
        """End it."""
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended, at most so many seconds, then ``subprocess.TimeoutExpired``; the code."""
        limit = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            if timeout is not None and limit is not None and time.monotonic() > limit:
                raise subprocess.TimeoutExpired(self._name, timeout)
            time.sleep(_POLL_S)
        return self.returncode


def _live(name: str, work: Callable[[], int], pipe: int, ours: tuple[int, ...]) -> None:
    os.setsid()  # Ctrl-C reaches the first process alone, which stops the others in order
    for end in ours:
        os.close(end)
    os.environ[PARENT_PIPE] = str(pipe)
    _show_as(f"uruk.web.process\0{name}")
    for number in _TOLD_BY:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD_BY)
    try:
        code = work()
    except CodedError as error:
        _LOG.error("process failed", process=name, error=str(error))
        code = 1
    raise SystemExit(code)


def _show_as(words: str) -> None:
    """Let the machine's list of processes show these words, split by NUL, where it can be told so (Linux)."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        fields = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        start, end = int(fields[45]), int(fields[46])  # arg_start and arg_end, see proc_pid_stat(5)
        title = words.encode()[: end - start - 1]
        with Path("/proc/self/mem").open("r+b", buffering=0) as memory:
            memory.seek(start)
            memory.write(title.ljust(end - start, b"\0"))
