"""demo/names.yaml: what invented people are made of."""

import pytest

from uruk.definitions.api import Findings, Population
from uruk.definitions.folder import open_document
from uruk.definitions.population import MIN_NAMES, read_population

NAMES = "".join(f"      n{at}: {{ar: ا, ckb: ئا}}\n" for at in range(MIN_NAMES - 1))
GOOD = f"""uruk: names/1
synthetic: true
day: 2026-11-01
numbers: "99905"
registry: town/residents
fields: {{number: number, name: name.ar}}
communities:
  plain:
    male:
{NAMES}      abdul-karim: {{ar: عبد الكريم, ckb: عەبدولکەریم, latin: Abdulkarim}}
    female:
{NAMES}      umm-kulthum: {{ar: أم كلثوم, ckb: ئوم کەلسووم}}
    surnames:
      haddad: {{ar: الحداد, ckb: حەدداد}}
homes:
  uruk: {{weight: 1, communities: {{plain: 1}}, districts: [المركز]}}
quarters: [حي السلام]
"""


def read(text: str) -> tuple[Population | None, list[str]]:
    findings = Findings()
    cursor = open_document("demo/names.yaml", text.encode(), "names", 1, findings)
    assert cursor is not None
    return read_population(cursor), [one.code for one in findings.sorted()]


def test_the_names_places_and_fields_are_read() -> None:
    population, found = read(GOOD)
    assert found == []
    assert population is not None
    assert (population.institution, population.registry, population.prefix) == ("town", "residents", "99905")
    (plain,) = population.communities
    assert (plain.male[-1].latin, plain.female[-1].latin) == ("Abdulkarim", "Umm Kulthum")
    assert population.homes[0].communities == {"plain": 1}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("synthetic: true", "synthetic: false", "definitions.people_not_synthetic"),
        ('"99905"', '"12345"', "definitions.synthetic_number"),
        ('"99905"', '"9990512"', "definitions.synthetic_number"),
        ("name: name.ar", "name: name.fr", "definitions.unknown_word"),
        ("      n0: {ar: ا, ckb: ئا}\n", "", "definitions.too_few_names"),
        ("communities: {plain: 1}", "communities: {other: 1}", "definitions.unknown_word"),
        ("weight: 1", "weight: 0", "definitions.number_outside"),
        ("day: 2026-11-01", "day: yesterday", "definitions.not_a_date"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, code: str) -> None:
    assert code in read(GOOD.replace(old, new, 1))[1]
