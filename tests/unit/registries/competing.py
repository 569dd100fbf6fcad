"""Run by test_competing: writers compete for the last units of a capacity, and are killed between any two writes.

``python -m tests.unit.registries.competing SEED ROUNDS`` says a line of JSON for each round. This process only forks,
kills and waits; the log's writer, the founder, each writer and each recovery are processes of their own.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import django

django.setup()

from django.db import OperationalError, connection  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402

from tests.unit.registries.samples import sample_country  # noqa: E402
from uruk.acts.api import (  # noqa: E402
    complete_pending,
    directory,
    establish,
    instance_code,
    node_settings,
    receipt_of,
    run_due_jobs,
    use_appender,
    use_clock,
)
from uruk.acts.models import Act  # noqa: E402
from uruk.kernel.api import Actor, CodedError, FixedClock, Text  # noqa: E402
from uruk.publishing.api import publish_country  # noqa: E402
from uruk.registries.api import (  # noqa: E402
    Change,
    change,
    confirm_reservation,
    find_reservation,
    get_record,
    release_reservation,
    reserve,
)
from uruk.registries.database import database  # noqa: E402
from uruk.registries.models import Reservation  # noqa: E402
from uruk.registries.opening import open_registry  # noqa: E402
from uruk.trust.api import LogClient, parse_statement, verify_receipt  # noqa: E402
from uruk.web.child import PARENT_PIPE  # noqa: E402
from uruk.web.processes import log  # noqa: E402

SYSTEM, PLACE = Actor.system("interior"), ("interior", "wells")
HOLDER = "XX/GOV/agriculture/season-plan"
MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CAPACITY, KEYS = 9, 24
WRITERS, TURNS, AMENDING = 50, 2, 0.15
LATECOMERS = 8
# The registry holds for two days; a job that its worker left behind is taken up ten minutes later.
ROUND, HOLD_OVER, LEASES_OVER = timedelta(days=10), timedelta(days=3), timedelta(hours=1)
# What one snapshot of the database says of a well: its bound, what is taken, and what the acknowledged steps hold.
WATCHED = """SELECT c.cap, c.taken, (
  SELECT COALESCE(SUM(r.amount), 0) FROM registries_reservation r
  JOIN registries_reservationstep s ON s.reservation_id = r.id JOIN acts_actreceipt a ON a.act_id = s.act_id
  WHERE r.rid = c.rid AND s.state IN ('reserved', 'confirmed') AND NOT EXISTS (
    SELECT 1 FROM registries_reservationstep t JOIN acts_actreceipt b ON b.act_id = t.act_id
    WHERE t.reservation_id = s.reservation_id AND t.turn > s.turn))
FROM {table} c WHERE c.record = ?"""


@dataclass(frozen=True)
class Round:
    """One round: its number, the seed of them all, and where its processes say what they saw."""

    number: int
    seed: int
    folder: Path

    @property
    def well(self) -> str:
        """The record whose capacity is competed for."""
        return f"W{self.number}"

    @property
    def begins(self) -> datetime:
        """When it begins by the node's clock."""
        return MOMENT + self.number * ROUND

    def key(self, number: int) -> UUID:
        """One of the keys, as a case would name its reservation."""
        return uuid5(NAMESPACE_OID, f"{self.seed}/{self.number}/{number}")

    def chance(self, who: object) -> random.Random:
        """What one of its processes draws from."""
        return random.Random(f"{self.seed}/{self.number}/{who}")

    def say(self, name: str, what: object) -> None:
        """Keep a line; it is with the kernel before this returns, so a kill loses none."""
        file = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(file, f"{json.dumps(what)}\n".encode())
        os.close(file)

    def said(self, name: str) -> list[Any]:
        """The lines that were kept under a name."""
        path = self.folder / name
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


