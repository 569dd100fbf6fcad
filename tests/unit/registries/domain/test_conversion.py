"""Records of an old definition become records of a new one, by expressions that are compared with the old fields."""

import pytest

from tests.kinds import KINDS
from tests.unit.registries.domain.town import DAYS, TRADERS, Town, registry_of
from uruk.definitions.api import Findings, reopen_country
from uruk.definitions.folder import read_folder
from uruk.kernel.api import CodedError
from uruk.registries.domain.conversion import check_conversion, make_converter
from uruk.registries.domain.definition import RegistryDefinition

OLD = b"\x11" * 32
TRADER = {
    "number": "999000000001", "name": "نادية سالم", "born": "1990-01-01", "goods": "bread", "since": "2020-05-01",
}  # fmt: skip


def converted(town: Town, fields: str, new: tuple[str, str] = ("", "")) -> RegistryDefinition:
    """The traders with a conversion from OLD, and one more change."""
    text = (town.write() / TRADERS).read_text(encoding="utf-8").replace(*new)
    written = f'convert: {{from: "{OLD.hex()}", fields: {{{fields}}}}}\nkeep: 10 years'
    changes = {TRADERS: ("keep: 10 years", written)}
    return _registry(town, changes, text)


def _registry(town: Town, changes: dict[str, tuple[str, str]], text: str) -> RegistryDefinition:
    """The traders, whatever their texts lack of a field that a test adds."""
    files = read_folder(town.write(changes, {TRADERS: text}), Findings())
    return registry_of(reopen_country(files, KINDS), "traders")


def problems(new: RegistryDefinition, old: RegistryDefinition, digest: bytes = OLD) -> list[tuple[str, str]]:
    return [(field, error.code) for field, error in check_conversion(new, old, digest)]


def test_a_field_is_computed_from_the_old_ones_and_the_others_keep_their_values(town: Town) -> None:
    old = town.registry("traders")
    new = converted(town, "since: born, name: name + ' *'")
    assert problems(new, old) == []
    values, wrong = make_converter(new, old, OLD).convert(TRADER)
    assert wrong == {} and values == TRADER | {"since": "1990-01-01", "name": "نادية سالم *"}


def test_without_a_conversion_every_field_keeps_its_value(town: Town) -> None:
    traders = town.registry("traders")
    assert problems(traders, traders) == []
    assert make_converter(traders, traders, OLD).convert(TRADER) == (TRADER, {})


def test_a_conversion_of_another_definition_is_refused(town: Town) -> None:
    new = converted(town, "since: born")
    assert problems(new, town.registry("traders"), b"\x22" * 32) == [("", "registries.conversion_of_another")]


@pytest.mark.parametrize("source", ["birthday", "years(born, since)", "'born", "1.5"])
def test_an_expression_that_does_not_fit_the_old_fields_is_told_with_its_reason(town: Town, source: str) -> None:
    new, old = converted(town, f'since: "{source}"'), town.registry("traders")
    [(field, error)] = check_conversion(new, old, OLD)
    assert (field, error.code) == ("since", "registries.conversion_expression")
    assert len({error.sentence(lang) for lang in ("ar", "ckb", "en")}) == 3
    with pytest.raises(CodedError):
        make_converter(new, old, OLD)


def test_an_expression_about_a_record_knows_no_present(town: Town) -> None:
    new, old = converted(town, "since: today"), town.registry("traders")
    assert problems(new, old) == [("since", "registries.conversion_today")]
    assert problems(converted(town, "name: \"name + 'today'\""), old) == []


def test_a_secret_passes_as_it_is_kept_and_no_expression_reads_it(town: Town) -> None:
    old = town.registry("traders")
    assert "phone" in old.secrets
    values, wrong = make_converter(converted(town, "since: born"), old, OLD).convert(TRADER | {"phone": "sealed/1:x"})
    assert wrong == {} and values["phone"] == "sealed/1:x"
    assert problems(converted(town, "name: phone"), old) == [("name", "registries.conversion_expression")]


def test_a_field_of_another_type_needs_an_expression(town: Town) -> None:
    old = town.registry("traders")
    new = converted(town, "name: name", ("since:  {type: date}", "since:  {type: yes_no}"))
    assert problems(new, old) == [("since", "registries.conversion_type")]
    new = converted(town, "since: since > date('2000-01-01')", ("since:  {type: date}", "since:  {type: yes_no}"))
    assert make_converter(new, old, OLD).convert(TRADER)[0]["since"] is True


def test_a_new_field_that_must_be_filled_needs_an_expression(town: Town) -> None:
    old = town.registry("traders")
    new = converted(town, "name: name", ("  since:", "  shelf: {type: integer}\n  since:"))
    assert problems(new, old) == [("shelf", "registries.conversion_missing")]
    new = converted(town, "shelf: 7", ("  since:", "  shelf: {type: integer}\n  since:"))
    assert make_converter(new, old, OLD).convert(TRADER)[0]["shelf"] == 7
    optional = converted(town, "name: name", ("  since:", "  shelf: {type: integer, required: false}\n  since:"))
    assert problems(optional, old) == []


def test_what_an_expression_needs_and_a_record_has_not_leaves_its_field_empty(town: Town) -> None:
    new, old = converted(town, "name: goods"), town.registry("traders")
    trader = {name: value for name, value in TRADER.items() if name != "goods"}
    values, wrong = make_converter(new, old, OLD).convert(trader)
    assert "name" not in values and wrong["name"].code == "definitions.field_required"


def test_an_expression_that_fails_says_at_which_field(town: Town) -> None:
    new = converted(town, "shelf: '7 / (years(born, since) - 30)'", ("  since:", "  shelf: {type: integer}\n  since:"))
    _, wrong = make_converter(new, town.registry("traders"), OLD).convert(TRADER)
    assert wrong["shelf"].code == "definitions.expression_failed"


def test_objects_lists_and_secrets_are_given_by_no_expression(town: Town) -> None:
    change = f'convert: {{from: "{OLD.hex()}", fields: {{phone: name}}}}\nkeep: 10 years'
    assert town.codes({TRADERS: ("keep: 10 years", change)}) == ["registries.secret_used"]
    change = f'convert: {{from: "{OLD.hex()}", fields: {{day: []}}}}\nkeep: forever'
    assert town.codes({DAYS: ("keep: forever", change)}) == ["definitions.not_text"]
