"""Examples: what each is played with, and what must come of it."""

import datetime

from tests.unit.services.domain.samples import TODAY, changed, codes, examples_of, findings_of, season_plan
from uruk.services.domain.ground import AWAY, NOTHING
from uruk.services.domain.trying.trying import differs, try_example


def test_an_example_takes_over_from_another_and_changes_single_values() -> None:
    found = examples_of(season_plan())
    first, other = found["wheat-by-sprinkler"], found["wheat-by-flood"]
    assert first.course.answers["crops"] == [{"crop": "wheat", "irrigation": "sprinkler", "area_m2": 25000}]
    assert other.course.answers["crops"] == [{"crop": "wheat", "irrigation": "flood", "area_m2": 25000}]
    assert first.course.ground.today == TODAY
    assert found["register-is-away"].course.ground.facts["person"] is AWAY
    assert found["no-card"].course.ground.facts["card"] is NOTHING
    assert found["sent-back-and-mended"].course.outcomes["review"] == ("send_back", "accept")


def test_there_are_at_least_twelve_for_the_season_plan() -> None:
    assert len(examples_of(season_plan())) >= 12


def test_every_example_of_ours_comes_out_as_it_must() -> None:
    service = season_plan()
    assert [
        (example.name, wrong)
        for example in examples_of(service).values()
        for wrong in differs(example, try_example(service, example))
    ] == []


def test_a_difference_says_what_was_expected_and_what_came() -> None:
    edit = ("expect: {closed: lapsed}}", "expect: {closed: granted, deadline: 2026-11-10}}")
    files = changed("stall", edit, file="examples.yaml")
    assert codes(findings_of(files, "stall")) == ["services.example_differs"] * 2


def test_an_expression_that_ends_in_an_error_is_a_difference() -> None:
    files = changed("stall", ('is: "sum(answers.places.map(row, row.area_m2))"', "is: 1 / (answers.places.size() - 1)"))
    found = codes(findings_of(files, "stall"))
    assert set(found) == {"services.example_differs"}


def test_an_error_is_expected_by_field_and_code() -> None:
    old = "expect: {error: {field: places, code: too_many}}"
    files = changed("stall", (old, "expect: {error: {field: places, code: too_few}}"), file="examples.yaml")
    assert codes(findings_of(files, "stall")) == ["services.example_differs"]
    files = changed("stall", (old, "expect: {state: received}"), file="examples.yaml")
    assert codes(findings_of(files, "stall")) == ["services.example_not_submitted"]


def test_what_hinders_every_example_is_said_once() -> None:
    files = changed("stall", ("      stall:   {", "      shade: {type: yes_no}\n      stall:   {"))
    found = codes(findings_of(files, "stall"))
    assert found.count("services.example_not_submitted") < 8 and "services.example_differs" not in found


def test_an_example_may_be_of_somebody_who_applied_before_the_day_on_which_rules_run() -> None:
    found = examples_of(season_plan())["register-was-slow"].course.ground
    assert (found.applied_on, found.today) == (TODAY, TODAY + datetime.timedelta(days=5))
    edit = ("today: 2026-10-20", "today: 2026-10-14")
    assert codes(findings_of(changed("season-plan", edit, file="examples.yaml"), "season-plan")) == [
        "services.example_applied"
    ]
