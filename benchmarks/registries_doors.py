"""Through the door of the room: reading by key, creating one by one, change sets; beside bare statements, in turns."""

from typing import Any

from benchmarks.registries_base import HOME, ROUNDS, SET, SYSTEM, Pace, Work, times, turns, values
from benchmarks.registries_filling import Filling

from uruk.kernel.api import Actor
from uruk.registries.api import Change, PageQuery, change, get_record, list_records

CODE = "things"
IN_A_ROW = 10


def number_of(at: int) -> str:
    """The main key of a record that was filled in."""
    return f"{at * 7919 % 1000000007:012}"


def doors(work: Work, filling: Filling, officer: Actor) -> dict[str, Any]:
    """All of it in a registry of some size that is about nobody."""
    db, current = filling.db, filling.tables.current

    def key(at: int) -> str:
        return number_of(filling.one_of_them(at))

    bare = f"SELECT rid, record, latest, number, status, content FROM {current} WHERE f_number = ?"
    reading = {
        "bare statement by key": lambda at: db.one(bare, (key(at),)),
        "get_record, by the node": lambda at: get_record(SYSTEM, HOME, CODE, key=key(at)),
        "get_record, by an officer": lambda at: get_record(officer, HOME, CODE, key=key(at)),
        "list_records, fifty": lambda _: list_records(SYSTEM, HOME, CODE, PageQuery()),
    }
    return {
        "reading": times(work, reading, filling.size),
        "creating": creating(work, filling),
        "sets": sets(work, filling.size),
    }


def creating(work: Work, filling: Filling) -> dict[str, Any]:
    """One record after another, each an act with its receipt; beside a row committed for good."""
    db, base = filling.db, filling.size
    db.run("CREATE TABLE IF NOT EXISTS bench_bare (at INTEGER)")
    calls = {
        "bare commit": lambda at: db.run("INSERT INTO bench_bare VALUES (?)", (at,)),
        "create": lambda at: _create(range(at, at + 1), f"one-{base}"),
    }
    return turns(work, calls, IN_A_ROW, max(ROUNDS // 10, 3))


def sets(work: Work, size: int) -> dict[str, float]:
    """Change sets of a thousand: validation, history, columns, words, receipt."""
    pace = Pace(work)
    for place in range(max(ROUNDS // 30, 2)):
        _create(range(place * SET, place * SET + SET), f"set-{size}")
        pace.part(SET)
    return pace.found()


def _create(some: range, of: str) -> None:
    changes = [Change("create", values=values(at) | {"number": f"{of}-{at}"}) for at in some]
    change(SYSTEM, HOME, CODE, changes, "taken over")
