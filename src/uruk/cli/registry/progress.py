"""How far a long command is, on a terminal; nothing where its output goes into a file or to a program."""

import sys
from typing import TextIO

_WIDTH = 20


class Progress:
    """A line that is written over and over. `quiet`: nothing is shown."""

    def __init__(self, out: TextIO | None = None, *, quiet: bool = False) -> None:
        self._out = sys.stderr if out is None else out
        self._shown = not quiet and self._out.isatty()
        self._last = ""

    def show(self, percent: int, count: int) -> None:
        """Say the percent that is done, and how many that is."""
        done = percent * _WIDTH // 100
        line = f"{'█' * done}{'░' * (_WIDTH - done)} {percent:3} %  {count:,}"
        if self._shown and line != self._last:
            self._out.write(f"\r{line}")
            self._out.flush()
            self._last = line

    def end(self) -> None:
        """Take the line away, so that a sentence can stand there."""
        if self._last:
            self._out.write(f"\r{' ' * len(self._last)}\r")
            self._out.flush()
            self._last = ""
