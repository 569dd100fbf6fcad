"""Values that a registry reckons from the others: what they rest on, who may say otherwise, and who may see them."""

from datetime import date

from tests.unit.registries.domain.town import STALLS, TRADERS, Town
from uruk.registries.domain.reckoning import contradicted, reckoned

CODE = 'code:    {type: text, pattern: "[A-Z][0-9]{1,3}", mask: A12}'
WIDE = "keep: forever\nvalues: {rent: area_m2 * 250, called: \"code + '/' + trader\"}\n"
FIELDS = "fields:\n  rent: {type: money}\n  called: {type: text, required: false, personal: true}\n"


def stalls(town: Town) -> object:
    """The registry of stalls, which reckons a rent and what a stall is called."""
    text = (town.write() / STALLS).read_text(encoding="utf-8")
    changed = text.replace("keep: forever\n", WIDE).replace("fields:\n", FIELDS)
    words = {
        f"{STALLS.rpartition('/')[0]}/texts.{one}.yaml": ("fields: {", f"fields: {{rent: {rent}, called: {called}, ")
        for one, rent, called in (("ar", "الأجرة", "التسمية"), ("ckb", "کرێ", "ناو"))
    }
    return town.registry("stalls", {STALLS: (text, changed), **words})


def test_values_follow_from_the_others_and_are_cleaned_by_their_fields(town: Town) -> None:
    model = stalls(town)
    values, errors = reckoned(model, {"code": "A12", "area_m2": 6, "trader": "198012345678"})  # type: ignore[arg-type]
    assert values == {
        "code": "A12", "area_m2": 6, "trader": "198012345678", "rent": 1500, "called": "A12/198012345678",
    } and not errors  # fmt: skip


def test_what_rests_on_a_value_that_is_not_there_is_not_there_either(town: Town) -> None:
    values, errors = reckoned(stalls(town), {"code": "A12", "area_m2": 6})  # type: ignore[arg-type]
    assert "called" not in values and not errors
    values, errors = reckoned(stalls(town), {"code": "A12"})  # type: ignore[arg-type]
    assert {name: one.code for name, one in errors.items()} == {"rent": "definitions.field_required"}


def test_whoever_says_otherwise_is_found_and_whoever_says_the_same_is_not(town: Town) -> None:
    model, values = stalls(town), {"code": "A12", "area_m2": 6, "rent": 1500}
    same: tuple[dict[str, object], ...] = ({"rent": "1,500"}, {"rent": 1500}, {"rent": None}, {})
    others: tuple[dict[str, object], ...] = ({"rent": 1}, {"rent": "much"}, {"called": "x"})
    for given, found in (*((one, ()) for one in same), *((one, tuple(one)) for one in others)):
        assert contradicted(model, given, values) == found, given  # type: ignore[arg-type]


def test_nobody_is_asked_for_what_the_registry_reckons(town: Town) -> None:
    model = stalls(town)
    assert [one.name for one in model.said] == ["code", "trader", "area_m2"]  # type: ignore[attr-defined]
    assert [one.name for one in model.reckoned] == ["rent", "called"]  # type: ignore[attr-defined]
    assert model.may_write("writer", "area_m2") and not model.may_write("writer", "rent")  # type: ignore[attr-defined]


def test_a_value_is_reckoned_of_what_can_be_and_as_long_as_the_day_is_not_asked(town: Town) -> None:
    keep = "keep: 10 years"
    for values, code in (
        ("since: today", "registries.values_today"),
        ("since: born", "registries.values_closer"),
        ("born: born", "definitions.expression_name"),
        ("name: 1 + 1", "definitions.expression_result"),
        ("phone: name", "registries.secret_used"),
        ("nobody: name", "registries.field_unknown"),
        ("name: phone", "definitions.expression_name"),
    ):
        assert town.codes({TRADERS: (keep, f"{keep}\nvalues: {{{values}}}")}) == [code], values


def test_a_number_that_is_drawn_is_not_reckoned(town: Town) -> None:
    drawn = "keep: forever\nseries: {of: code, form: \"A{number}\", digits: 1}\nvalues: {code: \"'A' + '1'\"}"
    text = {STALLS: ("keep: forever", drawn)}
    assert town.codes(text) == ["registries.values_drawn"]


def test_a_day_may_be_reckoned_from_another(town: Town) -> None:
    found = town.registry("traders", {TRADERS: ("since:  {type: date}", "since:  {type: date, personal: true}")})
    assert not found.values
    both = town.write({TRADERS: ("since:  {type: date}", "since:  {type: date, personal: true}")}) / TRADERS
    text = both.read_text(encoding="utf-8")
    original = (town.write() / TRADERS).read_text(encoding="utf-8")
    model = town.registry("traders", {TRADERS: (original, text.replace("keep:", "values: {since: born}\nkeep:", 1))})
    values, _ = reckoned(model, {"born": date(2001, 2, 3).isoformat()})
    assert values["since"] == "2001-02-03"
