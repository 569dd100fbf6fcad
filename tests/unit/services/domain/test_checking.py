"""What `uruk check` says of services beside the damages: mutants, limits, and where it says nothing."""

import pytest

from tests.unit.services.domain.samples import (
    FOLDERS,
    changed,
    codes,
    examples_of,
    findings_of,
    folder_files,
    linked,
    season_plan,
    stall,
    told_of,
)
from uruk.definitions.api import Findings
from uruk.services.domain.judging.reckoning import Memo
from uruk.services.domain.linked import Service
from uruk.services.domain.tables import boxes
from uruk.services.domain.trying import mutating
from uruk.services.domain.trying.mutants import all_mutants
from uruk.services.domain.trying.mutating import report_unnoticed


def unnoticed(service: Service, *names: str) -> list[str]:
    """The codes of the mutants that these examples of the service as it is do not notice."""
    findings = Findings()
    examples = examples_of(stall())
    report_unnoticed(service, [examples[name] for name in names], findings, Memo())
    return [one.code for one in findings.sorted()]


@pytest.mark.parametrize("code", FOLDERS)
def test_nothing_is_wrong_with_a_service_of_ours(code: str) -> None:
    assert findings_of(folder_files(FOLDERS[code]), code) == []


@pytest.mark.parametrize("service", [season_plan(), stall()], ids=lambda one: one.definition.code)
def test_every_cell_condition_rule_and_way_has_its_mutant(service: Service) -> None:
    definition, found = service.definition, list(all_mutants(service))
    cells = sum(len(row.cells) for table in definition.tables.values() for row in table.rows)
    whens = sum(rule.when is not None for state in definition.states.values() for rule in state.rules)
    ways = sum(
        len(state.rules) + len(state.actions) + len(state.outcomes) + bool(state.deadline) + bool(state.appeal)
        for state in definition.states.values()
    )
    by_code = {code: sum(one.code == code for one in found) for code in {one.code for one in found}}
    assert by_code["services.cell_untried"] == cells
    assert by_code["services.condition_never_fails"] == len(definition.conditions)
    assert by_code["services.condition_never_holds"] == len(definition.conditions)
    assert by_code["services.rule_never_taken"] == by_code["services.rule_never_passed_by"] == whens
    assert by_code["services.way_untried"] == ways


def test_rows_that_another_institution_is_asked_about_are_few() -> None:
    asked = (
        ("read: parcels\n    each", "ask: interior/persons/by-number\n    each"),
        ("max: 20}       #", "max: 21}       #"),
    )
    found = findings_of(changed("farmer-card", *asked), "farmer-card")
    assert "18 services.fact_each_rows" in found
    assert not any("each_rows" in one for one in findings_of(changed("farmer-card", asked[0]), "farmer-card"))


def test_an_appeal_has_a_state_of_its_own_where_whoever_hears_it_refuses_for_good() -> None:
    own = (
        "refused: {closed: refused, appeal: {to: review, task: mayor, within: 10 days}}",
        "refused: {closed: refused, appeal: {to: heard, task: mayor, within: 10 days}}\n"
        "  heard:\n    task: mayor\n    deadline: {within: 5 working days, then: {to: %s}}\n"
        "    actions: {accept: {to: paying}, refuse: {to: %s}}\n"
        "  for_good: {closed: refused, appeal: none}",
    )
    for end, is_same in (("for_good", False), ("refused", True)):
        found = codes(findings_of(changed("stall", (own[0], own[1] % (end, end))), "stall"))
        assert ("services.appeal_same_role" in found) is is_same


def test_a_counter_example_lies_next_to_what_the_cells_say_and_bounds_are_told_as_a_cell_has_them() -> None:
    gap = ("- [cloth, any, 1000]", "- [cloth, 1..19, 1000]")
    outside = ("- [cloth, any, 1000]", "- [cloth, 0..20, 1000]")
    assert [one.values["example"] for one in told_of(changed("stall", gap), "stall")] == [
        ("goods = cloth", "area_m2 = 20")
    ]
    assert [one.values["bounds"] for one in told_of(changed("stall", outside), "stall")] == ["1..20"]


def test_rounds_name_no_strangers_where_the_examples_were_not_understood() -> None:
    found = codes(findings_of(changed("lesson", ("answers:", "answer:"), file="examples.yaml"), "lesson"))
    assert found and "services.example_like" not in found


def test_a_deadline_of_the_applicant_needs_an_example_that_a_register_kept_waiting() -> None:
    slow = ("    applied: 2026-10-15\n    today: 2026-10-20\n", "")
    found = codes(findings_of(changed("season-plan", slow, file="examples.yaml"), "season-plan"))
    assert found == ["services.applied_untried"]


def test_one_example_leaves_what_it_does_not_come_by_unnoticed() -> None:
    found = unnoticed(stall(), "too-young")
    # It fails one condition and goes one way: nothing shows that the other condition or the rule could say otherwise.
    assert found.count("services.condition_never_holds") == 1
    assert found.count("services.condition_never_fails") == 1
    assert found.count("services.rule_never_passed_by") == 1
    assert found.count("services.rule_never_taken") == 0
    assert found.count("services.way_untried") == 11


