"""How numbers of a series are written, and what is no series."""

import pytest

from tests.unit.registries.domain.town import FILES, STALLS, Town
from uruk.registries.domain.definition import Series

HEAD = "keys: [[code]]\n"


def test_a_number_has_zeros_before_it_and_the_year_where_the_form_names_it(town: Town) -> None:
    found = town.registry("stalls", {STALLS: (HEAD, HEAD + 'series: {of: code, form: "S{number}", digits: 2}\n')})
    assert found.series == Series("code", "S{number}", 2)
    assert [found.series.written(found.series.stem(2027), one) for one in (7, 123)] == ["S07", "S123"]
    yearly = Series("code", "FC-{year}-{number}", 6)
    assert yearly.written(yearly.stem(2027), 7) == "FC-2027-000007"


def test_what_is_numbered_for_cases_needs_nobody_who_writes_by_hand(town: Town) -> None:
    by_hand = FILES[STALLS].replace("writer: [read, propose]", "writer: [read]")
    assert town.codes(None, {STALLS: by_hand}) == ["registries.nobody_writes"]
    numbered = by_hand.replace(HEAD, HEAD + 'series: {of: code, form: "S{number}", digits: 2}\n')
    assert town.codes(None, {STALLS: numbered}) == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('{of: trader, form: "S-{number}", digits: 3}', "registries.series_key"),
        ('{of: code, form: "S-{day}", digits: 3}', "registries.series_form"),
        ('{of: code, form: "s {number}", digits: 3}', "registries.series_form"),
        ('{of: code, form: "LONGER-THAN-IT-TAKES{number}", digits: 9}', "registries.series_form"),
        ('{of: code, form: "S-{number}", digits: 0}', "definitions.number_outside"),
        ('{of: code, form: "S-{number}"}', "definitions.key_missing"),
    ],
)
def test_each_fault_of_a_series_is_found(town: Town, written: str, code: str) -> None:
    assert town.codes({STALLS: (HEAD, f"{HEAD}series: {written}\n")}) == [code]
