"""What happens when two things happen at once, when the log is away for a while, or when the clock is set back."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.documents.samples import VALUES, scanned_letter
from uruk.acts.api import complete_pending, receipt_of, run_due_jobs, use_appender
from uruk.documents import api as documents
from uruk.documents import drafting, proposing
from uruk.documents.domain.proposal import Proposal
from uruk.documents.models import Document, Revocation
from uruk.kernel.api import CodedError, FixedClock

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
OTHER = VALUES | {"name": "اسم آخر"}


def code_of(call: Any, *args: Any) -> str:
    with pytest.raises(CodedError) as caught:
        call(*args)
    return caught.value.code


class Away:
    """A log that cannot be reached."""

    def check_space(self) -> None:
        """Say nothing against it."""

    def append(self, *_: object) -> None:
        """Answer nothing."""
        raise CodedError("trust.log_unavailable")


def name_in(body: bytes) -> Any:
    return Proposal.from_bytes(body).fields["name"]


def test_a_letter_changed_while_it_is_submitted_stays_as_it_was_signed(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, real = office.letter(), drafting.intake_pdf

    def submitted_meanwhile(data: bytes, limits: Any) -> Any:
        office.submit(draft)
        return real(data, limits)

    monkeypatch.setattr(drafting, "intake_pdf", submitted_meanwhile)
    values = {"subject": "موضوع آخر"}
    assert code_of(documents.update_draft, office.registrar.actor, draft.id, values, scanned_letter("كتاب آخر")) == (
        "documents.draft_closed"
    )
    assert documents.original(office.head.actor, draft.id) == scanned_letter()
    assert documents.get_draft(office.head.actor, draft.id).values == draft.values


def test_what_is_proposed_is_the_draft_as_it_is_now(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, real = office.draft(), proposing.open_type

    def changed_meanwhile(institution: str, code: str) -> Any:
        monkeypatch.setattr(proposing, "open_type", real)
        documents.update_draft(office.registrar.actor, draft.id, OTHER)
        return real(institution, code)

    monkeypatch.setattr(proposing, "open_type", changed_meanwhile)
    assert name_in(documents.proposal(office.registrar.actor, draft.id)) == OTHER["name"]


def test_a_draft_submitted_meanwhile_is_not_proposed_again(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, real = office.draft(), proposing.open_type

    def submitted_meanwhile(institution: str, code: str) -> Any:
        monkeypatch.setattr(proposing, "open_type", real)
        office.submit(draft)
        return real(institution, code)

    monkeypatch.setattr(proposing, "open_type", submitted_meanwhile)
    assert code_of(documents.proposal, office.registrar.actor, draft.id) == "documents.draft_closed"
    assert documents.get_draft(office.registrar.actor, draft.id).state == "submitted"


def test_with_the_clock_set_back_a_changed_draft_is_still_proposed_anew(office: Any, clock: FixedClock) -> None:
    draft, actor = office.draft(), office.registrar.actor
    documents.proposal(actor, draft.id)
    clock.advance(timedelta(minutes=-1))
    documents.update_draft(actor, draft.id, OTHER)
    assert name_in(documents.proposal(actor, draft.id)) == OTHER["name"]


def test_a_release_repeated_while_the_log_is_away_shows_no_document(office: Any) -> None:
    draft = office.draft()
    office.submit(draft)
    log = use_appender(Away())
    assert code_of(office.release, draft) == "trust.log_unavailable"
    assert code_of(office.release, draft) == "trust.log_unavailable"
    use_appender(log)
    made = office.release(draft)
    assert receipt_of(made.act) is not None
    assert Document.objects.count() == 1


def test_a_revocation_that_waited_for_the_log_is_published_with_its_receipt(office: Any) -> None:
    document = office.issue()
    run_due_jobs()
    log = use_appender(Away())
    assert code_of(documents.revoke, office.head.actor, document.id, "error", "") == "trust.log_unavailable"
    run_due_jobs()
    use_appender(log)
    assert Revocation.objects.exists()
    complete_pending()
    run_due_jobs()
    checked = documents.check_number(document.number, document.check_code, "portal")
    assert checked.verdict.code == "trust.document_revoked"
