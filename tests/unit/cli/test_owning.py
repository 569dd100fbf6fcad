"""`uruk diff` and `uruk service numbers`: what changes in a definition, and how a service goes, at the terminal."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import Result

from tests.architecture.source import ROOT
from tests.unit.services.conftest import Office, _nothing_remembered, office
from tests.unit.services.tasks import refuse
from tests.unit.services.test_owning import NODE, copies, draft, owners
from uruk.kernel.api import error_sentence
from uruk.publishing.api import find_draft, in_force
from uruk.publishing.publication import publish_definition

__all__ = ["_nothing_remembered", "office", "owners"]
pytestmark = pytest.mark.django_db(transaction=True)
Run = Callable[..., Result]
STALL = ("service", "interior/stall")


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.output.splitlines() if line.startswith("{")]


def test_what_changes_is_told_from_what_is_in_force_to_the_draft_and_between_versions(
    office: Office, served: None, run: Run
) -> None:
    assert run("diff", *STALL).exit_code == 1, "there is no draft"
    before = in_force("service", "interior", "stall").digest.hex()
    draft(("within: 10 working days", "within: 5 working days"))
    told = run("diff", *STALL, "--language", "en")
    assert told.exit_code == 0 and "5 working days" in told.output and "10 working days" in told.output
    assert "٥ أيام عمل" in run("diff", *STALL, "--language", "ar").output
    said = lines(run("diff", *STALL, "--language", "en", "--json"))
    assert len(said) == 3 and all(one["what"] and one["change"] for one in said)
    office.clock.advance(timedelta(minutes=1))
    publish_definition(NODE, find_draft("service", "interior", "stall"))
    after = in_force("service", "interior", "stall").digest.hex()
    assert "5 working days" in run("diff", *STALL, "--old", before, "--new", after, "--language", "en").output
    back = run("diff", *STALL, "--old", after, "--new", before, "--language", "en").output
    assert "10 working days\u2069 (was" in back
    assert run("diff", *STALL, "--old", before, "--new", before).output.strip().endswith(": 0")


@pytest.mark.parametrize("digest", ["zz", "00" * 32, ""])
def test_a_version_that_never_was_is_said_not_to_be_known(office: Office, served: None, run: Run, digest: str) -> None:
    other = digest or in_force("service", "interior", "canal").digest.hex()
    assert run("diff", *STALL, "--old", other, "--new", other).exit_code == 1
    gone = run("diff", *STALL, "--folder", str(ROOT / "tests/countries/minimal"), "--language", "en")
    said = error_sentence("cli.definition_unknown", "en", {"definition": "service interior/stall"})
    assert gone.exit_code == 1 and said in gone.output


def test_numbers_of_a_service_name_nobody_and_leave_out_what_is_few(owners: Office, served: None, run: Run) -> None:
    copies(owners.submitted(), 11, lasted_h=3)
    refuse(owners)
    assert "99" not in run("service", "numbers", "interior/stall", "--language", "en").output.split("granted")[0]
    found = lines(run("service", "numbers", "interior/stall", "--json"))
    assert {"part": "lasted", "median_h": 3, "ninth_decile_h": 3} in found
    assert not any(one.get("what") == "refused" for one in found)
    copies(refuse(owners), 6)
    said = run("service", "numbers", "interior/stall", "--language", "en").output
    assert "granted" in said and "refused" in said and "½" in said
    assert run("service", "numbers", "interior/stall", "--since", "2026-05", "--until", "2026-01").exit_code == 1
    assert run("service", "numbers", "interior/none").exit_code == 1
