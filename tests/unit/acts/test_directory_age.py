from datetime import timedelta

from uruk.acts.api import directory
from uruk.kernel.api import FixedClock


def test_unchanged_keys_are_published_anew_each_day(institution: str, clock: FixedClock) -> None:
    first = directory()
    clock.advance(timedelta(hours=23))
    assert directory() == first
    clock.advance(timedelta(hours=2))
    later = directory()
    assert (later.version, later.published) == (first.version + 1, clock.now())
    assert later.institutions == first.institutions
