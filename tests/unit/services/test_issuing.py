"""Documents that a case issues and revokes: prepared once, signed by two officers, refused, withdrawn, taken back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.unit.documents.test_races import Away
from tests.unit.services.conftest import Office, refused
from tests.unit.services.tasks import supervise
from uruk.acts.api import use_appender
from uruk.documents import api as documents
from uruk.documents.models import Draft, Preparation
from uruk.kernel.api import Actor
from uruk.notices.api import my_notices
from uruk.people.api import appoint
from uruk.services.api import act, get_case, next_case, retry_effects, troubles

pytestmark = pytest.mark.database
TRADE = {"name": "زينب علي", "kind": "small", "since": "2020-03-01"}
MACHINERY = Actor(channel="system", institution="interior", purpose="licence")


def licence(office: Office, **changed: Any) -> UUID:
    """A case that has come to where its paper is issued."""
    case = office.submit(TRADE | changed, service="licence")
    office.run()
    return case


def submit(office: Office) -> Any:
    """The registrar signs the one draft that cases prepared."""
    (draft,) = documents.drafts(office.registrar.actor)
    body = documents.proposal(office.registrar.actor, draft.id)
    return documents.submit(office.registrar.actor, draft.id, office.registrar.approve(body))


def release(office: Office, draft: Any) -> Any:
    """The head releases it, and the case hears of it."""
    body = documents.proposal(office.head.actor, draft.id)
    document = documents.release(office.head.actor, draft.id, office.head.approve(body))
    office.run()
    return document


def effect(office: Office, case: UUID, kind: str = "issue") -> Any:
    """What the applicant sees of it."""
    return next(one for one in get_case(office.citizen.actor, case).effects if one.kind == kind)


def take_back(office: Office) -> None:
    found = next_case(office.clerk.actor, "licence")
    assert found is not None
    act(office.clerk.actor, found.id, found.seq, "take_back")
    office.run()


def test_a_case_waits_for_the_role_that_signs_and_then_for_the_role_that_releases_and_goes_on(office: Office) -> None:
    case = licence(office)
    assert (effect(office, case).outcome, effect(office, case).waits_for) == ("waiting", "registrar")
    assert office.standing(case).outstanding == 2 and my_notices(office.citizen.actor) == ()
    draft = submit(office)
    assert (draft.case, draft.drafter, draft.state) == ("licence", office.registrar.person, "submitted")
    assert (effect(office, case).outcome, effect(office, case).waits_for) == ("waiting", "head")
    assert documents.to_release(office.head.actor)[0].id == draft.id
    document = release(office, draft)
    done = effect(office, case)
    assert (done.outcome, done.waits_for, done.result["document"]) == ("done", "", str(document.id))
    assert document.values == {"name": "زينب علي", "kind": "small", "since": "2020-03-01"}
    assert documents.my_documents(office.citizen.actor)[0].id == document.id
    assert [one.text.ar for one in my_notices(office.citizen.actor)] == ["نص issued"]
    assert office.standing(case).outstanding == 0
    assert office.kinds(case) == ["Submitted", "Moved", "Effected", "Effected", "Effected"]


def test_rules_go_on_only_when_the_paper_is_there(office: Office) -> None:
    case = licence(office, kind="large")
    draft = submit(office)
    office.run()
    assert (office.standing(case).state, office.standing(case).turn) == ("granting", "wait:interior")
    release(office, draft)
    assert office.standing(case).turn == "closed:granted"


def test_who_signed_what_a_case_prepared_does_not_release_it_and_nobody_changes_it(office: Office) -> None:
    licence(office)
    actor = office.registrar.actor
    (draft,) = documents.drafts(actor)
    assert documents.count_drafts(actor).mine == 1 and documents.drafts(office.clerk.actor) == []
    with refused("documents.draft_of_case"):
        documents.update_draft(actor, draft.id, draft.values | {"kind": "large"})
    assert documents.update_draft(actor, draft.id, draft.values).values == draft.values
    with refused("people.role_not_held"):
        documents.get_draft(office.head.actor, draft.id)
    sent = submit(office)
    body = documents.proposal(office.head.actor, sent.id)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    appoint(Actor.system("interior"), office.registrar.person, "interior", "head", since=since)
    both = replace(office.registrar, actor=replace(actor, role="head"))
    with refused("documents.same_person"):
        documents.release(both.actor, sent.id, both.approve(body))


def test_of_two_who_sign_what_a_case_prepared_the_first_is_its_drafting_officer(office: Office, officer: Any) -> None:
    licence(office)
    other = officer("registrar", name="registrar.2")
    (draft,) = documents.drafts(office.registrar.actor)
    body = documents.proposal(other.actor, draft.id)
    assert documents.proposal(office.registrar.actor, draft.id) == body
    submit(office)
    assert documents.drafts(other.actor) == [] and len(documents.drafts(office.registrar.actor)) == 1
    with refused("documents.draft_unknown"):
        documents.submit(other.actor, draft.id, other.approve(body))


def test_a_release_that_is_refused_has_failed_with_its_reason_until_somebody_tries_again(office: Office) -> None:
    case = licence(office)
    draft = submit(office)
    documents.return_draft(office.head.actor, draft.id, "الاسم ناقص")
    office.run()
    failed = effect(office, case)
    assert (failed.outcome, failed.error) == ("failed", "services.document_refused")
    assert failed.result["reason"] == "الاسم ناقص" and office.standing(case).failed == 1
    with refused("documents.draft_of_case"):
        documents.proposal(office.registrar.actor, draft.id)
    with refused("documents.draft_of_case"):
        documents.update_draft(office.registrar.actor, draft.id, draft.values)
    documents.discard_draft(office.registrar.actor, draft.id)
    assert effect(office, case).result["reason"] == "الاسم ناقص", "what was said stays said"


def test_a_draft_that_is_deleted_has_failed_and_is_not_prepared_again_by_itself(office: Office) -> None:
    case = licence(office)
    (draft,) = documents.drafts(office.registrar.actor)
    documents.discard_draft(office.registrar.actor, draft.id)
    office.run()
    assert effect(office, case).error == "services.document_discarded"
    assert documents.drafts(office.registrar.actor) == []
    assert documents.prepare_draft(MACHINERY, draft.id, "permit", TRADE, str(case)).state == "discarded"


def test_what_failed_is_prepared_anew_when_a_supervisor_tries_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = licence(office)
    (first,) = documents.drafts(office.registrar.actor)
    documents.discard_draft(office.registrar.actor, first.id)
    office.run()
    supervise(monkeypatch)
    assert [one.case for one in troubles(office.head.actor)] == [case]
    retry_effects(office.head.actor, case, "حُذفت سهواً")
    office.run()
    (second,) = documents.drafts(office.registrar.actor)
    assert second.id != first.id and Preparation.objects.count() == 2
    release(office, submit(office))
    assert effect(office, case).outcome == "done"


def test_what_the_type_refuses_has_failed_with_its_error(office: Office) -> None:
    case = licence(office, since="2099-01-01")
    assert (effect(office, case).outcome, effect(office, case).error) == ("failed", "documents.condition_unmet")
    assert not Preparation.objects.exists()


def test_a_paper_that_a_case_issued_is_revoked_by_who_may_and_the_case_waits_for_them(office: Office) -> None:
    case = licence(office)
    document = release(office, submit(office))
    take_back(office)
    waiting = effect(office, case, "revoke")
    assert (waiting.outcome, waiting.waits_for) == ("waiting", "head")
    assert office.standing(case).state == "taken_back"
    documents.revoke(office.head.actor, document.id, "decision", "")
    office.run()
    done = effect(office, case, "revoke")
    assert (done.outcome, done.result["documents"]) == ("done", [str(document.id)])
    assert office.standing(case).turn == "closed:lapsed"
    assert documents.get_document(office.head.actor, document.id).status == "revoked"


def test_what_was_not_released_when_it_is_taken_back_is_withdrawn_and_never_released(office: Office) -> None:
    case = licence(office)
    draft = submit(office)
    body = documents.proposal(office.head.actor, draft.id)
    take_back(office)
    assert office.standing(case).turn == "closed:lapsed"
    assert (effect(office, case, "issue").error, effect(office, case, "revoke").outcome) == (
        "services.document_discarded",
        "done",
    )
    with refused("documents.draft_unknown"):
        documents.release(office.head.actor, draft.id, office.head.approve(body))


def test_a_release_that_is_under_way_is_waited_for_before_it_is_revoked(office: Office) -> None:
    """A draft whose document has its row and no receipt yet is not deleted under it."""
    case = licence(office)
    draft = submit(office)
    approval = office.head.approve(documents.proposal(office.head.actor, draft.id))
    log = use_appender(Away())
    with refused("trust.log_unavailable"):
        documents.release(office.head.actor, draft.id, approval)
    use_appender(log)
    take_back(office)
    assert effect(office, case, "revoke").outcome == "waiting" and Draft.objects.filter(pk=draft.id).exists()
    document = documents.release(office.head.actor, draft.id, approval)
    office.run()
    waiting = effect(office, case, "revoke")
    assert (waiting.outcome, waiting.waits_for) == ("waiting", "head")
    documents.revoke(office.head.actor, document.id, "decision", "")
    office.run()
    assert (effect(office, case).outcome, effect(office, case, "revoke").outcome) == ("done", "done")


def test_only_the_machinery_of_an_institution_prepares_finds_and_withdraws(office: Office) -> None:
    case = licence(office)
    (draft,) = documents.drafts(office.registrar.actor)
    for actor in (office.registrar.actor, office.citizen.actor, Actor.system()):
        for call in (
            lambda who: documents.prepare_draft(who, draft.id, "permit", TRADE, str(case)),
            lambda who: documents.prepared_draft(who, draft.id),
            lambda who: documents.prepared_drafts(who, "permit", str(case)),
            lambda who: documents.withdraw_draft(who, draft.id),
        ):
            with refused("documents.machinery_only"):
                call(actor)
    with refused("documents.draft_unknown"):
        documents.prepared_draft(Actor.system("town"), draft.id)