class Doom:
    """Ends its process, as a power cut would, at the n-th moment of a kind."""

    def __init__(self, course: Round, kind: str, left: int) -> None:
        self._course, self._kind, self._left = course, kind, left

    def at(self, kind: str) -> None:
        """Such a moment has come."""
        if kind != self._kind:
            return
        self._left -= 1
        if self._left == 0:
            self._course.say("deaths", kind)
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, kind: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The work, with a moment before and one after it."""

        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.at(f"before {kind}")
            done = work(*args, **kwargs)
            self.at(f"after {kind}")
            return done

        return guarded

    def arm(self) -> None:
        """Lie in wait around each statement that writes, each commit and each append."""

        def written(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            writes = not sql.lstrip().startswith(("SELECT", "PRAGMA"))
            return (self.around("write", execute) if writes else execute)(sql, params, many, context)

        connection.execute_wrappers.append(written)
        kind = type(database())
        kind._execute = self.around("write", kind._execute)
        BaseDatabaseWrapper._commit = self.around("commit", BaseDatabaseWrapper._commit)
        LogClient.append = self.around("append", LogClient.append)


MOMENTS = tuple(f"{when} {what}" for what in ("write", "commit", "append") for when in ("before", "after"))


def doom(course: Round, who: str, chance: random.Random) -> None:
    """Two of three processes die, each kind of moment in its turn."""
    number = int(who.partition(" ")[2])
    if number % 3:
        kind = MOMENTS[(number + course.number) % len(MOMENTS)]
        Doom(course, kind, chance.randint(1, 14 if "write" in kind else 4)).arm()


def at(moment: datetime) -> None:
    """What time it is for this process. It waits long for a log that is being started on a busy machine."""
    use_clock(FixedClock(moment))
    use_appender(LogClient(node_settings().data / "log.sock", patience_s=60))


# -- what the processes do ---------------------------------------------------------------------------------------------


def found(seed: int, rounds: int) -> None:
    """An institution with its registries, and a well for each round."""
    at(MOMENT)
    establish("interior", Text("وزارة", "وەزارەت"), instance_code())
    publish_country(SYSTEM, sample_country())
    wells = [Change("create", values={"code": f"W{number}", "granted_m3": CAPACITY}) for number in range(rounds)]
    change(SYSTEM, *PLACE, wells, "x")


def write(course: Round, who: str) -> None:
    """Reserve, confirm and release by keys that others use too, and change the amount itself meanwhile.

    Each answer is kept as soon as it is had.
    """
    chance = course.chance(who)
    at(course.begins)
    doom(course, who, chance)
    for _ in range(TURNS):
        number = chance.randrange(KEYS)
        attempt(course, "reserved", number)
        then = chance.choice(("confirmed", "released", "released", ""))
        if then:
            attempt(course, then, chance.choice((number, chance.randrange(KEYS))))
        if chance.random() < AMENDING:
            amend(course, chance.randint(CAPACITY - 4, CAPACITY))


def come_late(course: Round, who: str) -> None:
    """When the time of holding is over: do the jobs that give back, while others still confirm and release."""
    chance = course.chance(who)
    at(course.begins + HOLD_OVER)
    doom(course, who, chance)
    for _ in range(TURNS):
        attempt(course, chance.choice(("confirmed", "released")), chance.randrange(KEYS))
        run_due_jobs(limit=chance.randint(1, 8))


def attempt(course: Round, state: str, number: int) -> None:
    """One deed; what is answered is kept, a refusal too, and what should not happen as a fault."""
    place = {"holder": HOLDER, "reservation": course.key(number)}
    try:
        if state == "reserved":
            done = reserve(SYSTEM, *PLACE, course.well, amount(number), **place)
        else:
            done = {"confirmed": confirm_reservation, "released": release_reservation}[state](SYSTEM, *PLACE, **place)
        course.say("answers", [number, done.state, str(done.act)])
    except CodedError as error:
        course.say("refusals", error.code)
    except OperationalError as error:
        # SQLite lets nobody wait for ever: whoever waited too long was told nothing, and nothing is promised to them.
        course.say("refusals" if "locked" in str(error) else "faults", str(error))
    except Exception as error:
        course.say("faults", f"{state}: {type(error).__name__} {error}")


def amend(course: Round, granted_m3: int) -> None:
    """Change the well's amount; refused where more is taken, where it moved on, or where it is that already."""
    try:
        well = get_record(SYSTEM, *PLACE, key=course.well)
        change(SYSTEM, *PLACE, [Change("change", well.record, well.latest, {"granted_m3": granted_m3})], "x")
        course.say("amended", granted_m3)
    except CodedError as error:
        course.say("refusals", error.code)
    except OperationalError as error:
        course.say("refusals" if "locked" in str(error) else "faults", str(error))


def amount(number: int) -> int:
    """How much a key takes."""
    return 1 + number % 2


def watch(course: Round) -> None:
    """Look at the well again and again, until this is ended."""
    at(course.begins)
    table = open_registry(*PLACE).store._ground.tables.current
    record = database().uuid(get_record(SYSTEM, *PLACE, key=course.well).record)
    while True:
        course.say("seen", list(map(int, database().one(WATCHED.format(table=table), (record,)) or ())))
        time.sleep(0.02)


def recover(course: Round) -> None:
    """What a node does after it was killed; then what is there."""
    at(course.begins + HOLD_OVER + LEASES_OVER)
    left = Act.objects.filter(receipt__isnull=True).count()
    completed = complete_pending()
    while run_due_jobs():
        pass
    course.say("recovered", {"pending": left, "completed": completed, **state(course)})
    for number in range(KEYS):
        attempt(course, "released", number)
    while run_due_jobs():
        pass
    course.say("recovered", state(course))
    amend(course, CAPACITY)
    last = uuid5(NAMESPACE_OID, f"{course.seed}/{course.number}/all of it")
    done = reserve(SYSTEM, *PLACE, course.well, CAPACITY, holder=HOLDER, reservation=last)
    course.say("recovered", done.state)


