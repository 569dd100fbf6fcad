"""What the registries of our countries begin with, and in which order it is recorded."""

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.demonstration import MINIMAL
from tests.kinds import KINDS
from uruk.cli.demo.archive import in_order
from uruk.definitions.api import Country, load_country

ROOT = Path(__file__).resolve().parents[3]


@cache
def bundled() -> Country:
    (home,) = [path for path in (ROOT / "countries").iterdir() if (path / "country.yaml").is_file()]
    return load_country(home, KINDS)


def rows(registry: str) -> tuple[Any, ...]:
    (found,) = [one.rows for one in bundled().records if one.registry == registry]
    return found


def test_what_is_linked_to_is_recorded_before_what_links() -> None:
    order = [one.registry for one in in_order(bundled())]
    assert sorted(order) == sorted(one.registry for one in bundled().records)
    assert order.index("institutions") < order.index("commitments")
    assert order.index("farmer-cards") < order.index("parcels")


def test_records_whose_links_lead_to_none_of_the_others_are_recorded_as_they_are() -> None:
    country = load_country(MINIMAL, KINDS)
    stalls = next(one for one in country.records if one.registry == "stalls")
    assert list(in_order(replace(country, records=(stalls,)))) == [stalls]


def test_there_are_nineteen_governorates_and_the_newest_has_no_code_of_iso() -> None:
    units = rows("administrative-units")
    governorates = {one["code"]: one for one in units if one["level"] == "governorate"}
    assert len(governorates) == 19
    assert [code for code, one in governorates.items() if "iso" not in one] == ["halabja"]
    assert {one["parent"] for one in units if one["level"] == "district"} == set(governorates)


def test_every_commitment_has_one_owner_among_the_institutions_and_the_words_it_was_published_in() -> None:
    known = {one["code"] for one in rows("institutions")}
    commitments = rows("commitments")
    assert len({one["code"] for one in commitments}) == 39
    assert all(one["owner"] in known and one["phrase"] and one["source"] for one in commitments)
    assert Counter(one["state"] for one in commitments)["no_public_evidence"] > 20


def test_every_joint_initiative_says_what_its_commitment_says_and_nothing_more() -> None:
    commitments = {one["code"]: one for one in rows("commitments")}
    said = ("title_ar", "title_ckb", "title_en", "owner", "state", "source")
    assert {one["kind"] for one in rows("initiatives")} == {"stamps", "exhibition", "forum", "market-mission"}
    for one in rows("initiatives"):
        assert {name: one[name] for name in said} == {name: commitments[one["commitment"]][name] for name in said}
        assert not {"begins", "ends", "outcome", "evidence_url"} & set(one), "no source says so"


def test_a_body_that_can_be_chosen_bears_the_name_that_it_has_in_the_registry_of_institutions() -> None:
    known, bodies = {one["code"]: one for one in rows("institutions")}, bundled().shared.catalogues["state-bodies"]
    for code, name in bodies.names.items():
        there = {lang: known[code].get(f"name_{lang}") for lang in ("ar", "ckb", "en")}
        assert {lang: name.get(lang) for lang, said in there.items() if said} == {k: v for k, v in there.items() if v}


def test_only_what_is_marked_as_invented_names_persons() -> None:
    for one in bundled().records:
        definition = bundled().find("registry", one.institution, one.registry)
        assert definition is not None
        assert one.synthetic or not definition.model.personal  # type: ignore[attr-defined]


def test_every_registry_of_the_country_has_a_second_person() -> None:
    models = {one.code: one.model for one in bundled().of_kind("registry")}
    assert len(models) >= 11
    assert all(model.second_person for model in models.values())  # type: ignore[attr-defined]


def test_the_people_of_the_demonstration_stand_in_the_civil_register() -> None:
    numbers = {one["number"] for one in rows("persons")}
    assert {person.number for person in bundled().people} <= numbers
    assert all(number.startswith("999") for number in numbers)
