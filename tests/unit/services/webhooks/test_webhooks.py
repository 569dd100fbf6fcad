"""Systems of an institution are told what becomes of its cases: signed, in order, once, and nobody's name."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from tests.architecture.source import ROOT
from tests.unit.services.conftest import Office, refused
from tests.unit.services.samples import NUMBER
from tests.unit.services.tasks import refuse
from tests.unit.services.webhooks.receiver import Received, Receiver
from uruk.acts.api import directory, emit, failed_jobs, find_statement, receipt_of
from uruk.acts.models import Job
from uruk.kernel.api import Actor
from uruk.services.api import add_webhook, end_webhook, list_webhooks
from uruk.services.models import Delivery, Webhook
from uruk.services.webhooks import sending

pytestmark = pytest.mark.database
SYSTEM = Actor.system("interior")
PAGE = ROOT / "docs" / "services-api.md"


def event_of(office: Office, receiver: Receiver, came: Received, **changed: Any) -> dict[str, Any]:
    """What the receiver of docs/services-api.md makes of a request, with keys.json."""
    known: dict[str, Any] = {}
    (example,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    exec(compile(example, str(PAGE), "exec"), known)  # the page's own example
    keys = json.loads(directory().to_json())
    said = {"url": receiver.url, "headers": came.headers, "body": came.body, "institution": "interior"}
    found: dict[str, Any] = known["event_of"](**{**said, **changed}, keys=keys, now=office.clock.now().timestamp())
    return found


def events(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in receiver.came]


def only() -> Any:
    (one,) = list_webhooks()
    return one


def test_whoever_is_told_of_a_case_can_check_it_with_keys_json_and_nothing_of_ours(
    office: Office, receiver: Receiver
) -> None:
    hook = add_webhook(SYSTEM, "interior", receiver.url)
    case = office.submitted()
    told = [event_of(office, receiver, one) for one in receiver.came]
    assert [one["events"] for one in told] == [["submitted"], ["moved"], ["moved", "decided", "closed"]]
    assert [one["state"] for one in told] == ["received", "reserving", "granted"]
    assert [one["seq"] for one in told] == sorted(one["seq"] for one in told)
    last = told[-1]
    assert (last["case"], last["webhook"], last["closed"]) == (str(case), str(hook.id), "granted")
    receipt = receipt_of(last["event"])
    assert receipt is not None and last["receipt"] == {"log": receipt.origin, "number": receipt.index}
    assert not any(NUMBER.encode() in one.body or b"A1" in one.body for one in receiver.came)
    assert (only().waiting, only().last_status, only().failing_since) == (0, 204, None)


def test_a_webhook_that_was_changed_on_the_way_or_sent_elsewhere_is_refused(office: Office, receiver: Receiver) -> None:
    add_webhook(SYSTEM, "interior", receiver.url, events=("submitted",))
    office.submitted()
    (came,) = receiver.came
    assert event_of(office, receiver, came)["events"] == ["submitted"]
    with pytest.raises(InvalidSignature):
        event_of(office, receiver, came, url=receiver.url + "&more")
    other = {**came.headers, "signature": came.headers["signature"].replace("uruk=:", "uruk=:AA")}
    with pytest.raises((InvalidSignature, ValueError)):
        event_of(office, receiver, came, headers=other)
    with pytest.raises(ValueError, match="not this body"):
        event_of(office, receiver, came, body=came.body + b" ")
    with pytest.raises(KeyError):
        event_of(office, receiver, came, institution="nobody")
    with pytest.raises(ValueError, match="no key"):
        event_of(office, receiver, came, institution="town")
    office.clock.advance(timedelta(minutes=6))
    with pytest.raises(ValueError, match="too long ago"):
        event_of(office, receiver, came)


def test_only_what_is_wanted_is_told_and_an_ended_webhook_is_told_nothing(office: Office, receiver: Receiver) -> None:
    add_webhook(SYSTEM, "interior", receiver.url + "&a", ["stall"], ["decided"])
    add_webhook(SYSTEM, "interior", receiver.url + "&b", ["licence"])
    gone = add_webhook(SYSTEM, "interior", receiver.url + "&c")
    add_webhook(Actor.system("town"), "town", receiver.url + "&d")
    receipt = end_webhook(SYSTEM, gone.id)
    assert find_statement(gone.id) is not None and receipt.index
    refuse(office)
    assert [(one.path[-1], json.loads(one.body)["closed"]) for one in receiver.came] == [("a", "refused")]
    with refused("services.webhook_unknown"):
        end_webhook(SYSTEM, gone.id)


def test_an_answer_that_is_none_is_tried_again_in_order_and_with_the_same_ids(
    office: Office, receiver: Receiver
) -> None:
    add_webhook(SYSTEM, "interior", receiver.url)
    receiver.answer = b"HTTP/1.1 500 Oh\r\n\r\n"
    office.submitted()
    assert len(receiver.came) == 1  # what comes after waits for it
    hook = only()
    assert (hook.last_error, hook.last_status, hook.tries) == ("services.webhook_refused", 500, 1)
    assert hook.waiting == 3 and hook.failing_since == office.clock.now()
    for minutes in (1, 2, 4):
        office.clock.advance(timedelta(minutes=minutes, seconds=-1))
        office.run()
        before = len(receiver.came)
        office.clock.advance(timedelta(seconds=1))
        office.run()
        assert len(receiver.came) == before + 1
    receiver.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    office.clock.advance(timedelta(minutes=8))
    office.run()
    ids = [one["event"] for one in events(receiver)]
    assert len(set(ids)) == 3 and ids[:5] == [ids[0]] * 5
    assert len({one.body for one in receiver.came}) == 3
    assert (only().waiting, only().failing_since, only().tries, only().last_error) == (0, None, 0, "")
    assert failed_jobs() == ()


def test_what_nobody_takes_for_three_days_is_given_up_and_said(office: Office, receiver: Receiver) -> None:
    add_webhook(SYSTEM, "interior", receiver.url, events=("submitted",))
    receiver.answer = b"HTTP/1.1 302 There\r\nLocation: /elsewhere\r\n\r\n"
    office.submitted()
    for _ in range(74):
        office.clock.advance(timedelta(hours=1))
        office.run()
    assert (only().waiting, only().given_up, only().last_error) == (0, 1, "services.webhook_redirects")
    assert {one.path for one in receiver.came} == {"/hook?of=cases"}
    count = len(receiver.came)
    office.clock.advance(timedelta(hours=2))
    office.run()
    assert len(receiver.came) == count
    office.clock.advance(timedelta(days=31))
    emit("node.hourly", {}, key="later")
    office.run()
    assert not Delivery.objects.exists()


def test_killed_between_sending_and_noting_it_is_sent_once_more_under_the_same_id(
    office: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: Any) -> None:
        raise Killed

    add_webhook(SYSTEM, "interior", receiver.url, events=("submitted", "closed"))
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_taken", killed)
        # Who is killed notes nothing any more, not even that it is no longer at it.
        patched.setattr(sending, "_leave", lambda hook: None)
        office.submit()
        with pytest.raises(Killed):
            office.run()
    office.run()
    assert len(receiver.came) == 1 and only().waiting == 2
    office.clock.advance(timedelta(minutes=11))
    office.run()
    ids = [one["event"] for one in events(receiver)]
    assert ids[0] == ids[1] and len(set(ids)) == 2 and only().waiting == 0


def test_of_two_workers_one_sends_and_what_comes_meanwhile_is_sent_as_well(
    office: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = add_webhook(SYSTEM, "interior", receiver.url, events=("submitted",))
    post, nested = sending.post, []

    def posting(*words: Any) -> int:
        if not nested:
            nested.append(office.submit(changed={"name": "A2"}))
            sending.tell_webhook({"webhook": str(hook.id)})  # the other worker
            assert len(receiver.came) == 0
        return post(*words)

    monkeypatch.setattr(sending, "post", posting)
    first = office.submit()
    office.run()
    assert [one["case"] for one in events(receiver)] == [str(first), str(nested[0])]


def test_a_slow_receiver_is_sent_to_in_jobs_of_its_own_so_that_others_come_between(
    office: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = add_webhook(SYSTEM, "interior", receiver.url, events=("submitted",))
    monkeypatch.setattr(sending, "BUDGET_S", -1)
    cases = [office.submit(changed={"name": f"N{number}"}) for number in range(3)]
    for count in (1, 2, 3):
        sending.tell_webhook({"webhook": str(hook.id)})
        assert len(receiver.came) == count
    assert [one["case"] for one in events(receiver)] == [str(one) for one in cases]
    assert Job.objects.filter(name=sending.TELL_WEBHOOK, key__contains=":after:").count() == 3


def test_a_key_that_is_away_is_waited_for_as_a_receiver_is(
    office: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uruk.kernel.api import CodedError

    def away(_: str) -> Any:
        raise CodedError("trust.key_missing", name="interior/seal/1")

    add_webhook(SYSTEM, "interior", receiver.url, events=("submitted",))
    with monkeypatch.context() as patched:
        patched.setattr(sending, "institution_keys", away)
        office.submit()
        office.run()
    assert only().last_error == "trust.key_missing" and not receiver.came
    office.clock.advance(timedelta(minutes=1))
    office.run()
    assert len(receiver.came) == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"url": "http://example.org/"}, "services.webhook_url"),
        ({"events": ["begun"]}, "services.webhook_event"),
        ({"events": []}, "services.webhook_event"),
        ({"services": ["nothing"]}, "services.webhook_service"),
    ],
)
def test_what_is_no_webhook_is_not_added(office: Office, changed: Any, code: str) -> None:
    with refused(code):
        add_webhook(SYSTEM, "interior", **{"url": "https://example.org/", **changed})
    assert not Webhook.objects.exists()


def test_an_institution_has_no_more_than_twenty(office: Office) -> None:
    for number in range(20):
        add_webhook(SYSTEM, "interior", f"https://example.org/{number}")
    with refused("services.webhook_many"):
        add_webhook(SYSTEM, "interior", "https://example.org/")


def test_a_case_that_is_forgotten_takes_what_was_told_of_it_along(office: Office, receiver: Receiver) -> None:
    from uruk.services.models import Case

    add_webhook(SYSTEM, "interior", receiver.url)
    case = office.submitted()
    assert Delivery.objects.filter(case=case).exists()
    names = {one.related_model.__name__ for one in Case._meta.related_objects}
    assert "Delivery" in names
