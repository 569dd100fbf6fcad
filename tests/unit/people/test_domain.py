from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import local_digits
from uruk.people.domain.assurance import Assurance, assurance_of
from uruk.people.domain.candidates import bounded
from uruk.people.domain.codes import code_text, plain_code
from uruk.people.domain.counters import counter_moved
from uruk.people.domain.limits import Limit, minutes_to_wait
from uruk.people.domain.papers import check_number, plain_number

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
digits = st.text("0123456789", min_size=12, max_size=12)


@given(digits, st.sampled_from(["ar", "ckb", "en"]), st.sampled_from([" ", "-", "\u200f", "\u2069", "\u00a0"]))
def test_a_national_number_is_the_same_in_all_digits_and_spacings(number: str, lang: str, noise: str) -> None:
    typed = noise.join(local_digits(number[start : start + 4], lang) for start in (0, 4, 8))
    assert check_number("national", typed) == number


@given(st.text())
def test_a_plain_number_stays_plain(typed: str) -> None:
    assert plain_number(plain_number(typed)) == plain_number(typed)


@given(st.lists(st.lists(st.integers(0, 60), max_size=40), min_size=1, max_size=4), st.integers(1, 20))
def test_candidates_are_bounded_different_and_begin_with_the_first_group(groups: list, limit: int) -> None:
    found = bounded(*groups, limit=limit)
    everything = {item for group in groups for item in group}
    assert len(found) == len(set(found)) == min(limit, len(everything))
    first = list(dict.fromkeys(groups[0]))
    assert list(found[: len(first)]) == first[:limit]


@given(st.lists(st.integers(0, 99), unique=True, min_size=8), st.lists(st.integers(100, 999), unique=True, min_size=8))
def test_neither_of_two_groups_pushes_the_other_out(latest: list, oldest: list) -> None:
    found = bounded([], latest, oldest)
    assert set(latest[:8]) | set(oldest[:8]) == set(found)


@given(st.lists(st.integers(0, 40)), st.integers(1, 10), st.integers(1, 30))
def test_a_limit_refuses_exactly_while_enough_tries_are_recent(ages: list, tries: int, minutes: int) -> None:
    limit = Limit(tries, timedelta(minutes=minutes))
    made = [NOW - age * MINUTE for age in ages]
    wait = minutes_to_wait(made, limit, NOW)
    assert (wait > 0) == (len([age for age in ages if age < minutes]) >= tries)
    assert minutes_to_wait(made, limit, NOW + wait * MINUTE) == 0


@given(st.integers(0, 2**50 - 1))
def test_a_code_is_read_back_however_it_is_typed(number: int) -> None:
    code = code_text(number, 10)
    assert len(code) == 11
    typed = local_digits(code.lower().replace("1", "l").replace("0", "o"), "ar").replace("-", " ")
    assert plain_code(typed) == plain_code(code) == code.replace("-", "")


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_a_counter_moves_up_or_does_not_exist(stored: int, shown: int) -> None:
    assert counter_moved(stored, shown) == (shown > stored or stored == shown == 0)


def test_assurance_is_ordered() -> None:
    assert Assurance.CLAIMED < Assurance.SEEN < Assurance.STRONG
    assert assurance_of(seen=False, second_factor=True) is Assurance.CLAIMED
