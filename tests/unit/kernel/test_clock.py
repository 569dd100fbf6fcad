"""The time now, and its one written form."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import (
    BAGHDAD,
    CodedError,
    FixedClock,
    SystemClock,
    midnight,
    parse_rfc3339,
    rfc3339,
    set_behind,
    stand_behind,
    today,
)

zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
NOW = datetime(2026, 11, 23, tzinfo=UTC)
centuries = st.timedeltas(timedelta(days=-365 * 2000), timedelta(days=365 * 7000))
instants = st.builds(lambda step, zone: (NOW + step).astimezone(zone), centuries, zones)
steps = st.timedeltas(timedelta(-300), timedelta(300))
recent = st.timedeltas(timedelta(days=-365 * 18), timedelta(days=365 * 50)).map(lambda step: NOW + step)


@given(instants)
def test_a_written_time_reads_back_as_the_same_instant_in_utc(instant: datetime) -> None:
    read = parse_rfc3339(rfc3339(instant))
    assert read == instant
    assert read.tzinfo is UTC


@given(instants)
def test_a_time_in_any_zone_is_understood(instant: datetime) -> None:
    assert parse_rfc3339(instant.isoformat()) == instant


@given(instants, instants)
def test_equal_instants_are_written_alike_and_only_they(one: datetime, other: datetime) -> None:
    assert (rfc3339(one) == rfc3339(other)) == (one == other)


def test_a_written_time_ends_in_z_and_has_a_fraction_only_where_there_is_one() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=BAGHDAD)
    assert rfc3339(noon) == "2026-11-23T09:00:00Z"
    assert rfc3339(noon.replace(microsecond=5)) == "2026-11-23T09:00:00.000005Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T09:00:00",
        "2026-11-23 09:00:00Z",
        "2026-11-23t09:00:00z",
        "2026-11-23T09:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T23:59:60Z",
        "2026-02-30T09:00:00Z",
        "2026-11-23T09:00:00+0300",
        "2026-11-23T09:00:00+03:60",
        "2026-11-23T09:00:00.1234567Z",
        "2026-11-23T09:00:00Z\n",
        "٢٠٢٦-11-23T09:00:00Z",
        "0001-01-01T00:00:00+03:00",
        "9999-12-31T23:59:59-03:00",
    ],
)
def test_another_form_of_time_is_refused(text: str) -> None:
    with pytest.raises(CodedError) as caught:
        parse_rfc3339(text)
    assert caught.value.code == "kernel.time_invalid"


@given(st.text())
def test_any_text_is_a_time_or_a_coded_error(text: str) -> None:
    try:
        found = parse_rfc3339(text)
    except CodedError as error:
        assert error.code == "kernel.time_invalid"
    else:
        assert found.tzinfo is UTC


@given(st.datetimes())
def test_a_time_without_a_zone_is_never_guessed_at(naive: datetime) -> None:
    for use in (rfc3339, FixedClock):
        with pytest.raises(CodedError) as caught:
            use(naive)
        assert caught.value.code == "kernel.time_without_zone"


@given(instants, steps)
def test_a_fixed_clock_moves_only_when_told(instant: datetime, step: timedelta) -> None:
    clock = FixedClock(instant)
    assert clock.now() == clock.now() == instant
    clock.set(NOW)
    clock.advance(step)
    assert clock.now() == NOW + step
    assert clock.now().tzinfo is UTC


def test_the_machines_clock_tells_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_the_clock_of_a_demonstration_stands_behind_by_what_a_file_says_at_any_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never ahead: what is signed for a day that has not come could be believed later."""
    monkeypatch.setattr("uruk.kernel.clock._BEHIND", [])
    set_behind(tmp_path / "clock", timedelta(days=3))
    stand_behind(tmp_path / "clock")
    clock = SystemClock()
    for step, found in ((None, 3), (timedelta(days=1), 1), (timedelta(days=-5), 0)):
        if step is not None:
            set_behind(tmp_path / "clock", step)
        behind = datetime.now(UTC) - clock.now()
        assert abs(behind - timedelta(days=found)) < timedelta(hours=1)
        assert abs(clock.seconds() - clock.now().timestamp()) < 3600


@given(recent)
def test_the_day_changes_at_midnight_in_baghdad_three_hours_ahead(instant: datetime) -> None:
    assert today(FixedClock(instant)) == (instant + timedelta(hours=3)).date()


def test_a_day_begins_at_midnight_in_baghdad() -> None:
    assert midnight(date(2026, 11, 23)) == datetime(2026, 11, 22, 21, tzinfo=UTC)
