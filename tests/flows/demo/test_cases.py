"""The cases of the demonstration: from what a citizen asks to the paper that two officers signed, and who read what."""

from typing import Any

import pytest

from tests.demonstration import Demonstration
from uruk.trust.api import Receipt

GRANTED, REFUSED, WAITING = "plan-of-sarhang", "plan-of-ali", "plan-of-noor"


def steps_of(demonstration: Demonstration, case: str, *names: str) -> list[dict[str, Any]]:
    """The lines of a case, in order; of these steps alone where some are named."""
    return [one for one in demonstration.steps if one.get("case") == case and (not names or one["step"] in names)]


def test_facts_come_from_the_institutions_that_hold_them_those_of_others_over_the_exchange(
    demonstration: Demonstration,
) -> None:
    """One on another node, one on the same: both are asked the same way."""
    found = {one["fact"]: (one["from"], one["over"]) for one in steps_of(demonstration, GRANTED, "fact")}
    assert found["person"] == ("interior", "exchange")
    assert found["left"] == ("water-resources", "exchange")
    assert found["card"] == found["season"] == ("agriculture", "registry")


def test_rules_give_a_case_to_an_officer_who_sends_it_back_and_accepts_it_when_it_was_mended(
    demonstration: Demonstration,
) -> None:
    moved = [(one["moved_by"], one["to"], one.get("by")) for one in steps_of(demonstration, GRANTED, "moved")]
    assert moved == [
        ("next.1", "review", None),
        ("send_back", "correcting", "nasreen"),
        ("resubmit", "received", "sarhang"),
        ("next.1", "review", None),
        ("accept", "accepted", "nasreen"),
        ("next.0", "capping", None),
        ("done", "watering", None),
        ("next.1", "reserving", None),
        ("done", "granted", None),
    ]


def test_capacity_is_reserved_at_another_institution_and_each_effect_is_done_once(demonstration: Demonstration) -> None:
    effects = [(one["effect"], one["came"]) for one in steps_of(demonstration, GRANTED, "effect")]
    assert effects == [
        ("reserve plan-caps", "done"),
        ("reserve water-resources/quotas", "done"),
        ("record season-plans", "done"),
        ("issue plan-certificate", "waiting"),
        ("issue plan-certificate", "done"),
        ("notify granted", "done"),
    ]


def test_the_certificate_is_signed_by_one_officer_released_by_another_and_verified(
    demonstration: Demonstration,
) -> None:
    papers = [one for one in demonstration.steps if one.get("document") == GRANTED]
    assert [one["step"] for one in papers] == ["signed", "released", "verified", "checked", "read-offline"]
    assert [one["officer"] for one in papers[:2]] == ["nasreen", "rawand"]
    assert [one["exit"] for one in papers[2:]] == [0, 0, 0]


def test_the_citizen_is_told_and_sees_where_the_case_ended(demonstration: Demonstration) -> None:
    (decided,), (notice,) = (steps_of(demonstration, GRANTED, name) for name in ("decided", "notice"))
    assert decided["state"] == "granted" and decided["url"].endswith(f"/ar/cases/{decided['id']}/")
    assert notice["sentence"] and notice["url"].endswith("/ar/notices/")


def test_a_refused_case_says_by_which_rule_and_article_and_until_when_one_may_appeal(
    demonstration: Demonstration,
) -> None:
    (decided,) = steps_of(demonstration, REFUSED, "decided")
    assert decided["state"] == "refused"
    assert decided["laws"] == {"irrigation": "season-plan/2"}
    assert "القمح" in decided["reasons"]["irrigation"] and decided["appeal_until"]
    assert [one["to"] for one in steps_of(demonstration, REFUSED, "moved")] == ["refused"]


@pytest.mark.parametrize(("person", "holders"), [("sarhang", {"interior", "agriculture"}), ("ali", {"interior"})])
def test_the_applicant_finds_the_reads_that_the_case_caused_with_receipts_of_who_holds_the_data(
    demonstration: Demonstration, person: str, holders: set[str]
) -> None:
    """Interior was asked by the service; officers of the service's own institution looked at the case."""
    found = [one for one in demonstration.step("reading", "interior") if one["person"] == person]
    assert {one["holder"] for one in found} >= holders
    for one in found:
        assert Receipt.parse(one["receipt"]).origin.split("/")[1] == one["holder"]
    asked = next(one for one in found if one["holder"] == "interior")
    assert asked["law"] == "season-plan/1" and asked["reader"]


def test_with_a_node_stopped_the_case_says_for_whom_it_waits_by_name(demonstration: Demonstration) -> None:
    (waiting,) = steps_of(demonstration, WAITING, "waiting")
    assert (waiting["waits_for"], waiting["sentence"]) == (["interior"], "وزارة الداخلية")


def test_a_farmer_card_is_signed_after_the_field_check_and_renewed_without_one(demonstration: Demonstration) -> None:
    moved = [(one["to"], one.get("by")) for one in steps_of(demonstration, "card-of-maryam", "moved")]
    assert moved == [("field_check", None), ("measured", "hanan"), ("granted", None)]
    assert [one["to"] for one in steps_of(demonstration, "card-of-noor", "moved")] == ["renewed"]
    for case in ("card-of-maryam", "card-of-noor"):
        papers = [one for one in demonstration.steps if one.get("document") == case]
        assert [one["step"] for one in papers] == ["signed", "released", "verified", "checked", "read-offline"]


def test_a_case_is_left_in_the_middle_for_whoever_tries_the_demonstration(demonstration: Demonstration) -> None:
    (decided,) = steps_of(demonstration, "card-of-ali", "decided")
    assert decided["state"] == "field_check"
