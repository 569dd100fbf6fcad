"""Keys that are renewed or lost: what was signed with the old one, and what everybody is told of it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.fixtures import Officer
from uruk.acts.api import (
    KeyChange,
    complete_pending,
    directory,
    institution_keys,
    key_proposal,
    perform,
    receipt_of,
    renew_key,
    timestamp_checkpoints,
    use_appender,
)
from uruk.acts.domain.deed import Deed
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings
from uruk.trust.api import QrPayload, Receipt, Verdict, make_qr, parse_statement, verify_qr, verify_receipt


def act(institution: str) -> Receipt:
    return perform(
        Actor.system(institution),
        Deed(type="test.done", role="decided", author=institution, body={}, rows=lambda _: None),
    )


def renew(institution: str, use: str, **how: object) -> KeyChange:
    return renew_key(Actor.system(institution), institution, use, **how)


def code_of(institution: str, clock: FixedClock) -> str:
    """The text of a QR that the institution's seal key of the moment made."""
    payload = QrPayload(institution, 1, bytes(16), clock.now().date(), None, 2026, 7, {1: "زينب"})
    return make_qr(payload, institution_keys(institution).seal, directory().host).url


def judged(code: str, clock: FixedClock) -> Verdict:
    return verify_qr(code, directory(), (), clock.now())


def test_a_renewed_seal_key_signs_from_now_on_and_the_old_one_stays_listed(institution: str, clock: FixedClock) -> None:
    old = institution_keys(institution).seal.key_id
    clock.advance(timedelta(days=1))
    change = renew(institution, "seal")
    first, second = directory().institution(institution).seals
    assert (first.kid, first.retired_at) == (old, clock.now())
    assert (second.kid, second.start) == (institution_keys(institution).seal.key_id, clock.now())
    assert (change.retired, change.renewed) == ("interior/seal/1", "interior/seal/2")
    assert second.certificate == institution_keys(institution).certificate


def test_what_a_seal_key_signed_before_it_was_renewed_still_counts(institution: str, clock: FixedClock) -> None:
    before = code_of(institution, clock)
    clock.advance(timedelta(days=2))
    renew(institution, "seal")
    after = code_of(institution, clock)
    assert judged(before, clock).code == judged(after, clock).code == "trust.type_unlisted"


def test_a_code_that_a_retired_seal_key_makes_afterwards_is_refused(institution: str, clock: FixedClock) -> None:
    stolen = institution_keys(institution).seal
    renew(institution, "seal")
    clock.advance(timedelta(days=2))
    payload = QrPayload(institution, 1, bytes(16), clock.now().date(), None, 2026, 7, {1: "زينب"})
    verdict = judged(make_qr(payload, stolen, directory().host).url, clock)
    assert (verdict.exit, verdict.code) == (1, "trust.seal_retired")


def test_a_renewed_log_key_opens_the_next_log_whose_first_entry_says_so(institution: str, clock: FixedClock) -> None:
    earlier = act(institution)
    clock.advance(timedelta(seconds=1))
    change = renew(institution, "log")
    later = act(institution)
    assert earlier.origin.endswith("/0/1") and later.origin.endswith("/0/2")
    assert (change.receipt.origin, change.receipt.index) == (later.origin, 0)
    for receipt in (earlier, change.receipt, later):
        verify_receipt(receipt, directory(), author=institution, at=clock.now())


def test_an_act_of_the_very_second_in_which_its_log_was_closed_still_counts(institution: str) -> None:
    earlier = act(institution)
    renew(institution, "log")
    verify_receipt(earlier, directory(), author=institution)


def test_a_log_without_an_entry_needs_no_new_key(institution: str) -> None:
    with pytest.raises(CodedError) as refused:
        renew(institution, "log")
    assert refused.value.code == "acts.log_empty"


def test_after_a_compromise_a_code_of_the_lost_key_is_refused(institution: str, clock: FixedClock) -> None:
    code = code_of(institution, clock)
    clock.advance(timedelta(days=1))
    renew(institution, "seal", compromised_since=clock.now() - timedelta(hours=3))
    verdict = judged(code, clock)
    assert (verdict.exit, verdict.code) == (1, "trust.seal_compromised")
    proved = verify_qr(code, directory(), (), clock.now(), proved_at=clock.now() - timedelta(hours=4))
    assert proved.code == "trust.type_unlisted"


def test_after_a_compromise_a_receipt_without_a_timestamp_proves_nothing(institution: str, clock: FixedClock) -> None:
    receipt = act(institution)
    clock.advance(timedelta(days=1))
    change = renew(institution, "log", compromised_since=clock.now() - timedelta(hours=1))
    with pytest.raises(CodedError) as refused:
        verify_receipt(receipt, directory(), author=institution)
    assert refused.value.code == "trust.log_compromised"
    verify_receipt(change.receipt, directory(), type="key.compromised", role="published", author=institution)


