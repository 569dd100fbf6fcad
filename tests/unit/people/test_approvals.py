from collections.abc import Callable
from datetime import timedelta

import pytest

from uruk.acts.api import directory
from uruk.kernel.api import Actor, CodedError, FixedClock
from uruk.people.api import approval_options, approve, different_persons, end_office, offices
from uruk.trust.api import cbor


def proposal(institution: str = "interior", number: int = 1) -> bytes:
    return cbor.encode({"uruk": "document/1", "institution": institution, "number": number})


def code_of(refused: pytest.ExceptionInfo[CodedError]) -> str:
    return refused.value.code


def test_two_officers_approve_one_proposal(officer: Callable) -> None:
    first, second = officer("registrar"), officer("registrar-head")
    approvals = first.approve(proposal()), second.approve(proposal())
    assert different_persons(*approvals)
    assert [approval.role for approval in approvals] == ["registrar", "registrar-head"]


def test_two_passkeys_of_one_officer_are_one_person(officer: Callable, passkey: Callable) -> None:
    one = officer()
    spare = passkey(one.person)
    again = approve(one.person, "registrar", proposal(), spare.get(approval_options(one.person, proposal())))
    assert not different_persons(one.approve(proposal()), again)


def test_an_assertion_over_one_proposal_approves_no_other(officer: Callable) -> None:
    one = officer()
    answer = one.passkey.get(approval_options(one.person, proposal(number=1)))
    with pytest.raises(CodedError) as refused:
        approve(one.person, "registrar", proposal(number=2), answer)
    assert code_of(refused) == "people.passkey_refused"


def test_an_assertion_approves_once(officer: Callable) -> None:
    one = officer()
    answer = one.passkey.get(approval_options(one.person, proposal()))
    approve(one.person, "registrar", proposal(), answer)
    with pytest.raises(CodedError) as refused:
        approve(one.person, "registrar", proposal(), answer)
    assert code_of(refused) == "people.passkey_counter"


def test_an_assertion_without_a_counter_approves_once(officer: Callable) -> None:
    one = officer()
    one.passkey.count = -1
    answer = one.passkey.get(approval_options(one.person, proposal()))
    approve(one.person, "registrar", proposal(), answer)
    with pytest.raises(CodedError) as refused:
        approve(one.person, "registrar", proposal(), answer)
    assert code_of(refused) == "people.assertion_used"


def test_a_counter_that_goes_back_is_refused(officer: Callable) -> None:
    one = officer()
    one.passkey.count = 7
    one.approve(proposal())
    one.passkey.count = 3
    with pytest.raises(CodedError) as refused:
        one.approve(proposal(number=2))
    assert code_of(refused) == "people.passkey_counter"


def test_another_persons_passkey_is_refused(officer: Callable) -> None:
    one, other = officer(), officer()
    answer = other.passkey.get(approval_options(other.person, proposal()))
    with pytest.raises(CodedError) as refused:
        approve(one.person, "registrar", proposal(), answer)
    assert code_of(refused) == "people.passkey_refused"


def test_an_assertion_made_for_another_origin_is_refused(officer: Callable) -> None:
    one = officer()
    answer = one.passkey.get(approval_options(one.person, proposal()), origin="http://evil.example")
    with pytest.raises(CodedError) as refused:
        approve(one.person, "registrar", proposal(), answer)
    assert code_of(refused) == "people.passkey_refused"


@pytest.mark.parametrize("answer", [{}, {"id": "x"}, {"rawId": "!", "response": {}}, {"response": None}])
def test_a_malformed_answer_is_refused(officer: Callable, answer: dict) -> None:
    with pytest.raises(CodedError) as refused:
        approve(officer().person, "registrar", proposal(), answer)
    assert code_of(refused) == "people.passkey_refused"


def test_a_role_not_held_approves_nothing(officer: Callable) -> None:
    one = officer("registrar")
    answer = one.passkey.get(approval_options(one.person, proposal()))
    with pytest.raises(CodedError) as refused:
        approve(one.person, "registrar-head", proposal(), answer)
    assert code_of(refused) == "people.role_not_held"


def test_an_officer_approves_nothing_for_another_institution(officer: Callable) -> None:
    one = officer()
    answer = one.passkey.get(approval_options(one.person, proposal("education")))
    with pytest.raises(CodedError) as refused:
        approve(one.person, "registrar", proposal("education"), answer)
    assert code_of(refused) == "people.role_not_held"


def test_an_office_that_ended_approves_nothing(officer: Callable, clock: FixedClock) -> None:
    one = officer()
    (office,) = offices(one.person)
    end_office(Actor.system("interior"), office.act_id, clock.now() + timedelta(hours=1))
    assert one.approve(proposal())
    clock.advance(timedelta(hours=1))
    with pytest.raises(CodedError) as refused:
        one.approve(proposal(number=2))
    assert code_of(refused) == "people.role_not_held"


def test_a_proposal_that_names_no_institution_is_refused(officer: Callable) -> None:
    with pytest.raises(CodedError) as refused:
        approve(officer().person, "registrar", cbor.encode({"number": 1}), {})
    assert code_of(refused) == "people.proposal_malformed"


def test_a_person_without_a_passkey_is_told_so(citizen: Callable) -> None:
    with pytest.raises(CodedError) as refused:
        approval_options(citizen().person, proposal())
    assert code_of(refused) == "people.passkey_missing"


def test_keys_json_lists_who_may_approve_by_role_and_period(officer: Callable, clock: FixedClock) -> None:
    one = officer("registrar-head")
    (entry,) = directory().institution("interior").approvers
    assert (entry.key, entry.role) == (one.approve(proposal()).key_digest, "registrar-head")
    (office,) = offices(one.person)
    end_office(Actor.system("interior"), office.act_id, clock.now() + timedelta(days=1))
    (ended,) = directory().institution("interior").approvers
    assert ended.until == clock.now() + timedelta(days=1)