def state(course: Round) -> dict[str, Any]:
    """The well, its reservations with their steps, and what its log says in the log's own order."""
    well = get_record(SYSTEM, *PLACE, key=course.well)
    return {
        "taken": well.taken,
        "pending_now": Act.objects.filter(receipt__isnull=True).count(),
        "reservations": [_reservation(course, number) for number in range(KEYS)],
        "log": sorted(_entries(well.record)),
    }


def _reservation(course: Round, number: int) -> Any:
    row = Reservation.objects.filter(reservation=course.key(number)).first()
    if row is None:
        return None
    seen = find_reservation(SYSTEM, *PLACE, holder=HOLDER, reservation=course.key(number))
    return {"amount": row.amount, "state": seen.state, "steps": [[s.state, str(s.act_id)] for s in row.steps.all()]}


def _entries(record: UUID) -> Iterator[tuple[int, int, str, str, int]]:
    """Generation and index in the log, what was done under which key, and how much of it; each receipt is verified."""
    keys = directory()
    for act in Act.objects.filter(type="capacity.changed"):
        body = parse_statement(bytes(act.statement)).body
        receipt = receipt_of(act.pk)
        if UUID(bytes=body["record"]) != record or receipt is None:
            continue
        proved = verify_receipt(receipt, keys, type=act.type, role=act.role, author="interior")
        generation = int(proved.origin.rpartition("/")[2])
        yield generation, proved.index, act.role, str(UUID(bytes=body["reservation"])), body["amount"]


# -- the process that has them all -------------------------------------------------------------------------------------


class Nursery:
    """Forks processes, kills them and waits for them; has no connection of its own to anything."""

    def __init__(self) -> None:
        self._theirs, self._ours = os.pipe()
        os.environ[PARENT_PIPE] = str(self._theirs)
        self._log = 0

    def fork(self, work: Callable[..., Any], *args: Any) -> int:
        """Do work in a process of its own, which ends with it."""
        process = os.fork()
        if process:
            return process
        os.close(self._ours)
        code = 1
        try:
            work(*args)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)

    def do(self, work: Callable[..., Any], *args: Any) -> None:
        """Do work in a process of its own, and wait for it."""
        code = os.waitpid(self.fork(work, *args), 0)[1]
        assert code == 0, work.__name__

    def start_log(self) -> None:
        """The log's writer; whoever appends waits for it."""
        self._log = self.fork(log.run)

    def end_log(self, number: signal.Signals) -> int:
        """End the log's writer; how it ended."""
        os.kill(self._log, number)
        return os.waitpid(self._log, 0)[1]

    def compete(self, course: Round, work: Callable[..., Any], kind: str, count: int) -> None:
        """Have many do something at once; in the midst of it the log's writer is killed and started again."""
        chance = course.chance(kind)
        living = {self.fork(work, course, f"{kind} {number}") for number in range(count)}
        for moment in sorted(chance.sample(range(count), 2)):
            while len(living) > count - moment:
                self._bury(course, living)
            self.end_log(signal.SIGKILL)
            self.start_log()
        while living:
            self._bury(course, living)

    def _bury(self, course: Round, living: set[int]) -> None:
        process, status = os.wait()
        living.discard(process)
        if not os.WIFSIGNALED(status) and status:
            course.say("faults", f"process ended with {status}")

    def run(self, course: Round) -> dict[str, Any]:
        """One round; all that was seen in it."""
        course.folder.mkdir()
        watcher = self.fork(watch, course)
        self.compete(course, write, "writer", WRITERS)
        self.compete(course, come_late, "latecomer", LATECOMERS)
        os.kill(watcher, signal.SIGKILL)
        os.waitpid(watcher, 0)
        self.do(recover, course)
        names = ("deaths", "answers", "amended", "refusals", "faults", "seen", "recovered")
        return {"keys": [str(course.key(number)) for number in range(KEYS)], **{n: course.said(n) for n in names}}


def main(seed: int, rounds: int) -> None:
    """All rounds on one node."""
    nursery = Nursery()
    nursery.start_log()
    nursery.do(found, seed, rounds)
    for number in range(rounds):
        folder = node_settings().data / f"round-{seed}-{number}"
        sys.stdout.write(f"{json.dumps(nursery.run(Round(number, seed, folder)))}\n")
    assert nursery.end_log(signal.SIGTERM) == 0


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
