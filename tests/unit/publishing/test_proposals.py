"""What two persons decide: proposed once, approved by two, carried out as one act of the institution."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.fixtures import Officer
from uruk.acts.api import directory, find_statement, receipt_of, use_appender
from uruk.kernel.api import Actor, CodedError, Text
from uruk.people import offices
from uruk.publishing import decisions
from uruk.publishing.api import (
    Decided,
    Decision,
    Line,
    ProposalView,
    Summary,
    approve_proposal,
    closed_proposals,
    contribute_decision,
    find_decided,
    finish_proposals,
    get_proposal,
    open_proposals,
    proposal_options,
    propose,
    refuse_proposal,
    withdraw_proposals,
)
from uruk.trust.api import Receipt, verify_receipt

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NODE = Actor.system(None)
BODY = {"bridge": "north", "lanes": 2}


class Bridges:
    """A decision of the test's own: whether a bridge is opened."""

    def __init__(self) -> None:
        self.opened: list[tuple[UUID, Decided]] = []
        self.told: list[Receipt] = []
        self.swept_away = False

    def check(self, institution: str, body: Any, attachment: bytes) -> None:
        if self.swept_away:
            raise CodedError("publishing.not_in_force", code=body["bridge"])

    def summary(self, institution: str, body: Any, attachment: bytes) -> Summary:
        name = str(body["bridge"])
        return Summary(Text("جسر", "پرد", "Bridge"), (Line(Text("اسم", "ناو", "Name"), Text(name, name, name)),))

    def rows(self, act_id: UUID, decided: Decided) -> None:
        self.opened.append((act_id, decided))

    def after(self, decided: Decided, receipt: Receipt) -> None:
        self.told.append(receipt)


@pytest.fixture
def bridges(transactional_db: None) -> Iterator[Bridges]:
    """The decision, and the right to it for heads and deputies."""
    before = dict(decisions._DECISIONS)
    found = Bridges()
    contribute_decision(
        Decision(
            "bridge", "open-bridges", "bridge.opened", "decided", found.check, found.summary, found.rows, found.after
        )
    )
    offices.tell_rights(lambda _, role: {"open-bridges"} if role in {"head", "deputy"} else set())
    yield found
    decisions._DECISIONS.clear()
    decisions._DECISIONS.update(before)


@pytest.fixture
def head(officer: Callable[..., Officer], bridges: Bridges) -> Officer:
    """An officer with the right."""
    return officer("head")


@pytest.fixture
def deputy(officer: Callable[..., Officer], bridges: Bridges) -> Officer:
    """Another officer with the right."""
    return officer("deputy")


def sign(officer: Officer, proposal: ProposalView) -> ProposalView:
    options = proposal_options(officer.actor, proposal.id)
    return approve_proposal(officer.actor, proposal.id, officer.passkey.get(options))


def refusal(deed: Callable[[], object]) -> str:
    with pytest.raises(CodedError) as caught:
        deed()
    return caught.value.code


def test_the_second_persons_approval_carries_a_proposal_out_with_a_receipt_that_says_two_persons(
    head: Officer, deputy: Officer, bridges: Bridges
) -> None:
    proposal = propose(NODE, "bridge", BODY, "interior", b"the plan of the bridge")
    assert proposal.summary.title.en == "Bridge"
    once = sign(head, proposal)
    assert (once.state, [each.person for each in once.approvals]) == ("open", [head.person])
    assert bridges.opened == []
    done = sign(deputy, proposal)
    assert done.state == "carried_out"
    receipt = receipt_of(done.act)
    found = verify_receipt(receipt, directory(), type="bridge.opened", role="decided", author="interior")
    assert found.two_persons
    assert found.statement.body["lanes"] == 2
    assert len(found.statement.body["attachment"]) == 32
    ((act, decided),) = bridges.opened
    assert (act, decided.attachment, len(decided.approvals)) == (done.act, b"the plan of the bridge", 2)
    assert [each.statement for each in bridges.told] == [receipt.statement]
    assert find_decided(done.act) == decided
    assert find_decided(uuid4()) is None


def test_one_person_is_not_two_whatever_office_or_passkey_they_use(head: Officer, bridges: Bridges) -> None:
    proposal = propose(head.actor, "bridge", BODY, "interior")
    sign(head, proposal)
    assert refusal(lambda: sign(head, proposal)) == "publishing.approved_already"
    from uruk.people.api import approve
    from uruk.publishing.proposals import _add

    row_bytes = _bytes(proposal.id)
    again = approve(head.person, "head", row_bytes, head.passkey.get(_options(head, row_bytes)))
    assert refusal(lambda: _add(_row(proposal.id), head.actor, again)) == "publishing.approved_already"
    assert bridges.opened == []


def test_two_approvals_that_no_verifier_would_count_carry_nothing_out(
    head: Officer, deputy: Officer, bridges: Bridges
) -> None:
    from uruk.publishing.models import ProposalApproval

    proposal = propose(NODE, "bridge", BODY, "interior")
    sign(head, proposal)
    ProposalApproval.objects.update(approval=_of_another_proposal(head))
    assert refusal(lambda: sign(deputy, proposal)) == "publishing.not_two_persons"
    assert finish_proposals() == 0
    assert get_proposal(head.actor, proposal.id).state == "approved"
    assert bridges.opened == []
    assert refuse_proposal(head.actor, proposal.id, "start anew").state == "refused"


