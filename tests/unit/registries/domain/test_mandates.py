"""A registry's mandates: by which offer one learns who acts for whom, while what holds, on which article."""

import datetime
from typing import Any

import pytest

from tests.unit.registries.domain.town import Town
from uruk.registries.domain.comparing import compare
from uruk.registries.mandates import MandateRegister

BASE = "institutions/town/registries/families"
REGISTRY = """uruk: registry/1
keys: [[number]]
subject: number
keep: forever
fields:
  number: {type: national_number}
  born: {type: date}
  father: {type: national_number, required: false, find: true}
roles: {writer: [read, propose]}
offers:
  of-father: {list: [number, born], by: [father]}
  by-number: {read: [number, born]}
  of-born: {list: [born], by: [father]}
mandates:
  father: {as: guardian, offer: of-father, while: "years(born, today) < 18", law: markets/1}
"""
LINE = '  father: {as: guardian, offer: of-father, while: "years(born, today) < 18", law: markets/1}\n'


def files(registry: str = REGISTRY) -> dict[str, str]:
    texts = {
        f"{BASE}/texts.{lang}.yaml": f"uruk: texts/1\ntitle: {word}\n"
        f"fields: {{number: {word}, born: {word}, father: {word}}}\n"
        f"offers: {{of-father: {word}, by-number: {word}, of-born: {word}}}\nmandates: {{father: {word}}}\n"
        for lang, word in {"ar": "نص", "ckb": "دەق"}.items()
    }
    return {f"{BASE}/registry.yaml": registry, **texts}


def test_a_mandate_says_by_which_offer_it_is_asked_for_and_while_what_it_holds(town: Town) -> None:
    definition = town.load(more=files()).find("registry", "town", "families")
    assert definition is not None
    model: Any = definition.model
    source = model.mandates["father"]
    assert (source.kind, source.offer, source.by, source.number, source.law) == (
        "guardian", "of-father", "father", "number", "markets/1",
    )  # fmt: skip
    register = MandateRegister("town", "families", source, definition.texts.get("mandates.father"), ("number",))
    day = datetime.date(2026, 11, 26)
    child, grown = {"number": "201512345678", "born": "2015-01-01"}, {"number": "200812345678", "born": "2008-11-26"}
    assert register.holds(child, day) and not register.holds(grown, day)
    assert not register.holds({"number": "201512345678"}, day), "what is not known gives none"
    assert not register.holds({"born": "2015-01-01"}, day)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (LINE.replace("offer: of-father", "offer: by-number"), "registries.mandate_offer"),
        (LINE.replace("offer: of-father", "offer: of-born"), "registries.mandate_offer"),
        (LINE.replace("offer: of-father", "offer: nowhere"), "registries.mandate_offer"),
        (LINE.replace("years(born, today) < 18", "father == number"), "definitions.expression_name"),
        (LINE.replace(", law: markets/1", ""), "definitions.key_missing"),
        (LINE.replace("guardian", "friend"), "definitions.unknown_word"),
        ("".join(LINE.replace("father:", f"f{number}:") for number in range(9)), "registries.too_many"),
    ],
)
def test_what_is_no_mandate_is_found_by_the_check(town: Town, line: str, code: str) -> None:
    assert code in town.codes(more=files(REGISTRY.replace(LINE, line)))


def test_whoever_approves_a_change_of_the_definition_reads_which_mandates_it_gives(town: Town) -> None:
    before = town.load(more=files(REGISTRY)).find("registry", "town", "families")
    now = town.load(more=files(REGISTRY.replace("< 18", "< 21"))).find("registry", "town", "families")
    assert before is not None and now is not None
    models: tuple[Any, Any] = (before.model, now.model)
    found = [one for one in compare(now, before, *models) if one.label.en == "Who acts for whom a record is about"]
    assert len(found) == 1 and "< 21" in str(found[0].value.en)
