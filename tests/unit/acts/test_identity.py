"""A new identity key: announced, taken, and what the old one delegated goes on."""

from datetime import timedelta

import pytest

from uruk.acts.api import (
    announce_identity,
    complete_pending,
    directory,
    find_directory,
    identity_signers,
    institution_keys,
    key_proposal,
    key_store,
    perform,
    renew_key,
    take_identity,
    use_appender,
)
from uruk.acts.domain.deed import Deed
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings
from uruk.trust.api import Directory, Receipt, parse_statement, verify_receipt

from .test_renewal import Unreachable


def act(institution: str) -> Receipt:
    deed = Deed(type="test.done", role="decided", author=institution, body={}, rows=lambda _: None)
    return perform(Actor.system(institution), deed)


def announce(institution: str) -> str:
    return announce_identity(Actor.system(institution), institution).renewed


def take(institution: str) -> str | None:
    found = take_identity(Actor.system(institution), institution)
    return None if found is None else found.renewed


def refused(code: str, deed: object) -> None:
    with pytest.raises(CodedError) as found:
        deed()  # type: ignore[operator]
    assert found.value.code == code


def test_until_it_is_taken_the_present_key_counts_and_the_next_is_listed_beside_it(institution: str) -> None:
    before = directory().institution(institution)
    assert announce(institution) == "interior/identity/2"
    listed = Directory.parse(directory().to_json()).institution(institution)
    assert (listed.identity, listed.seals, listed.logs) == (before.identity, before.seals, before.logs)
    assert listed.next is not None and listed.next.key == identity_signers(institution)[1].public_key
    assert listed.is_under(before.identity) and listed.is_under(listed.next.key)
    assert institution_keys(institution).identity.public_key == before.identity


def test_the_next_key_delegates_every_key_that_the_institution_ever_had(institution: str, clock: FixedClock) -> None:
    earlier = act(institution)
    renew_key(Actor.system(institution), institution, "seal")
    announce(institution)
    clock.advance(timedelta(days=1))
    renew_key(Actor.system(institution), institution, "log")  # while it waits
    later = act(institution)
    before = directory()
    assert take(institution) == "interior/identity/2"
    found = Directory.parse(directory().to_json())
    now, was = found.institution(institution), before.institution(institution)
    assert was.next is not None and now.identity == was.next.key
    assert now.next is None
    assert [one.key for one in now.seals] == [one.key for one in was.seals]
    assert [one.delegation for one in now.logs] != [one.delegation for one in was.logs]
    for receipt in (earlier, later):
        verify_receipt(receipt, found, author=institution, at=clock.now())
    verify_receipt(earlier, find_directory(before.version), author=institution, at=clock.now())


def test_a_third_key_follows_the_second(institution: str) -> None:
    announce(institution)
    take(institution)
    renew_key(Actor.system(institution), institution, "seal")
    assert announce(institution) == "interior/identity/3"
    assert take(institution) == "interior/identity/3"
    found = Directory.parse(directory().to_json()).institution(institution)
    assert found.identity == identity_signers(institution)[0].public_key


def test_announcing_again_makes_no_other_key_and_taking_again_does_nothing(institution: str) -> None:
    first = announce_identity(Actor.system(institution), institution)
    assert announce_identity(Actor.system(institution), institution) == first
    assert take(institution) and take(institution) is None


def test_both_changes_are_acts_that_name_both_keys(institution: str) -> None:
    old = directory().institution(institution).identity
    announced = announce_identity(Actor.system(institution), institution)
    taken = take_identity(Actor.system(institution), institution)
    assert taken is not None
    for change, kind in ((announced, "key.announced"), (taken, "key.renewed")):
        said = parse_statement(change.receipt.statement)
        assert (said.type, said.body["use"], said.body["retired"]) == (kind, "identity", old)
        assert said.body["key"] == identity_signers(institution)[0].public_key


def test_two_persons_may_approve_the_announcement(institution: str, officer: object) -> None:
    first, second = officer("registrar"), officer("registrar-head")  # type: ignore[operator]
    proposal = key_proposal(institution, "identity")
    approvals = [first.approve(proposal), second.approve(proposal)]
    change = announce_identity(Actor.system(institution), institution, approvals)
    assert change.two_persons and announce_identity(Actor.system(institution), institution).two_persons
    assert verify_receipt(change.receipt, directory()).two_persons is True


def test_an_announcement_needs_the_key_that_announces(institution: str, node: Settings) -> None:
    kept = node.data / "keys" / institution / "identity" / "1.pem"
    kept.rename(node.data / "safe")
    refused("trust.key_missing", lambda: announce(institution))
    assert directory().institution(institution).next is None


def test_taking_needs_no_key_of_the_safe(institution: str, node: Settings) -> None:
    announce(institution)
    (node.data / "keys" / institution / "identity").rename(node.data / "safe")
    assert take(institution) == "interior/identity/2"
    assert Directory.parse(directory().to_json()).institution(institution).next is None
    refused("trust.key_missing", lambda: identity_signers(institution)[0])


def test_where_the_log_is_away_neither_step_is_half_done(institution: str, log: object) -> None:
    before = directory().institution(institution)
    lost = use_appender(Unreachable(log))
    refused("trust.log_unavailable", lambda: announce(institution))
    assert directory().institution(institution) == before
    use_appender(lost)
    assert announce(institution) == "interior/identity/2"
    use_appender(Unreachable(log))
    refused("trust.log_unavailable", lambda: take(institution))
    assert directory().institution(institution).identity == before.identity
    use_appender(lost)
    assert complete_pending() == (1, 0)
    assert directory().institution(institution).identity != before.identity
    assert "interior/identity/3" not in key_store().names()