def test_the_same_thing_is_proposed_once_while_it_waits(head: Officer) -> None:
    first = propose(NODE, "bridge", BODY, "interior")
    assert propose(head.actor, "bridge", BODY, "interior").id == first.id
    assert propose(head.actor, "bridge", BODY | {"lanes": 4}, "interior").id != first.id
    assert len(open_proposals(head.actor)) == 2
    refuse_proposal(head.actor, first.id, "too narrow")
    assert propose(NODE, "bridge", BODY, "interior").id != first.id


def test_a_refused_proposal_is_closed_and_says_why(head: Officer, deputy: Officer) -> None:
    proposal = propose(NODE, "bridge", BODY, "interior")
    assert refusal(lambda: refuse_proposal(head.actor, proposal.id, " ")) == "publishing.reason_missing"
    assert refuse_proposal(head.actor, proposal.id, "no money").reason == "no money"
    assert refusal(lambda: sign(deputy, proposal)) == "publishing.proposal_closed"
    assert refusal(lambda: refuse_proposal(deputy.actor, proposal.id, "again")) == "publishing.proposal_closed"
    assert open_proposals(head.actor) == ()
    assert [each.state for each in closed_proposals(head.actor)] == ["refused"]


def test_a_proposal_whose_ground_is_gone_cannot_be_approved_and_says_so(head: Officer, bridges: Bridges) -> None:
    proposal = propose(NODE, "bridge", BODY, "interior")
    bridges.swept_away = True
    assert refusal(lambda: sign(head, proposal)) == "publishing.not_in_force"
    assert get_proposal(head.actor, proposal.id).hindrance.code == "publishing.not_in_force"
    assert refusal(lambda: propose(NODE, "bridge", BODY | {"lanes": 9}, "interior")) == "publishing.not_in_force"
    assert withdraw_proposals("bridge", "interior", "the river rose", bridge="south") == 0
    assert withdraw_proposals("bridge", "interior", "the river rose", bridge="north") == 1
    assert open_proposals(head.actor) == ()


def test_an_office_without_the_right_sees_and_decides_nothing(head: Officer, officer: Callable[..., Officer]) -> None:
    clerk, proposal = officer("clerk"), propose(NODE, "bridge", BODY, "interior")
    assert open_proposals(clerk.actor) == closed_proposals(clerk.actor) == ()
    assert refusal(lambda: propose(clerk.actor, "bridge", BODY, "interior")) == "people.right_missing"
    assert refusal(lambda: get_proposal(clerk.actor, proposal.id)) == "people.right_missing"
    assert refusal(lambda: proposal_options(clerk.actor, proposal.id)) == "people.right_missing"
    assert refusal(lambda: refuse_proposal(clerk.actor, proposal.id, "no")) == "people.right_missing"
    assert refusal(lambda: approve_proposal(clerk.actor, proposal.id, {})) == "people.right_missing"


def test_another_institutions_officer_sees_and_decides_nothing(head: Officer, officer: Callable[..., Officer]) -> None:
    from tests.fixtures import make_institution

    stranger = officer("head", institution=make_institution("town"))
    proposal = propose(NODE, "bridge", BODY, "interior")
    assert open_proposals(stranger.actor) == ()
    assert refusal(lambda: get_proposal(stranger.actor, proposal.id)) == "publishing.proposal_unknown"
    assert refusal(lambda: propose(stranger.actor, "bridge", BODY, "interior")) == "publishing.proposal_unknown"
    visitor = Actor.anonymous("portal")
    assert refusal(lambda: propose(visitor, "bridge", BODY, "interior")) == "people.role_not_held"


def test_a_kind_that_no_room_contributed_is_not_proposed(head: Officer) -> None:
    assert refusal(lambda: propose(NODE, "tunnel", BODY, "interior")) == "publishing.decision_unknown"


def test_what_nobody_could_read_before_signing_is_not_proposed(head: Officer) -> None:
    long = {"bridge": "n" * 300_000}
    assert refusal(lambda: propose(NODE, "bridge", long, "interior")) == "publishing.proposal_too_large"
    with pytest.raises(ValueError, match="own words"):
        propose(NODE, "bridge", {"bridge": "x", "institution": "town"}, "interior")


def test_what_two_persons_approved_is_carried_out_by_the_round_if_the_log_was_away(
    head: Officer, deputy: Officer, bridges: Bridges, log: Any
) -> None:
    class Away:
        def check_space(self) -> None:
            raise CodedError("trust.disk_low", free=1)

    proposal = propose(NODE, "bridge", BODY, "interior")
    sign(head, proposal)
    use_appender(Away())
    assert refusal(lambda: sign(deputy, proposal)) == "trust.disk_low"
    assert get_proposal(deputy.actor, proposal.id).state == "approved"
    assert finish_proposals() == 0
    use_appender(log)
    assert finish_proposals() == 1
    done = get_proposal(deputy.actor, proposal.id)
    assert done.state == "carried_out"
    assert find_statement(done.act).type == "bridge.opened"
    assert finish_proposals() == 0
    assert len(bridges.opened) == 1


def _row(proposal: UUID) -> Any:
    from uruk.publishing.models import Proposal

    return Proposal.objects.get(pk=proposal)


def _bytes(proposal: UUID) -> bytes:
    return bytes(_row(proposal).body)


def _options(officer: Officer, proposal: bytes) -> Any:
    from uruk.people.api import approval_options

    return approval_options(officer.person, proposal)


def _of_another_proposal(officer: Officer) -> bytes:
    from uruk.trust.api import cbor

    other = propose(officer.actor, "bridge", {"bridge": "south"}, "interior")
    return cbor.encode(officer.approve(_bytes(other.id)).to_map())
