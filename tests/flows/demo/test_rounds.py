"""The round of the demonstration: a course from its call to its certificate, computed again by whoever wants to."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.demonstration import ROOT, Demonstration, environment

SEATS = ("seat-of-maryam", "seat-of-noor", "seat-of-ali", "seat-of-sarhang")


def moves_of(demonstration: Demonstration, case: str) -> list[str]:
    """The states that a case came through."""
    return [one["to"] for one in demonstration.step("moved") if one["case"] == case]


def published(demonstration: Demonstration) -> Path:
    """The file of the round, as the node publishes it."""
    (ranked,) = demonstration.step("ranked")
    return Path(ranked["path"])


def test_women_and_age_come_from_the_civil_register_and_nobody_types_them(demonstration: Demonstration) -> None:
    asked = [one for one in demonstration.step("fact") if one["case"] in SEATS and one["fact"] == "person"]
    assert {(one["case"], one["from"], one["over"]) for one in asked} == {(c, "interior", "exchange") for c in SEATS}


def test_two_persons_close_the_call_and_the_kept_seat_goes_past_a_man_to_the_next_woman(
    demonstration: Demonstration,
) -> None:
    (closed,), (ranked,) = demonstration.step("closed"), demonstration.step("ranked")
    assert closed["officers"] == ["omed", "sahar"]
    assert (ranked["entries"], ranked["places"], ranked["placed"], ranked["waiting"]) == (4, 2, 2, 2)
    came = {case: moves_of(demonstration, case) for case in SEATS}
    assert came["seat-of-maryam"] == ["checking", "ranked", "offered", "withdrawn"]
    assert came["seat-of-ali"] == ["checking", "ranked", "listed", "refused"]
    assert came["seat-of-noor"][2:] == ["listed", "offered", "enrolled", "attendance", "counted", "absent"]
    assert came["seat-of-sarhang"][2:] == ["offered", "enrolled", "attendance", "counted", "exam", "graded", "granted"]


def test_the_round_is_computed_again_from_its_file_by_us_and_by_a_program_that_shares_nothing_with_ours(
    demonstration: Demonstration,
) -> None:
    file, keys = published(demonstration), demonstration.public("agriculture") / "keys.json"
    folder = demonstration.data / "agriculture" / "directory" / "members"
    members = str(max(folder.iterdir(), key=lambda path: int(path.stem)))
    (again,) = demonstration.step("computed-again")
    assert again["passed"] == [[3, 4]]
    ours = ["uruk", "round", "verify", str(file), "--keys", str(keys), "--json"]
    theirs = [sys.executable, str(ROOT / "tests/independent/round.py"), str(keys), str(file), members]
    first, second = (
        subprocess.run(one, check=False, capture_output=True, text=True, timeout=60, env=environment())
        for one in (ours, theirs)
    )
    assert first.returncode == 0, first.stdout + first.stderr
    assert json.loads(first.stdout)["two_persons"] is True
    assert second.returncode == 0, second.stdout + second.stderr


def test_who_attended_and_passed_has_a_sealed_certificate_and_who_did_not_is_told_the_number(
    demonstration: Demonstration,
) -> None:
    papers = [one for one in demonstration.steps if one.get("document") == "seat-of-sarhang"]
    assert [one["step"] for one in papers][:4] == ["signed", "released", "verified", "checked"]
    told: dict[str, Any] = {one["case"]: one for one in demonstration.step("decided") if one["case"] in SEATS}
    assert all("laws" not in one for one in told.values()), (
        "no condition failed: that the call is over now is no reason"
    )
    assert "٢٠" in told["seat-of-noor"]["sentence"] and "٨٠" in told["seat-of-noor"]["sentence"]


def test_a_second_person_reads_the_code_of_the_farmers_certificate_without_a_network_and_that_is_the_end(
    demonstration: Demonstration,
) -> None:
    cases = [one for one in demonstration.steps if one["step"] in {"decided", "who-read", "read-offline"}]
    last = [(one["step"], one.get("case") or one.get("document") or one.get("person")) for one in cases[-3:]]
    assert last == [("decided", "plan-of-sarhang"), ("who-read", "sarhang"), ("read-offline", "plan-of-sarhang")]
    assert cases[-1]["exit"] == 0


def test_every_step_says_when_it_was_and_no_node_is_ever_ahead_of_the_machine_or_goes_back(
    demonstration: Demonstration,
) -> None:
    played = datetime.fromisoformat(demonstration.steps[-1]["at"])
    for node in demonstration.nodes:
        moments = [datetime.fromisoformat(one["at"]) for one in demonstration.steps if one.get("node") == node]
        assert moments == sorted(moments) and moments[-1] <= played
        assert (played - moments[0]).days in {20, 21}
