"""One at a time: who comes second waits, in this process and in another, and a process that ends lets go."""

import subprocess
import sys
import threading
from pathlib import Path

from uruk.kernel.api import alone

HOLDER = """
import sys
from pathlib import Path
from uruk.kernel.api import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def entered_after(path: Path, release: threading.Event) -> tuple[threading.Thread, list[bool]]:
    """A thread that takes the lock, and notes whether it had been released by then."""
    seen: list[bool] = []

    def take() -> None:
        with alone(path):
            seen.append(release.is_set())

    thread = threading.Thread(target=take)
    thread.start()
    return thread, seen


def test_threads_wait_for_each_other(tmp_path: Path) -> None:
    path, released = tmp_path / "made" / "lock", threading.Event()
    with alone(path):
        thread, seen = entered_after(path, released)
        released.set()
    thread.join(30)
    assert seen == [True]
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_process_that_is_killed_lets_go(tmp_path: Path) -> None:
    path, released = tmp_path / "lock", threading.Event()
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        thread, seen = entered_after(path, released)
        released.set()
        other.kill()
        thread.join(30)
    assert seen == [True]