def test_after_a_compromise_a_receipt_timestamped_before_it_still_proves(
    institution: str, clock: FixedClock, log: object
) -> None:
    first = act(institution)
    log.settle()
    timestamp_checkpoints()
    stamped_at = clock.now()
    clock.advance(timedelta(days=1))
    second = act(institution)
    log.settle()
    timestamp_checkpoints()
    clock.advance(timedelta(hours=1))
    renew(institution, "log", compromised_since=stamped_at + timedelta(hours=1))
    found = verify_receipt(stamped(first), directory(), author=institution)
    assert (found.grade, found.proved_at) == ("timestamped", stamped_at)
    with pytest.raises(CodedError) as refused:
        verify_receipt(stamped(second), directory(), author=institution)
    assert refused.value.code == "trust.log_compromised"


def stamped(receipt: Receipt) -> Receipt:
    found = receipt_of(parse_statement(receipt.statement).act)
    assert found is not None and found.grade == "timestamped"
    return found


def test_a_key_is_not_compromised_in_the_future(institution: str, clock: FixedClock) -> None:
    with pytest.raises(CodedError) as refused:
        renew(institution, "seal", compromised_since=clock.now() + timedelta(seconds=1))
    assert refused.value.code == "acts.moment_in_future"


def test_without_approvals_the_node_did_it_and_not_two_persons(institution: str) -> None:
    change = renew(institution, "seal")
    assert change.two_persons is False
    assert verify_receipt(change.receipt, directory()).two_persons is False


def test_two_persons_may_approve_the_very_key_that_comes(institution: str, officer: Callable[..., Officer]) -> None:
    first, second = officer("registrar"), officer("registrar-head")
    proposal = key_proposal(institution, "seal")
    approvals = [first.approve(proposal), second.approve(proposal)]
    change = renew(institution, "seal", approvals=approvals)
    assert change.two_persons is True
    assert verify_receipt(change.receipt, directory(), type="key.renewed").two_persons is True
    assert parse_statement(change.receipt.statement).body["key"] == institution_keys(institution).seal.spki


def test_the_approvals_of_one_person_are_not_two_persons(institution: str, officer: Callable[..., Officer]) -> None:
    one = officer("registrar")
    proposal = key_proposal(institution, "seal")
    with pytest.raises(CodedError) as refused:
        renew(institution, "seal", approvals=[one.approve(proposal), one.approve(proposal)])
    assert refused.value.code == "acts.not_two_persons"
    assert len(directory().institution(institution).seals) == 1


def test_approvals_of_another_change_do_not_count(institution: str, officer: Callable[..., Officer]) -> None:
    first, second = officer("registrar"), officer("registrar-head")
    proposal = key_proposal(institution, "log")
    with pytest.raises(CodedError) as refused:
        renew(institution, "seal", approvals=[first.approve(proposal), second.approve(proposal)])
    assert refused.value.code == "acts.not_two_persons"


class Unreachable:
    """The log, of which only the appending fails."""

    def __init__(self, log: object) -> None:
        self._log = log

    def __getattr__(self, name: str) -> object:
        return getattr(self._log, name)

    def append(self, *_: object) -> Receipt:
        raise CodedError("trust.log_unavailable")


def test_a_key_whose_act_is_pending_is_neither_listed_nor_used(institution: str, log: object) -> None:
    before = use_appender(Unreachable(log))
    with pytest.raises(CodedError):
        renew(institution, "seal")
    (only,) = directory().institution(institution).seals
    assert only.retired_at is None and institution_keys(institution).seal.key_id == only.kid
    use_appender(before)
    assert complete_pending() == (1, 0)
    first, second = directory().institution(institution).seals
    assert first.retired_at is not None and institution_keys(institution).seal.key_id == second.kid


def test_an_unknown_institution_has_no_keys_to_renew(institution: str) -> None:
    with pytest.raises(CodedError) as refused:
        renew("elsewhere", "seal")
    assert refused.value.code == "acts.institution_unknown"


def test_dates_of_documents_are_days_so_both_keys_count_on_the_day_of_renewal(
    institution: str, clock: FixedClock
) -> None:
    before = code_of(institution, clock)
    clock.advance(timedelta(hours=1))
    renew(institution, "seal")
    after = code_of(institution, clock)
    assert clock.now().date() == date(2026, 11, 23)
    assert judged(before, clock).code == judged(after, clock).code == "trust.type_unlisted"


def test_an_institution_seals_and_logs_while_its_identity_key_is_in_the_safe(
    institution: str, node: Settings, clock: FixedClock
) -> None:
    kept = next((node.data / "keys" / institution / "identity").iterdir())
    safe = kept.rename(node.data / "safe")
    assert judged(code_of(institution, clock), clock).code == "trust.type_unlisted"
    verify_receipt(act(institution), directory(), author=institution)
    with pytest.raises(CodedError) as refused:
        renew(institution, "seal")
    assert refused.value.code == "trust.key_missing"
    safe.rename(kept)
    assert renew(institution, "seal").renewed == "interior/seal/2"
