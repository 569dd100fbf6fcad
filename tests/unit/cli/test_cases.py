"""`uruk case`: cases listed without anybody's data, and replayed act by act with each receipt checked."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import Result

from tests.unit.services.conftest import Office, _nothing_remembered, office, town
from tests.unit.services.samples import NUMBER
from tests.unit.services.test_auditing import readings
from uruk.kernel.api import new_id
from uruk.services.models import Case, CaseAct, PinnedService
from uruk.services.running.recording import act_id
from uruk.ui.api import case_number

__all__ = ["_nothing_remembered", "office", "town"]
Run = Callable[..., Result]
pytestmark = [pytest.mark.database, pytest.mark.usefixtures("served")]


@pytest.fixture
def typed(run: Run, office: Office) -> Run:
    """Type a command of cases of the institution."""

    def typed(command: str, *words: object) -> Result:
        return run("case", command, *words, "--institution", "interior", "--language", "en")

    return typed


def told(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_cases_are_listed_and_nothing_of_anybody_is_in_it(typed: Run, office: Office) -> None:
    first, second = office.submitted(), office.submitted(name="B2", area=50)
    listed = typed("list")
    assert listed.exit_code == 0 and str(first) in listed.stdout and str(second) in listed.stdout
    assert NUMBER not in listed.stdout and readings(office) == []
    (one,) = told(typed("list", "--state", "review", "--json"))
    assert (one["case"], one["turn"]) == (str(second), "task:registrar")
    assert typed("list", "--service", "canal", "--since", "2026-11-01", "--until", "2026-11-30").stdout == ""
    assert typed("list", "--since", "yesterday").exit_code == 2
    assert typed("list", "--after", "nonsense").exit_code == 2


def test_a_case_is_replayed_with_each_receipt_checked_and_the_person_finds_why(typed: Run, office: Office) -> None:
    case = office.submitted()
    found = typed("replay", case_number(case), "--purpose", "تدقيق")
    assert found.exit_code == 0, found.output  # cli.case_holds, cli.rules_held
    assert found.stdout.count("✓") == 7 and "All acts (7) are proved, and the rules give the same." in found.stdout
    assert "The rules as they were pinned" in found.stdout and "← facts.card" in found.stdout
    (reading,) = readings(office)
    assert reading.purpose == "تدقيق"
    shown = typed("show", case, "--purpose", "تدقيق")
    assert shown.exit_code == 0 and "← facts.card" not in shown.stdout and "granted: granted" in shown.stdout


def test_programs_read_one_act_a_line_with_its_receipt(typed: Run, office: Office) -> None:
    case = office.submitted()
    *acts, last = told(typed("replay", case, "--purpose", "x", "--json"))
    assert [one["seq"] for one in acts] == list(range(1, 8)) and all(one["holds"] for one in acts)
    assert json.loads(acts[0]["receipt"])["uruk"] == "receipt/1" and last["holds"] is True
    assert acts[2]["inputs"]["facts.card"]["source"] == "registry"


def test_what_was_altered_is_said_and_the_command_fails(typed: Run, office: Office) -> None:
    case = office.submitted()
    row = CaseAct.objects.get(pk=act_id(case, 3))
    CaseAct.objects.filter(pk=row.pk).update(content=(row.content or "").replace('"reserving"', '"granted"'))
    found = typed("replay", case, "--purpose", "x")
    assert found.exit_code == 1 and "services.act_altered" in found.stdout and "'granted' ≠ 'reserving'" in found.stdout
    assert "Of 7 acts some are not proved" in found.stdout  # cli.case_differs


def test_rules_that_are_not_those_of_the_case_are_said(typed: Run, office: Office) -> None:
    case = office.submitted()
    pin = PinnedService.objects.get(pk=Case.objects.get(pk=case).pin_id)
    PinnedService.objects.filter(pk=pin.pk).update(files={**pin.files, "laws.yaml": "uruk: laws/1\n"})
    found = typed("show", case, "--purpose", "x")
    assert found.exit_code == 1 and "are not those that the case names" in found.stdout  # cli.rules_differ


def test_a_consent_is_said_with_its_case(typed: Run, office: Office) -> None:
    case = office.submit(by=office.clerk, consent=office.consent())
    found = typed("show", case, "--purpose", "x")
    assert found.exit_code == 0 and "Consent (spoken, 2026-11-23T09:00:00Z): ✓" in found.stdout  # cli.consented


def test_without_a_purpose_or_a_case_nothing_is_shown(typed: Run, office: Office) -> None:
    case = office.submitted()
    refused = typed("replay", case)
    assert refused.exit_code == 1 and "services.purpose_missing" in refused.output
    for number in (str(new_id()), "0000-0000"):
        assert "services.case_unknown" in typed("show", number, "--purpose", "x").output
    assert readings(office) == []


def test_a_number_of_two_cases_lists_them(typed: Run, office: Office) -> None:
    first, second = office.submitted(), office.submitted(name="B2")
    Case.objects.filter(pk=second).update(number=first.hex[-8:])
    found = typed("show", case_number(first), "--purpose", "x")
    assert found.exit_code == 1 and "cli.cases_of_number" in found.output
    assert str(first) in found.stdout and str(second) in found.stdout and readings(office) == []
