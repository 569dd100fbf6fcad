"""Synthetic people: the same for a seed, each number once, and families that could be."""

import datetime
import itertools
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from uruk.cli.demo.population import people_rows
from uruk.cli.main import app
from uruk.definitions.api import Community, Home, PersonName, Population, survey_country
from uruk.definitions.population import MADE

ROOT = Path(__file__).resolve().parents[3]
COUNTRIES = [path for path in sorted((ROOT / "countries").iterdir()) if (path / "demo" / "names.yaml").is_file()]
FIELDS = {made.replace(".", "_"): made for made in MADE}
DAY = datetime.date(2026, 11, 1)


def names(start: str, count: int) -> tuple[PersonName, ...]:
    return tuple(PersonName(f"{start}{at}", f"ک{start}{at}", f"{start.title()}{at}") for at in range(count))


def made_of(**other: Any) -> Population:
    hill = Community("hill", names("m", 20), names("f", 20), names("s", 3))
    homes = (Home("uruk", 3, {"hill": 1}, ("kullaba", "eanna")), Home("ur", 1, {"hill": 1}, ("nippur",)))
    facts: dict[str, Any] = {
        "day": DAY, "prefix": "99905", "institution": "town", "registry": "people", "fields": FIELDS,
        "communities": (hill,), "homes": homes, "quarters": ("east", "west"),
    }  # fmt: skip
    return Population(**{**facts, **other})


@pytest.fixture(scope="module")
def people() -> list[dict[str, Any]]:
    return list(people_rows(made_of(), 6_000, seed=1))


def by_number(people: list[dict[str, Any]]) -> Mapping[str, dict[str, Any]]:
    return {one["number"]: one for one in people}


def born(one: dict[str, Any]) -> datetime.date:
    return datetime.date.fromisoformat(one["born"])


def last_day(one: dict[str, Any]) -> datetime.date:
    return datetime.date.fromisoformat(one.get("died", "9999-12-31"))


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    first = [list(people_rows(made_of(), 700, seed=7)) for _ in range(2)]
    assert first[0] == first[1]
    assert list(people_rows(made_of(), 700, seed=8)) != first[0]


def test_the_first_of_many_are_those_of_few_but_for_who_was_left_out(people: list[dict[str, Any]]) -> None:
    few = list(people_rows(made_of(), 900, seed=1))
    known = by_number(few)
    for one, other in zip(few, people, strict=False):
        expected = dict(other)
        if expected.get("spouse") not in known:
            expected.pop("spouse", None)
        assert one == expected


def test_every_number_stands_once_has_twelve_digits_and_the_mark_of_invented_people(people: list[Any]) -> None:
    numbers = [one["number"] for one in people]
    assert len(set(numbers)) == len(people) == 6_000
    assert all(len(one) == 12 and one.isdigit() and one.startswith("99905") for one in numbers)


def test_parents_come_first_are_older_and_lived_when_their_children_were_born(people: list[Any]) -> None:
    known: dict[str, Any] = {}
    for one in people:
        for parent, least in (("father", 18), ("mother", 17)):
            if parent in one:
                older = known[one[parent]]
                years = (born(one) - born(older)).days / 365.25
                assert least <= years <= 70
                assert born(one) <= last_day(older)
        known[one["number"]] = one
    assert sum("father" in one for one in people) > len(people) / 2


def test_a_child_has_the_names_that_its_fathers_line_gives_it(people: list[Any]) -> None:
    known = by_number(people)
    for one in (one for one in people if "father" in one):
        father, mother = known[one["father"]], known[one["mother"]]
        assert one["name_ar"]["father"] == father["name_ar"]["given"]
        assert one["name_ckb"]["grandfather"] == father["name_ckb"]["father"]
        assert one["name_ar"].get("surname") == father["name_ar"].get("surname")
        assert one["mother_latin"] == f"{mother['name_latin']['given']} {mother['name_latin']['father']}"
        assert one["name_ar"]["given"] != father["name_ar"]["given"]


def test_brothers_and_sisters_have_names_and_birthdays_of_their_own(people: list[Any]) -> None:
    grouped = itertools.groupby(sorted(people, key=lambda one: one.get("mother", "")), lambda one: one.get("mother"))
    families = [list(group) for mother, group in grouped if mother]
    assert max(map(len, families)) > 4
    for family in families:
        assert len({one["name_ar"]["given"] for one in family}) == len(family)
        days = sorted(map(born, family))
        assert all((later - earlier).days > 280 for earlier, later in itertools.pairwise(days))


def test_husband_and_wife_name_each_other_and_are_no_siblings(people: list[Any]) -> None:
    known = by_number(people)
    couples = [(one, known[one["spouse"]]) for one in people if "spouse" in one]
    assert len(couples) > len(people) / 4
    for one, other in couples:
        assert other["spouse"] == one["number"]
        assert {one["sex"], other["sex"]} == {"male", "female"}
        assert one.get("father", one["number"]) != other.get("father", other["number"])
        assert (one["district"], one["house"]) == (other["district"], other["house"])


def test_nobody_is_born_or_dies_after_the_day_and_the_dead_have_a_date(people: list[Any]) -> None:
    for one in people:
        assert born(one) <= DAY
        assert one["deceased"] == ("died" in one)
        assert "died" not in one or born(one) <= last_day(one) <= DAY
    assert 0.02 < sum(one["deceased"] for one in people) / len(people) < 0.3


def test_homes_follow_their_weights(people: list[Any]) -> None:
    places = Counter(one["place"] for one in people_rows(made_of(), 30_000, seed=3))
    assert 2 < places["uruk"] / places["ur"] < 4.5


def test_more_people_than_there_are_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="do not suffice"):
        next(people_rows(made_of(prefix="999999"), 10**6 + 1, seed=1))


@pytest.mark.parametrize("home", COUNTRIES, ids=lambda path: path.name)
def test_a_countrys_own_names_make_people_that_its_register_takes(home: Path) -> None:
    population = survey_country(home).population
    assert population is not None
    rows = list(people_rows(population, 10_000, seed=1))
    assert all(set(row) <= set(population.fields) for row in rows)
    assert json.loads(json.dumps(rows[0])) == rows[0]
    assert len({row["governorate"] for row in rows}) > 15


def test_a_country_that_does_not_say_what_people_are_made_of_gets_none(tmp_path: Path) -> None:
    """Refused at once, before anything is started."""
    (tmp_path / "country.yaml").write_text("uruk: country/1\ncode: xx\n", encoding="utf-8")
    told = CliRunner().invoke(
        app, ["demo", "--people", "5"], env={"URUK_COUNTRY": str(tmp_path), "LANG": "en_US.UTF-8"}
    )
    assert told.exit_code != 0
    assert "(cli.no_population)" in told.stderr
