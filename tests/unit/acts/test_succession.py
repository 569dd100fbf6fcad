"""A log is of one year; its next key is announced, and signs only when others have had time to hear of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.flows.exchange.country import Country
from tests.unit.acts.test_gateway_logs import gateway_writer, said
from uruk.acts import country as country_module
from uruk.acts import renewal, succession
from uruk.acts.api import (
    LOG_CLOSED,
    Deed,
    directory,
    follow_logs,
    gateway_generations,
    key_proposal,
    list_gateway_logs,
    log_terms,
    perform,
    renew_key,
)
from uruk.acts.models import Act, InstitutionKey
from uruk.acts.renewal import KEY_ANNOUNCED
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings
from uruk.trust.api import Receipt, parse_statement, public_checkpoint, verify_receipt

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The node has peers; the logs that the country's directory lists of it, which a test adds to."""
    found: set[str] = set()
    monkeypatch.setattr(succession, "has_peers", lambda: True)
    monkeypatch.setattr(renewal, "has_peers", lambda: True)
    monkeypatch.setattr(succession, "confirmed_origins", lambda: frozenset(found))
    return found


def act(institution: str) -> Receipt:
    deed = Deed(type="test.done", role="decided", author=institution, body={}, rows=lambda _: None)
    return perform(Actor.system(institution), deed)


def logs(institution: str, shard: int = 0) -> list[tuple[str, bool]]:
    """The generations that the directory lists, and whether each is retired."""
    found = directory().institution(institution).logs
    return [(log.origin[-1], log.retired_at is not None) for log in found if log.origin.split("/")[3] == str(shard)]


def last_said(kind: str) -> Any:
    row = Act.objects.filter(type=kind).order_by("id").last()
    assert row is not None
    return parse_statement(bytes(row.statement))


def test_a_log_closes_with_its_year_and_the_next_one_begins_with_what_became_of_it(
    institution: str, log: Any, clock: FixedClock, node: Settings
) -> None:
    last = act(institution)
    clock.set(NEW_YEAR - timedelta(seconds=1))
    assert follow_logs() == 0 and logs(institution) == [("1", False)]
    clock.set(NEW_YEAR)
    log.settle()
    assert follow_logs() == 1
    assert logs(institution) == [("1", True), ("2", False)]
    said = last_said(LOG_CLOSED)
    final = public_checkpoint(node.data / "public" / "log", "xx/interior/test/0/1")
    assert final is not None
    assert (said.body["origin"], said.body["size"], said.body["root"]) == (final.origin, final.size, final.root)
    assert said.body["next"] == "xx/interior/test/0/2"
    for receipt in (last, act(institution)):
        verify_receipt(receipt, directory(), author=institution)
    log.settle()
    assert follow_logs() == 0, "it is said once"


def test_before_the_year_ends_the_next_key_is_announced_and_listed_beside_the_present_one(
    institution: str, log: Any, clock: FixedClock, heard: set[str]
) -> None:
    act(institution)
    clock.set(NEW_YEAR - timedelta(days=15))
    follow_logs()
    assert logs(institution) == [("1", False)]
    clock.set(NEW_YEAR - timedelta(days=13))
    follow_logs()
    assert logs(institution) == [("1", False), ("2", False)], "both count"
    announced = last_said(KEY_ANNOUNCED)
    listed = InstitutionKey.objects.get(name="interior/log/2")
    assert announced.body["key"] == bytes(listed.public_key) and listed.takes_over_at == NEW_YEAR
    assert act(institution).origin.endswith("/0/1")
    follow_logs()
    assert logs(institution) == [("1", False), ("2", False)], "once"


def test_a_new_key_signs_when_the_country_has_listed_it_for_a_day_and_not_before(
    institution: str, log: Any, clock: FixedClock, heard: set[str]
) -> None:
    act(institution)
    change = renew_key(Actor.system(institution), institution, "log")
    assert (change.retired, change.renewed) == ("interior/log/1", "interior/log/2")
    assert change.takes_over_at == clock.now() + timedelta(hours=24)
    assert change.receipt.origin.endswith("/0/1"), "the log that ends says what follows it"
    clock.advance(timedelta(days=9))
    follow_logs()
    assert act(institution).origin.endswith("/0/1"), "nobody has heard of it: the authority was away"
    heard.add("xx/interior/test/0/2")
    follow_logs()
    clock.advance(timedelta(hours=23))
    follow_logs()
    assert act(institution).origin.endswith("/0/1")
    clock.advance(timedelta(hours=1))
    log.settle()
    follow_logs()
    assert act(institution).origin.endswith("/0/2")
    assert logs(institution) == [("1", True), ("2", False)]


def test_a_key_that_waits_is_named_again_and_two_persons_may_have_approved_it(
    institution: str, officer: Callable[..., Any], heard: set[str]
) -> None:
    act(institution)
    first, second = officer("registrar"), officer("registrar-head")
    proposal = key_proposal(institution, "log")
    approvals = [first.approve(proposal), second.approve(proposal)]
    change = renew_key(Actor.system(institution), institution, "log", approvals=approvals)
    assert change.two_persons and verify_receipt(change.receipt, directory()).two_persons
    again = renew_key(Actor.system(institution), institution, "log")
    assert (again.renewed, again.takes_over_at, again.two_persons) == (change.renewed, change.takes_over_at, True)


