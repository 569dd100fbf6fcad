"""Writers that come at once, each in a transaction of its own, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from django.db import connection, transaction

from tests.unit.registries.storage import Shelf, following, person, shelf
from uruk.registries.store import Held, KeyTakenError, VersionTakenError

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 8


@pytest.fixture
def people() -> Shelf:
    return shelf()


def at_once(deed: Callable[[int], object]) -> list[object]:
    """What each of the writers got; they begin together."""
    begin = Barrier(WRITERS)

    def one(place: int) -> object:
        begin.wait(30)
        try:
            with transaction.atomic():
                return deed(place)
        except (KeyTakenError, VersionTakenError) as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(one, range(WRITERS)))


def test_one_of_many_gets_a_key(people: Shelf) -> None:
    rids = people.store.next_rids(WRITERS)
    first = people.first(person("1"))
    rows = [replace(first, rid=rid) for rid in rids]
    got = at_once(lambda place: people.store.write_versions([rows[place]]))
    assert sorted(map(str, got)) == ["None", *["registries.key_taken"] * (WRITERS - 1)]


def test_one_of_many_writes_the_next_version(people: Shelf) -> None:
    with transaction.atomic():
        (first,) = people.create(person("1"))
    acts = [following(first, {"town": str(place)}) for place in range(WRITERS)]
    got = at_once(lambda place: Shelf(people.store).write(acts[place], receipt=False))
    assert sum(one == "registries.version_moved" for one in got) == WRITERS - 1
    assert len([row for row in people.store.versions(first.rid) if row.number == 2]) == 0


def test_what_many_take_never_exceeds_the_bound(people: Shelf) -> None:
    with transaction.atomic():
        (first,) = people.create(person("1", seats=10))
    got = at_once(lambda _: people.store.take(first.rid, 3))
    assert sorted(one.taken for one in got if isinstance(one, Held)) == [3, 6, 9]
    row = people.store.find(first.record)
    assert row is not None and (row.taken, row.cap) == (9, 10)


def test_numbers_given_to_many_are_all_different(people: Shelf) -> None:
    got = at_once(lambda _: people.store.next_rids(5))
    given = [rid for rids in got for rid in rids]  # type: ignore[attr-defined]
    assert len(given) == len(set(given)) == 5 * WRITERS
