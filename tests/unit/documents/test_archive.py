"""A type of document that two persons archived: what was issued stays, nothing new is prepared, signed or released."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.fixtures import PASSWORD, Officer
from tests.unit.visitor import Visitor
from uruk.documents import api as documents
from uruk.documents.models import Document
from uruk.kernel.api import Actor, CodedError, FixedClock
from uruk.people.api import find_person
from uruk.publishing.api import approve_proposal, proposal_options, propose_archive, propose_definition

pytestmark = pytest.mark.database
SYSTEM = Actor.system("interior")


def code_of(call: Callable[..., Any], *args: Any) -> str:
    with pytest.raises(CodedError) as caught:
        call(*args)
    return caught.value.code


class Heads:
    """Two heads who may decide about definitions."""

    def __init__(self, office: Any, officer: Callable[..., Officer], clock: FixedClock) -> None:
        self._heads, self._clock = (office.head, officer("head")), clock

    def sign(self, proposal: Any) -> None:
        self._clock.advance(timedelta(minutes=1))
        for head in self._heads:
            approve_proposal(head.actor, proposal.id, head.passkey.get(proposal_options(head.actor, proposal.id)))


@pytest.fixture
def heads(office: Any, officer: Callable[..., Officer], clock: FixedClock) -> Heads:
    from uruk.people import offices

    offices.tell_rights(lambda _, role: {"approve-definitions"} if role == "head" else set())
    return Heads(office, officer, clock)


@pytest.fixture
def at_desk(office: Any) -> Callable[..., Visitor]:
    """Sign an officer in with password and passkey."""

    def sign_in(officer: Officer, language: str) -> Visitor:
        found = Visitor(language)
        found.sign_in(str(find_person(officer.person).officer_name), PASSWORD)
        found.show_passkey(officer.passkey, "account/second-step/")
        return found

    return sign_in


def test_what_was_issued_stays_and_nothing_new_is_prepared_signed_or_released(office: Any, heads: Heads) -> None:
    issued, waiting, begun = office.issue(), office.draft(), office.draft()
    office.submit(waiting)
    heads.sign(propose_archive(SYSTEM, "document", "interior", "permit"))
    assert code_of(office.draft) == "documents.type_archived"
    assert code_of(office.submit, begun) == "documents.type_archived"
    assert code_of(office.release, waiting) == "documents.type_archived"
    assert Document.objects.count() == 1
    assert [one.code for one in documents.document_types(office.registrar.actor)] == ["letter"]
    assert documents.get_type("interior", "permit").archived
    found = documents.get_document(office.head.actor, issued.id)
    assert documents.check_pdf(documents.pdf(office.head.actor, found.id), "upload").verdict.exit == 0
    assert documents.revoke(office.head.actor, issued.id, "error", "") is not None
    documents.discard_draft(office.registrar.actor, begun.id)


def test_a_type_is_taken_up_again_and_what_waited_goes_on(office: Any, heads: Heads) -> None:
    waiting = office.draft()
    office.submit(waiting)
    heads.sign(propose_archive(SYSTEM, "document", "interior", "permit"))
    assert code_of(propose_archive, SYSTEM, "document", "interior", "permit") == "publishing.archived_already"
    heads.sign(propose_definition(SYSTEM, "document", "interior", "permit"))
    assert office.release(waiting).number
    assert office.draft().problems == {}


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_pages_say_that_a_type_is_archived(
    office: Any, heads: Heads, at_desk: Callable[..., Visitor], language: str
) -> None:
    waiting, begun = office.draft(), office.draft()
    office.submit(waiting)
    heads.sign(propose_archive(SYSTEM, "document", "interior", "permit"))
    said = {"type": documents.get_type("interior", "permit").title}
    author, head = at_desk(office.registrar, language), at_desk(office.head, language)
    assert author.get("desk/interior/registrar/new/permit/").status_code == 409
    assert author.says("documents.type_archived", **said)
    author.get("desk/interior/registrar/")
    assert "new/permit/" not in author.text and "new/letter/" in author.text
    author.get(f"desk/interior/registrar/drafts/{begun.id}/")
    assert author.says("documents.type_archived", **said) and "data-passkey" not in author.text
    head.get(f"desk/interior/head/release/{waiting.id}/")
    assert head.says("documents.type_archived", **said) and "data-passkey" not in head.text
