"""The processes that a benchmark starts: they end with it, also where it is killed."""

import ctypes
import os
import signal
import subprocess
from typing import Any

_PR_SET_PDEATHSIG = 1  # prctl(2)
_LIBC = ctypes.CDLL(None, use_errno=True)


def child(command: Any, **how: Any) -> "subprocess.Popen[Any]":
    """A process as `subprocess.Popen` starts it, which is told to stop (SIGTERM) as soon as this one is gone."""
    parent = os.getpid()
    # A benchmark starts what it measures before it has threads of its own.
    return subprocess.Popen(command, preexec_fn=lambda: _follow(parent), **how)  # noqa: PLW1509  # noqa: PLW1509 — from the main thread


def _follow(parent: int) -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it was gone before this was said
        os._exit(1)
