"""What all kinds share: calendars, glossary, institutions, the demonstration's people."""

from datetime import date
from pathlib import Path

import pytest

from tests.unit.definitions.samples import NOTES, country_files, short, write_files
from uruk.definitions.api import Country, Office, check_country, load_country

CALENDAR = (
    "uruk: calendar/1\npurpose: holidays\ndays:\n  eid: {from: 2027-03-09, until: 2027-03-11, by_moon: true}\n"
    "  newroz: {from: 2027-03-21}\n"
    "texts:\n  title: {ar: العطل, ckb: پشووەکان}\n"
    "  days: {eid: {ar: العيد, ckb: جەژن}, newroz: {ar: نوروز, ckb: نەورۆز}}\n"
)
SHUTDOWN = (
    "uruk: calendar/1\npurpose: freeze\ndays:\n  exams: {from: 2027-06-01, until: 2027-06-02, hours: '06:00-08:00'}\n"
    "texts:\n  title: {ar: انقطاع, ckb: پچڕان}\n  days: {exams: {ar: امتحانات, ckb: تاقیکردنەوە}}\n"
)
GLOSSARY = (
    "uruk: glossary/1\nwords: [act]\n"
    "texts: {act: {word: {ar: إجراء, ckb: کردار}, meaning: {ar: ما يفعل, ckb: ئەوەی دەکرێت}}}\n"
)
PEOPLE = (
    "uruk: people/1\nsynthetic: true\npeople:\n  nadia: {number: '999000000001', born: 1990-01-01}\n"
    "  karim:\n    number: '999000000002'\n    born: 1980-01-01\n    officer_name: karim\n"
    "    offices: {gardens: {roles: [keeper], from: 2026-01-01, until: 2026-12-31}}\n"
    "texts:\n  nadia: {ar: نادية, ckb: نادیە}\n  karim: {ar: كريم, ckb: کەریم}\n"
)


def files(**changed: str) -> dict[str, str]:
    parts = {"holidays": CALENDAR, "shutdown": SHUTDOWN, "glossary": GLOSSARY, "people": PEOPLE} | changed
    return country_files() | {
        "calendars/holidays.yaml": parts["holidays"],
        "calendars/shutdown.yaml": parts["shutdown"],
        "glossary.yaml": parts["glossary"],
        "demo/people.yaml": parts["people"],
    }


def loaded(folder: Path) -> Country:
    return load_country(write_files(folder, files()), [NOTES])


def test_holidays_are_every_day_of_their_spans(tmp_path: Path) -> None:
    country = loaded(tmp_path)
    assert country.holidays() == {date(2027, 3, 9), date(2027, 3, 10), date(2027, 3, 11), date(2027, 3, 21)}
    eid = country.shared.calendars["holidays"].spans[0]
    assert (eid.by_moon, eid.hours, eid.name.ar) == (True, None, "العيد")


def test_a_shutdown_is_no_holiday_and_has_its_hours(tmp_path: Path) -> None:
    shutdown = loaded(tmp_path).shared.calendars["shutdown"]
    assert shutdown.purpose == "freeze"
    assert shutdown.spans[0].hours == ("06:00", "08:00")
    assert len(shutdown.days()) == 2


def test_the_glossary_says_each_word_in_each_language(tmp_path: Path) -> None:
    term = loaded(tmp_path).shared.glossary["act"]
    assert (term.word.ar, term.word.ckb) == ("إجراء", "کردار")
    assert term.meaning is not None
    assert term.meaning.ckb == "ئەوەی دەکرێت"


def test_people_of_the_demonstration_hold_offices_for_a_period(tmp_path: Path) -> None:
    nadia, karim = loaded(tmp_path).people
    assert (nadia.number, nadia.offices, nadia.officer_name) == ("999000000001", (), None)
    assert karim.offices == (Office("gardens", "keeper", date(2026, 1, 1), date(2026, 12, 31)),)
    assert (karim.name.ar, karim.officer_name, karim.born) == ("كريم", "karim", date(1980, 1, 1))


@pytest.mark.parametrize(
    ("part", "old", "new", "expected"),
    [
        ("holidays", "until: 2027-03-11", "until: 2027-03-01", "calendars/holidays.yaml:4 definitions.span_backwards"),
        ("holidays", "until: 2027-03-11", "until: 2029-03-11", "calendars/holidays.yaml:4 definitions.span_backwards"),
        ("holidays", "from: 2027-03-21", "from: 2027-03-41", "calendars/holidays.yaml:5 definitions.not_a_date"),
        ("holidays", "by_moon: true", "by_moon: often", "calendars/holidays.yaml:4 definitions.not_yes_or_no"),
        ("holidays", "holidays", "feasts", "calendars/holidays.yaml:2 definitions.unknown_word"),
        ("shutdown", "06:00-08:00", "6-8", "calendars/shutdown.yaml:4 definitions.bad_hours"),
        ("glossary", "[act]", "[act, act]", "glossary.yaml:2 definitions.value_twice"),
        ("people", "synthetic: true", "synthetic: false", "demo/people.yaml:2 definitions.people_not_synthetic"),
        ("people", "999000000002", "999000000001", "demo/people.yaml:6 definitions.value_twice"),
        ("people", "'999000000002'", "'99900000000'", "demo/people.yaml:6 definitions.people_number"),
        ("people", "{gardens:", "{forests:", "demo/people.yaml:9 definitions.institution_unknown"),
        ("people", "[keeper]", "[keepers]", "demo/people.yaml:9 definitions.unknown_word"),
        ("people", "until: 2026-12-31", "until: 2025-12-31", "demo/people.yaml:9 definitions.span_backwards"),
    ],
)
def test_what_is_wrong_with_a_part_has_its_place(tmp_path: Path, part: str, old: str, new: str, expected: str) -> None:
    text = {"holidays": CALENDAR, "shutdown": SHUTDOWN, "glossary": GLOSSARY, "people": PEOPLE}[part]
    assert old in text
    damaged = files(**{part: text.replace(old, new, 1)})
    assert short(check_country(write_files(tmp_path, damaged), [NOTES])) == [expected]