def test_a_lost_key_is_replaced_at_once_and_so_is_the_one_that_lay_beside_it(
    institution: str, clock: FixedClock, heard: set[str]
) -> None:
    act(institution)
    renew_key(Actor.system(institution), institution, "log")
    clock.advance(timedelta(minutes=1))
    change = renew_key(Actor.system(institution), institution, "log", compromised_since=clock.now())
    assert (change.renewed, change.receipt.origin) == ("interior/log/3", "xx/interior/test/0/3")
    listed = {log.origin[-1]: log for log in directory().institution(institution).logs if "/0/" in log.origin}
    assert listed["1"].compromised_since == listed["2"].compromised_since == clock.now()
    assert listed["2"].retired_at is not None and listed["3"].retired_at is None
    verify_receipt(act(institution), directory(), author=institution)


def test_the_gateway_is_told_to_follow_when_others_have_heard(
    institution: str, log: Any, clock: FixedClock, heard: set[str], node: Settings
) -> None:
    with gateway_writer(clock) as writer:
        said(writer, institution, clock)
        writer.settle()
        clock.set(NEW_YEAR - timedelta(days=10))
        follow_logs()
        assert logs(institution, 1) == [("1", False), ("2", False)]
        heard.add("xx/interior/test/1/2")
        follow_logs()
        clock.set(NEW_YEAR - timedelta(seconds=1))
        assert gateway_generations() == {institution: 1}
        clock.set(NEW_YEAR)
        assert gateway_generations() == {institution: 2}
        writer.renew(institution, 2)
        receipt = said(writer, institution, clock)
        writer.settle()
        list_gateway_logs()
        assert logs(institution, 1) == [("1", True), ("2", False)]
        assert receipt.origin == "xx/interior/test/1/2"
        verify_receipt(receipt, directory(), author=institution)
        assert follow_logs() == 1
        assert last_said(LOG_CLOSED).body["next"] == receipt.origin
        assert gateway_generations() == {institution: 2}


def test_a_gateways_key_is_renewed_and_declared_lost_like_the_others(
    institution: str, log: Any, clock: FixedClock, node: Settings
) -> None:
    with pytest.raises(CodedError) as empty:
        renew_key(Actor.system(institution), institution, "gateway")
    assert empty.value.code == "acts.log_empty"
    with gateway_writer(clock) as writer:
        before = said(writer, institution, clock)
        writer.settle()
        change = renew_key(Actor.system(institution), institution, "gateway")
        assert (change.retired, change.renewed) == ("interior/gateway/1", "interior/gateway/2")
        assert gateway_generations() == {institution: 2}
        clock.advance(timedelta(minutes=1))
        writer.renew(institution, 2)
        after = said(writer, institution, clock)
        writer.settle()
        list_gateway_logs()
        for receipt in (before, after):
            verify_receipt(receipt, directory(), author=institution)
        lost = renew_key(Actor.system(institution), institution, "gateway", compromised_since=clock.now())
        assert lost.renewed == "interior/gateway/3" and gateway_generations() == {institution: 3}
        with pytest.raises(CodedError) as refused:
            verify_receipt(after, directory(), author=institution)
        assert refused.value.code == "trust.log_compromised"


def test_without_the_identity_key_the_log_goes_on_and_its_term_says_so(
    institution: str, log: Any, clock: FixedClock, node: Settings
) -> None:
    act(institution)
    (node.data / "keys" / "interior" / "identity" / "1.pem").unlink()
    clock.set(NEW_YEAR + timedelta(days=8))
    log.settle()
    follow_logs()
    (term,) = log_terms()
    assert (term.origin, term.ends, term.next_key) == ("xx/interior/test/0/1", NEW_YEAR, "")
    assert logs(institution) == [("1", False)], "nothing was closed that could not be followed"
    assert act(institution).origin.endswith("/0/1")


def test_an_entry_that_the_authority_has_not_confirmed_was_heard_by_nobody(
    tmp_path: Path, node: Settings, monkeypatch: pytest.MonkeyPatch, institution: str
) -> None:
    country = Country(tmp_path / "country", {"test": ("interior",), "south": ("agriculture",)})
    monkeypatch.setattr(country_module, "directory_store", lambda: country.nodes["test"].directory)
    assert country_module.confirmed_origins() == frozenset() and not country_module.has_peers()
    country.publish()
    assert country_module.has_peers()
    assert country_module.confirmed_origins() == {"xx/interior/test/1/1"}
    country.nodes["test"].generations["interior"] = 2
    country.give([country.entry(country.nodes["test"])])
    assert country_module.confirmed_origins() == frozenset(), "the timestamp lists the entry before"
    country.give([country.timestamp(country.now)])
    assert country_module.confirmed_origins() == {"xx/interior/test/1/1", "xx/interior/test/1/2"}
