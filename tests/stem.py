"""Processes that start quickly: `python -m tests.stem` makes Django ready once, and forks for each module it is to run.

An order is a line of JSON, the words of a command line; the answer is one too: how the fork ended and what it said. A
fork may do to itself what it likes, to its end by a signal: the next knows nothing of it.
"""

import atexit
import json
import os
import runpy
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[1]


class Stem:
    """A stem in an environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.stem"],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.close)

    def run(self, module: str, *words: str, limit_s: int) -> subprocess.CompletedProcess[str]:
        """Run a module as a process of its own; after the limit it is ended by SIGALRM."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps([limit_s, module, *words])}\n")
        self._process.stdin.flush()
        code, said, complained = json.loads(self._process.stdout.readline())
        return subprocess.CompletedProcess([module, *words], code, said, complained)

    def close(self) -> None:
        """End the stem."""
        self._process.communicate()


@cache
def _stem(environment: frozenset[tuple[str, str]]) -> Stem:
    return Stem(dict(environment))


def run(
    environment: Mapping[str, str], module: str, *words: str, limit_s: int = 120
) -> subprocess.CompletedProcess[str]:
    """Run a module of the tests as a process of a node, in this environment."""
    return _stem(frozenset(environment.items())).run(module, *words, limit_s=limit_s)


def main() -> None:
    """Be a stem until standard input ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    import django

    django.setup()
    # What a node's process imports after that, so that no fork does.
    import uruk.web.urls  # noqa: F401

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in sys.stdin:
        with TemporaryFile() as said, TemporaryFile() as complained:
            number = os.fork() or _become(json.loads(line), said, complained)
            code = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
            answers.write(f"{json.dumps([code, _text(said), _text(complained)])}\n")
            answers.flush()


def _become(order: list[Any], said: IO[bytes], complained: IO[bytes]) -> int:
    """In the fork: run the module to its end, and end."""
    limit_s, module, *words = order
    code = 1
    try:
        signal.alarm(limit_s)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(said.fileno(), 1)
        os.dup2(complained.fileno(), 2)
        sys.argv = [module, *words]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


if __name__ == "__main__":
    main()
