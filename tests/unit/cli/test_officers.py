"""Officers at the terminal: appointed with a first password, listed, their offices ended."""

import json
from collections.abc import Callable

import pytest
from typer.testing import Result

from tests.unit.documents.conftest import Office
from tests.unit.people.browser import Browser
from uruk.acts.api import directory
from uruk.kernel.api import CodedError, FixedClock, error_sentence
from uruk.people.api import begin_passkey, begin_totp, change_password, sign_in
from uruk.people.models import Person

Run = Callable[..., Result]
pytestmark = pytest.mark.usefixtures("served", "office")


def add(run: Run, *words: str, role: str = "registrar") -> Result:
    return run("officer", "add", "sara.rashid", "--institution", "interior", "--role", role, *words)


def listed(run: Run) -> list[dict[str, str]]:
    found = [json.loads(line) for line in run("officer", "list", "--json").stdout.splitlines()]
    return [view for view in found if view["officer"] == "sara.rashid"]


def test_a_new_officer_gets_a_first_password_that_is_shown_once(run: Run) -> None:
    told = json.loads(add(run, "--json").stdout)
    assert Person.objects.get(officer_name="sara.rashid").check_password(told["password"])
    again = json.loads(add(run, "--json", role="head").stdout)
    assert again["password"] is None


def test_a_first_password_opens_nothing_until_it_is_changed(run: Run) -> None:
    given = json.loads(add(run, "--json").stdout)["password"]
    browser = Browser()
    assert browser.call(sign_in, "sara.rashid", given).step == "signed_in"
    for door in (begin_passkey, begin_totp):
        with pytest.raises(CodedError) as refused:
            browser.call(door)
        assert refused.value.code == "people.first_password"
    browser.call(change_password, given, "a password that only Sara knows")
    assert browser.call(begin_passkey)["publicKey"]["user"]


def test_the_password_is_told_in_a_sentence(run: Run) -> None:
    told = add(run, "--language", "ar")
    sentence = error_sentence("cli.first_password", "ar", {"password": ""})
    assert told.exit_code == 0 and sentence.split(":")[0] in told.stdout


def test_an_office_is_held_from_its_first_to_the_end_of_its_last_day(run: Run, clock: FixedClock) -> None:
    add(run, "--from", "2026-11-01", "--until", "2027-01-31", "--name-ar", "سارة رشيد", "--name-ckb", "سارا ڕەشید")
    (view,) = listed(run)
    assert (view["since"], view["until"]) == ("2026-10-31T21:00:00Z", "2027-01-31T21:00:00Z")
    assert (
        "interior  registrar  sara.rashid  سارا ڕەشید  2026-11-01–2027-01-31"
        in run("officer", "list", "--language", "ckb").stdout
    )


def test_an_office_that_ended_is_no_longer_listed_and_its_passkeys_no_longer_count(run: Run, office: Office) -> None:
    before = len([each for each in directory().institution("interior").approvers if each.until is None])
    told = run("officer", "end", "officer.1", "--institution", "interior", "--role", "registrar")
    assert told.exit_code == 0
    assert "officer.1" not in run("officer", "list").stdout
    after = [each for each in directory().institution("interior").approvers if each.until is None]
    assert len(after) == before - 1


def test_the_end_of_an_office_is_an_act_with_a_receipt(run: Run) -> None:
    told = run("officer", "end", "officer.2", "--institution", "interior", "--role", "head", "--json")
    assert json.loads(json.loads(told.stdout)["receipt"])["uruk"] == "receipt/1"


def test_an_office_that_nobody_holds_cannot_end(run: Run) -> None:
    told = run("officer", "end", "nobody", "--institution", "interior", "--role", "head")
    assert told.exit_code == 1 and "people.office_unknown" in told.stderr


def test_a_role_that_the_institution_does_not_have_is_refused_with_those_it_has(run: Run) -> None:
    told = add(run, role="king")
    assert told.exit_code == 1 and "cli.role_unknown" in told.stderr
    assert "clerk, head, registrar" in told.stderr


def test_an_unknown_institution_is_refused(run: Run) -> None:
    told = run("officer", "add", "sara.rashid", "--institution", "elsewhere", "--role", "head")
    assert told.exit_code == 1 and "cli.institution_unknown" in told.stderr


def test_a_day_that_is_none_is_refused(run: Run) -> None:
    told = add(run, "--from", "tomorrow")
    assert told.exit_code == 1 and "cli.not_a_day" in told.stderr
    assert not Person.objects.filter(officer_name="sara.rashid").exists()
