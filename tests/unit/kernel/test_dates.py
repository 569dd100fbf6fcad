"""The working week, dates in words, and the Hijri date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import (
    LANGUAGES,
    CodedError,
    HijriDate,
    add_working_days,
    ascii_digits,
    format_date,
    hijri,
    is_working_day,
    script_of,
)

days = st.dates(date(1950, 1, 1), date(2070, 1, 1))
holidays = st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=40)
starts = st.dates(date(2026, 1, 1), date(2026, 12, 31))
offsets = st.integers(-3, 3)


@given(days)
def test_offices_work_from_sunday_to_thursday(day: date) -> None:
    assert is_working_day(day) == (day.strftime("%A") not in {"Friday", "Saturday"})


@given(starts, holidays)
def test_nobody_works_on_a_holiday(day: date, free: set[date]) -> None:
    assert not is_working_day(day, {*free, day})


@given(starts, st.integers(0, 60), holidays)
def test_a_deadline_lies_exactly_so_many_working_days_after_its_start(start: date, count: int, free: set[date]) -> None:
    end = add_working_days(start, count, free)
    between = [start + timedelta(n) for n in range(1, (end - start).days + 1)]
    assert is_working_day(end, free)
    if count:
        assert sum(is_working_day(day, free) for day in between) == count
    else:
        assert not any(is_working_day(day, free) for day in [start, *between][:-1])


@given(starts, st.integers(0, 30), st.integers(0, 30), holidays)
def test_a_later_deadline_never_ends_earlier(start: date, one: int, more: int, free: set[date]) -> None:
    assert add_working_days(start, one, free) <= add_working_days(start, one + more, free)


@pytest.mark.parametrize("count", [-1, 10_001])
def test_a_deadline_before_its_start_or_decades_away_is_refused(count: int) -> None:
    with pytest.raises(CodedError) as caught:
        add_working_days(date(2026, 1, 1), count)
    assert caught.value.code == "kernel.days_out_of_range"


def test_a_calculated_hijri_date_is_umm_al_quras() -> None:
    assert hijri(date(2026, 11, 23)) == HijriDate(1448, 6, 13)
    assert hijri(date(2025, 6, 26)) == HijriDate(1447, 1, 1)


@given(days)
def test_a_hijri_month_has_29_or_30_days_and_the_days_follow_each_other(day: date) -> None:
    here, next_day = hijri(day), hijri(day + timedelta(1))
    assert 1 <= here.day <= 30
    if next_day.day == 1:
        assert here.day in {29, 30}
        assert (next_day.year * 12 + next_day.month) - (here.year * 12 + here.month) == 1
    else:
        assert next_day == HijriDate(here.year, here.month, here.day + 1)


@given(days, offsets)
def test_the_offset_shows_the_hijri_date_of_so_many_days_later(day: date, offset: int) -> None:
    assert hijri(day, offset) == hijri(day + timedelta(offset))


@given(days, days)
def test_hijri_dates_stand_in_the_order_of_their_days(one: date, other: date) -> None:
    assert (hijri(one) < hijri(other)) == (one < other)


@pytest.mark.parametrize(
    ("day", "offset"),
    [
        (date(1924, 7, 31), 0),
        (date(1924, 8, 1), -1),
        (date(2077, 11, 17), 0),
        (date(2077, 11, 16), 1),
        (date.min, -1),
        (date.max, 1),
    ],
)
def test_a_day_outside_the_calculated_calendar_has_no_hijri_date(day: date, offset: int) -> None:
    with pytest.raises(CodedError) as caught:
        hijri(day, offset)
    assert caught.value.code == "kernel.hijri_out_of_range"


def test_the_calculated_calendar_has_a_first_and_a_last_day() -> None:
    assert hijri(date(1924, 7, 31), 1) == HijriDate(1343, 1, 1)
    assert hijri(date(2077, 11, 17), -1) == HijriDate(1500, 12, 30)


@given(days, st.sampled_from(LANGUAGES))
def test_a_date_in_words_has_its_day_and_year_and_the_languages_own_script(day: date, lang: str) -> None:
    shown = format_date(day, lang)
    numbers = "".join(c if c.isdecimal() else " " for c in ascii_digits(shown)).split()
    assert [int(number) for number in numbers] == [day.day, day.year]
    assert script_of(shown) == ("latin" if lang == "en" else "arabic")


@given(days, st.sampled_from(LANGUAGES))
def test_a_hijri_date_in_words_is_marked_as_one(day: date, lang: str) -> None:
    shown = hijri(day).format(lang)
    assert shown.endswith({"ar": "هـ", "ckb": "کۆچی", "en": "AH"}[lang])
    assert str(hijri(day).year) in ascii_digits(shown)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_month_has_a_name_of_its_own(lang: str) -> None:
    gregorian = {format_date(date(2026, month, 1), lang) for month in range(1, 13)}
    lunar = {HijriDate(1448, month, 1).format(lang) for month in range(1, 13)}
    assert (len(gregorian), len(lunar)) == (12, 12)


def test_dates_are_written_as_they_are_read_in_this_country() -> None:
    day = date(2026, 11, 23)
    assert [format_date(day, lang) for lang in LANGUAGES] == [
        "٢٣ تشرين الثاني ٢٠٢٦",
        "٢٣ی تشرینی دووەمی ٢٠٢٦",
        "23 November 2026",
    ]
    assert [hijri(day).format(lang) for lang in LANGUAGES] == [
        "١٣ جمادى الآخرة ١٤٤٨ هـ",
        "١٣ی جومادای دووەمی ١٤٤٨ کۆچی",
        "13 Jumada al-Akhira 1448 AH",
    ]
