"""What a restored log lost is said by the node at once, and approved by two persons after it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fixtures import Officer
from tests.unit.acts.test_breaks import Broken, listed
from uruk.acts.api import directory, find_statement, publish_breaks, receipt_of, said_breaks, use_appender
from uruk.kernel.api import LANGUAGES, Actor, CodedError
from uruk.people import offices
from uruk.publishing.api import (
    approve_proposal,
    open_proposals,
    proposal_options,
    propose,
    propose_breaks,
    refuse_proposal,
)
from uruk.trust.api import verify_receipt

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def broken(transactional_db: None, institution: str, log: Any) -> Iterator[Broken]:
    """The institution's log has lost two entries, and the node has said so."""
    listed(institution, log)
    found = Broken(log, institution)
    before = use_appender(found)
    assert publish_breaks() == 1
    yield found
    use_appender(before)


@pytest.fixture
def heads(officer: Any) -> Iterator[tuple[Officer, Officer]]:
    """Two heads of the institution; heads may decide for it."""
    offices.tell_rights(lambda _, role: {"approve-agreements"} if role == "head" else set())
    yield officer("head"), officer("head")


def test_two_persons_approve_what_a_log_lost(broken: Broken, heads: tuple[Officer, Officer], institution: str) -> None:
    assert [propose_breaks(), propose_breaks()] == [1, 0]
    (proposal,) = open_proposals(heads[0].actor)
    for lang in LANGUAGES:
        read = " ".join(line.value.get(lang) for line in proposal.summary.lines)
        assert broken.broken.origin in read and "3" in read and "2" in read
    for one in heads:
        found = approve_proposal(one.actor, proposal.id, one.passkey.get(proposal_options(one.actor, proposal.id)))
    assert found.state == "carried_out" and found.act is not None
    said = find_statement(found.act)
    assert said is not None
    assert (said.type, said.role) == ("log.broken", "decided")
    assert {**said.body} == {**broken.broken.body()}
    receipt = receipt_of(found.act)
    assert receipt is not None
    proved = verify_receipt(receipt, directory(), type="log.broken", role="decided", author=institution)
    assert proved.two_persons is True
    assert propose_breaks() == 0


def test_what_a_person_refused_to_approve_is_not_proposed_again(broken: Broken, heads: tuple[Officer, Officer]) -> None:
    propose_breaks()
    (proposal,) = open_proposals(heads[0].actor)
    refuse_proposal(heads[0].actor, proposal.id, "the copy was put back on purpose, see the minutes")
    assert propose_breaks() == 0


def test_nothing_is_approved_that_the_node_has_not_said(broken: Broken, institution: str) -> None:
    (said,) = said_breaks()
    assert (said.institution, said.origin) == (institution, broken.broken.origin)
    for changed in ({"known_size": 4}, {"origin": "xx/interior/test/0/8"}):
        with pytest.raises(CodedError) as refused:
            propose(Actor.system(None), "log-break", dict(said.body) | changed, institution)
        assert refused.value.code == "publishing.break_unknown"