def test_a_rule_that_every_example_takes_could_be_no_rule() -> None:
    service = linked(
        "stall", ("      - {to: paying}\n", "      - {when: fee_iqd > 0, to: paying}\n      - {to: lapsed}\n")
    )
    assert "services.rule_never_passed_by" in unnoticed(service, "bread", "too-young")


def test_a_rule_that_no_example_takes_could_be_left_out() -> None:
    service = linked(
        "stall", ("      - {to: paying}\n", "      - {when: fee_iqd > 5000, to: lapsed}\n      - {to: paying}\n")
    )
    assert "services.rule_never_taken" in unnoticed(service, "bread", "too-young")


def test_more_mutants_than_can_be_tried_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutating, "MAX_MUTANTS", 3)
    assert "services.too_many" in unnoticed(stall(), "bread")


def test_a_table_that_cannot_be_proved_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "MAX_PIECES", 0)
    found = findings_of(changed("stall", ("[bread, 1..10, 250]", "[bread, 1..9, 250]")), "stall")
    assert codes(found) == ["services.table_too_involved"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("steps:\n", "steps:\n" + "".join(f"  more{one}: {{fields: {{}}}}\n" for one in range(40))),
        ("  received:\n    next:\n", "  received:\n    next:\n" + "      - {when: fee_iqd > 1, to: lapsed}\n" * 30),
        ("do: [{issue", "do: [" + "{notify: x}, " * 20 + "{issue"),
    ],
)
def test_every_list_has_a_maximum(old: str, new: str) -> None:
    assert "services.too_many" in codes(findings_of(changed("stall", (old, new)), "stall"))


def test_what_no_expression_gives_is_copied_from_a_field_of_its_type() -> None:
    card = "number: facts.card.number, holder: applicant.number, water: facts.card.water, holding: facts.card.holding"
    more = "governorate: facts.card.governorate, section: facts.card.section, valid_from: today, valid_until: today"
    for proof, found in (("facts.card.proof", []), ("facts.card.number", ["services.copy_type"])):
        record = f"      - {{record: farmer-cards, with: {{{card}, {more}, proof: {proof}}}}}\n"
        files = changed("season-plan", ("      - {notify: granted}\n", "      - {notify: granted}\n" + record))
        said = codes(findings_of(files, "season-plan"))
        assert [one for one in said if one == "services.copy_type"] == found


def test_a_fact_has_no_field_called_like_whether_there_is_one() -> None:
    folder = "institutions/town/registries/traders/"
    files = dict(folder_files(FOLDERS["stall"]))
    field = b"  since:  {type: date}\n  found:  {type: date, required: false}"
    files[f"{folder}registry.yaml"] = files[f"{folder}registry.yaml"].replace(b"  since:  {type: date}", field)
    for lang, word in (("ar", "وجد"), ("ckb", "دۆزراوە")):
        name = f"{folder}texts.{lang}.yaml"
        files[name] = files[name].replace(b"fields: {", f"fields: {{found: {word}, ".encode())
    assert "services.fact_found" in codes(findings_of(files, "stall"))


@pytest.mark.parametrize(
    "path",
    [
        "institutions/town/registries/traders/registry.yaml",
        "institutions/town/documents/permit/document.yaml",
        "catalogues/goods.yaml",
        "laws.yaml",
    ],
)
def test_a_service_says_nothing_about_what_cannot_be_read(path: str) -> None:
    files = {**folder_files(FOLDERS["stall"]), path: b"{"}
    assert findings_of(files, "stall") == []


def test_a_law_signed_by_hand_is_met_by_a_visit_on_every_way() -> None:
    forbidden = ("e_signature: allowed", "e_signature: forbidden")
    visit = (
        "    outcomes: {done: granted, short: refused}\n",
        "    outcomes: {done: visiting, short: refused}\n"
        "  visiting:\n    task: writer\n    visit: true\n    deadline: {within: 5 days, then: {to: lapsed}}\n"
        "    actions: {accept: {to: granted}}\n",
    )
    assert "services.no_visit" in codes(findings_of(changed("stall", forbidden), "stall"))
    assert "services.no_visit" not in codes(findings_of(changed("stall", forbidden, visit), "stall"))


def test_reviews_cosignatures_and_rounds_have_their_outcomes() -> None:
    reviews = ("  reserving:\n", "  looking:\n    waits: reviews\n    reviews: {by: [writer, mayor], join: all}\n"
               "    deadline: {within: 5 days, then: {to: lapsed}}\n"
               "    outcomes: {agreed: reserving, objected: refused}\n  reserving:\n")  # fmt: skip
    files = changed("stall", reviews, ("{paid: reserving}", "{paid: looking}"))
    assert set(codes(findings_of(files, "stall"))) <= {"definitions.text_missing", "services.example_differs"}
