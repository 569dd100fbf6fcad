"""What stands beside the versions, made anew: after damage, and when a newer definition lays it out otherwise.

Goes on where it was interrupted, a thousand records in each transaction, while others read and write.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from uruk.acts.api import which_acknowledged
from uruk.registries.current import forget, lock, write
from uruk.registries.ground import BATCH, Ground
from uruk.registries.models import Registry
from uruk.registries.standing import Version, read_version, standing, with_pending
from uruk.registries.tables import layout_of, make_indexes, make_tables

Facts = Callable[[Sequence[UUID]], set[UUID]]
"""Which of these acts have their receipt."""


def rebuild(ground: Ground, day: date, facts: Facts = which_acknowledged) -> int:
    """Make all current rows, keys, words and match keys anew; what is taken of capacities stays. Gives the records."""
    count = sum(done for _, done in make_anew(ground, day, 0, facts))
    with transaction.atomic():
        _remove_strangers(ground)
        ground.db.rebuild_words(ground.tables.text)
    return count


def lay_out(ground: Ground, day: date, facts: Facts = which_acknowledged) -> bool:
    """Have a registry's rows follow its newest definition: columns, values in them, then indexes. False: they did."""
    layout = layout_of(ground.definition)
    make_tables(ground.number, ground.definition)
    rows = Registry.objects.filter(pk=ground.number)
    if rows.filter(layout=layout).exists():
        return False
    # Another layout than the one begun: from the start. The same: on from where it was interrupted.
    rows.exclude(laying=layout).update(laying=layout, laid_to=0)
    for last, _ in make_anew(ground, day, rows.get().laid_to, facts):
        rows.filter(laying=layout).update(laid_to=last)
    make_indexes(ground.number, ground.definition)
    rows.filter(laying=layout).update(layout=layout, laying="", laid_to=0)
    return True


def make_anew(ground: Ground, day: date, after: int, facts: Facts) -> Iterator[tuple[int, int]]:
    """Make all records after a number anew; gives, after each transaction, the last one done and how many."""
    while rids := _next_rids(ground, after):
        with transaction.atomic():
            _make(ground, rids, day, facts)
        after = rids[-1]
        yield after, len(rids)


def _make(ground: Ground, rids: Sequence[int], day: date, facts: Facts) -> None:
    known = lock(ground, rids)
    newest = _newest(ground, rids, facts)
    due = [with_pending(ground, standing(ground, one, None, day)) for one in newest]
    write(ground, due, fresh=frozenset(rids) - frozenset(known))
    forgotten = [one["rid"] for one in newest if one["content"] is None]
    if forgotten:
        forget(ground, forgotten)


def _newest(ground: Ground, rids: Sequence[int], facts: Facts) -> list[Version]:
    """The newest version of each record that is a fact; a record without any is none yet."""
    db = ground.db
    sql = f"SELECT rid, number, act_id FROM {ground.tables.version} WHERE {db.any_of('rid')} ORDER BY rid, number"
    found = [(rid, number, db.uuid_of(act)) for rid, number, act in db.all(sql, (db.numbers(rids),))]
    known = facts(sorted({act for _, _, act in found}))
    newest = {rid: number for rid, number, act in found if act in known}
    return [read_version(ground, rid, number) for rid, number in newest.items()]


def _next_rids(ground: Ground, after: int) -> list[int]:
    sql = f"SELECT DISTINCT rid FROM {ground.tables.version} WHERE rid > ? ORDER BY rid LIMIT {BATCH}"
    return [rid for (rid,) in ground.db.all(sql, (after,))]


def _remove_strangers(ground: Ground) -> None:
    """What leads to a record without any version was never written by us."""
    tables = ground.tables
    for table in (tables.current, tables.key, tables.match):
        ground.db.run(f"DELETE FROM {table} WHERE rid NOT IN (SELECT rid FROM {tables.version})")
