"""Run by test_interrupted_imports: `uruk registry import` is killed between any two steps, and typed again.

``python -m tests.unit.registries.interrupted SEED ROUNDS`` says a line of JSON for each round. This process only forks
and waits: each life of the command, and each look at what is there, is a process of its own.
"""

import json
import os
import random
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402

from tests.unit.registries.samples import sample_country  # noqa: E402
from uruk.acts.api import (  # noqa: E402
    count_pending,
    establish,
    node_settings,
    open_log_writer,
    receipt_of,
    use_appender,
)
from uruk.cli.main import app  # noqa: E402
from uruk.kernel.api import Actor, Text  # noqa: E402
from uruk.publishing.api import publish_country  # noqa: E402
from uruk.registries.api import (  # noqa: E402
    PageQuery,
    list_imports,
    list_records,
    timeline,
)
from uruk.registries.importing import checking, writing  # noqa: E402
from uruk.registries.importing.seen import SeenRows  # noqa: E402
from uruk.registries.store import Store  # noqa: E402
from uruk.trust.api import LogWriter  # noqa: E402

TERMINAL, PLACE = Actor.terminal("interior"), ("interior", "shops")
ROWS, BAD = 130, 3
FEW_POINTS = 60  # a command passes some hundred
PATIENCE = 40


class Killer:
    """Counts the steps after which, and before which, the command can be killed; kills it at one of them."""

    def __init__(self, point: int) -> None:
        self.point, self.passed = point, 0

    def watch(self, owner: type, name: str) -> None:
        """Let a method be two points: before it, and after it."""
        whole = getattr(owner, name)

        def watched(*given: Any, **named: Any) -> Any:
            self._pass()
            done = whole(*given, **named)
            self._pass()
            return done

        setattr(owner, name, watched)

    def _pass(self) -> None:
        self.passed += 1
        if self.passed == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


def in_a_child(work: Callable[[], Any]) -> tuple[Any, int]:
    """Run in a child process; what it answers, and how it ended."""
    connections.close_all()
    reading, telling = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            os.write(telling, json.dumps(work()).encode())
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(telling)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    return json.loads(said or "null"), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def furnish() -> None:
    """An institution with its registries."""
    writer = open_log_writer("xx")
    use_appender(writer)
    establish("interior", Text("وزارة", "وەزارەت"), "xx")
    publish_country(Actor.system("interior"), sample_country())
    writer.close()


def life(path: Path, mode: str, point: int) -> None:
    """Type the command; it dies at a point, unless it ends before."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    checking.CHUNK = writing.CHUNK = 20
    checking.SLICE, writing.SLICE_CHUNKS = 50, 2
    killer = Killer(point)
    for owner, name in (
        (BaseDatabaseWrapper, "commit"), (LogWriter, "append"), (SeenRows, "add"), (Store, "write_versions")
    ):  # fmt: skip
        killer.watch(owner, name)
    more = ["--good-rows"] if mode == "good" else []
    app(["registry", "import", str(path), "/".join(PLACE), "--reason", path.stem, *more], standalone_mode=True)


def look(code: str) -> dict[str, Any]:
    """What is there of a round: its records, how often each was written, the state of its imports."""
    found: list[str] = []
    after, versions, unproved = "", 0, 0
    while True:
        page = list_records(TERMINAL, *PLACE, PageQuery(after=after, limit=100))
        mine = [one for one in page.records if one.values["code"].startswith(f"{code}-")]
        found += [one.values["code"] for one in mine]
        versions += sum(len(timeline(TERMINAL, *PLACE, one.record)) for one in mine)
        unproved += sum(receipt_of(one.act) is None for one in mine)
        after = page.next
        if not after:
            break
    states = [(one.state, one.written, one.bad) for one in list_imports(TERMINAL, *PLACE) if one.reason == code]
    kept = len(list((node_settings().data / "imports").glob("*")))
    return {"codes": found, "versions": versions, "unproved": unproved, "imports": states, "folders": kept}


def pending() -> int:
    """How many acts wait for their receipt."""
    return count_pending()


def file_of(code: str, mode: str) -> Path:
    """A file of shops that no other round has; where the right rows alone are wanted, with some that are wrong."""
    wrong = [at * 40 for at in range(BAD)] if mode == "good" else []
    rows = [f"{code}-{at},Shop {at},{'none' if at in wrong else at % 99 + 1},\n" for at in range(ROWS)]
    path = Path(tempfile.mkdtemp()) / f"{code}.csv"
    path.write_text("code,name,area,opened\n" + "".join(rows), encoding="utf-8")
    return path


def played(number: int, chance: random.Random) -> dict[str, Any]:
    """One round: the command is typed until it ends well; what was seen after each of its lives."""
    mode = ("all", "good")[number % 2]
    code = f"R{os.getpid()}x{number}"
    path, seen, kills = file_of(code, mode), [], 0
    for _ in range(PATIENCE):
        _, ended = in_a_child(partial(life, path, mode, chance.randrange(1, FEW_POINTS)))
        seen.append(in_a_child(partial(look, code))[0])
        if ended != -signal.SIGKILL:
            break
        kills += 1
    left, _ = in_a_child(pending)
    return {"mode": mode, "code": code, "kills": kills, "ended": ended, "seen": seen, "pending": left}


def main(seed: int, rounds: int) -> None:
    """Play the rounds."""
    _, ended = in_a_child(furnish)
    assert ended == 0, "the institution could not be furnished"
    chance = random.Random(seed)
    for number in range(rounds):
        sys.stdout.write(json.dumps(played(number, chance)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
