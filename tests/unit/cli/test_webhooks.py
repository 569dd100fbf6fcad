"""Webhooks at the terminal: added, listed with what came of them, ended; the doctor says which one does not take."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import Result

from tests.unit.services.conftest import Office, _nothing_remembered, office
from tests.unit.services.webhooks.receiver import Receiver, receiving
from uruk.cli import examination_of_tables as tables
from uruk.services.api import list_webhooks
from uruk.services.models import Delivery

__all__ = ["_nothing_remembered", "office"]
Run = Callable[..., Result]
pytestmark = [pytest.mark.database, pytest.mark.usefixtures("served")]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def found_by_doctor() -> dict[str, str]:
    nobody: Any = None
    return {one.code: one.state for one in tables.examine_webhooks(nobody)}


def test_a_webhook_is_added_listed_and_ended(run: Run, office: Office, receiver: Receiver) -> None:
    assert found_by_doctor() == {}
    added = run("webhook", "add", "interior", receiver.url, "--service", "stall", "--event", "closed", "--json")
    (view,) = list_webhooks()
    assert json.loads(added.stdout) == {
        "id": str(view.id), "institution": "interior", "url": receiver.url, "services": ["stall"], "events": ["closed"],
    }  # fmt: skip
    assert run("webhook", "list").stdout.startswith(f"· {view.id}  interior: stall  closed")
    assert "HTTP 204" in run("webhook", "try", view.id).stdout
    (tried,) = receiver.came
    assert json.loads(tried.body)["events"] == ["test"] and "signature" in tried.headers
    assert list_webhooks()[0].last_at is None
    receiver.came.clear()
    office.submitted()
    assert len(receiver.came) == 1 and found_by_doctor() == {"cli.webhooks_well": "well"}
    listed = json.loads(run("webhook", "list", "--json").stdout)
    assert (listed["outcome"], listed["status"], listed["waiting"], listed["error"]) == ("taken", 204, 0, None)
    assert run("webhook", "end", view.id).exit_code == 0
    again = run("webhook", "end", view.id, "--language", "en")
    assert again.exit_code == 1 and "no webhook" in again.stderr  # services.webhook_unknown
    assert run("webhook", "list").stdout == ""


def test_one_that_does_not_take_is_shown_and_needs_a_person_once_it_has_tried_often(
    run: Run, office: Office, receiver: Receiver
) -> None:
    assert "*  submitted, moved, decided, closed" in run("webhook", "add", "interior", receiver.url).stdout
    receiver.answer = b"HTTP/1.1 500 Oh\r\n\r\n"
    office.submitted()
    assert found_by_doctor() == {"cli.webhook_failing": "note"}
    for minutes in (1, 2):
        office.clock.advance(timedelta(minutes=minutes))
        office.run()
    assert found_by_doctor() == {"cli.webhook_failing": "person"}
    listed = run("webhook", "list", "--language", "en").stdout
    tried = run("webhook", "try", list_webhooks()[0].id, "--language", "en")
    assert tried.exit_code == 1 and "did not take it" in tried.stderr
    assert listed.startswith("✗") and "The system did not take it." in listed and "Waiting: 3, given up: 0" in listed
    receiver.answer = b"HTTP/1.1 200 OK\r\n\r\n"
    Delivery.objects.filter(pk=Delivery.objects.earliest("id").pk).update(given_up_at=office.clock.now())
    office.clock.advance(timedelta(minutes=4))
    office.run()
    assert found_by_doctor() == {"cli.webhook_given_up": "person"}


def test_what_is_typed_wrong_is_said(run: Run, office: Office) -> None:
    for words, said in (
        (("http://example.org/",), "https"),  # services.webhook_url
        (("https://example.org/", "--event", "begun"), "begun"),  # services.webhook_event
        (("https://example.org/", "--service", "nothing"), "licence"),  # services.webhook_service
    ):
        refused = run("webhook", "add", "interior", *words, "--language", "en")
        assert refused.exit_code == 1 and said in refused.stderr


def test_a_token_names_services_beside_registries(run: Run, office: Office) -> None:
    made = run("token", "new", "interior", "registrar", "--service", "stall", "--name", "Licence desk", "--json")
    told = json.loads(made.stdout)
    assert (told["registries"], told["services"]) == ([], ["stall"])
    assert "registrar  stall" in run("token", "list").stdout
    wrong = run("token", "new", "interior", "registrar", "--service", "nothing", "--name", "x", "--language", "en")
    assert "canal" in wrong.stderr  # cli.service_not_in_force
    none = run("token", "new", "interior", "registrar", "--name", "x", "--language", "en")
    assert "from 1 to" in none.stderr  # people.program_registries
