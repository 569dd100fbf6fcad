"""Proposals at the desk: read, approved by two persons with their passkeys, or refused with the reason."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import Officer, make_institution
from tests.kinds import KINDS
from tests.unit.exchange.kinds.test_kinds import FILES
from tests.unit.visitor import Visitor
from uruk.definitions.api import load_country
from uruk.kernel.api import Actor
from uruk.people import offices
from uruk.people.api import find_person
from uruk.publishing.api import agreements, get_proposal, propose_agreement, publish_country

pytestmark = pytest.mark.django_db(transaction=True)
NODE = Actor.system(None)
DESK = "desk/holder/head/"


@pytest.fixture
def heads(transactional_db: None, log: Any, tmp_path: Path, passkey: Callable[..., Any]) -> list[Officer]:
    """Two heads of the holder, who may decide, and a country with an agreement."""
    from datetime import UTC, datetime

    from tests.fixtures import PASSWORD
    from uruk.kernel.api import Text
    from uruk.people.api import register_officer

    offices.tell_rights(lambda _, role: {"approve-agreements"} if role == "head" else set())
    make_institution("holder")
    files = dict(FILES)
    holder = "institutions/holder/institution.yaml"
    files[holder] = files[holder].replace("roles: {}", "roles: {head: {}, clerk: {}}") + (
        "  roles: {head: {ar: رئيس, ckb: سەرۆک, en: Head}, clerk: {ar: كاتب, ckb: نووسەر, en: Clerk}}\n"
    )
    for name, text in files.items():
        path = tmp_path / "country" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    publish_country(NODE, load_country(tmp_path / "country", KINDS))
    made = []
    for name, role in (("first", "head"), ("second", "head"), ("third", "clerk")):
        person = register_officer(
            Actor.system("holder"), "holder", role, name, Text("موظف", "فەرمانبەر", f"Officer {name}"),
            since=datetime(2026, 1, 1, tzinfo=UTC), password=PASSWORD,
        )  # fmt: skip
        actor = Actor(channel="desk", person=person, institution="holder", role=role)
        made.append(Officer(person, actor, passkey(person)))
    return made


def at_desk(officer: Officer, language: str = "en") -> Visitor:
    """An officer signed in with password and passkey."""
    found = Visitor(language)
    found.sign_in(str(find_person(officer.person).officer_name), officer.password)
    found.show_passkey(officer.passkey, "account/second-step/")
    return found


def test_two_officers_approve_an_agreement_one_after_the_other(heads: list[Officer]) -> None:
    proposal = propose_agreement(NODE, "holder", "holder", "asker")
    first, second = at_desk(heads[0]), at_desk(heads[1])
    first.get(DESK)
    assert "1 proposal waits" in first.text
    first.get(f"{DESK}proposals/")
    assert str(proposal.id) in first.text and "Nobody yet" in first.text
    first.get(f"{DESK}proposals/{proposal.id}/")
    assert "holder/people/by-number" in first.text and "GET /*" in first.text
    first.show_passkey(heads[0].passkey, f"{DESK}proposals/{proposal.id}/")
    assert "Another person must approve it too." in first.text
    first.get(f"{DESK}proposals/{proposal.id}/")
    assert first.says("publishing.approved_already")
    second.show_passkey(heads[1].passkey, f"{DESK}proposals/{proposal.id}/")
    assert "two persons approved it" in second.text and "Carried out" in second.text
    assert [one.approved for one in agreements()] == [frozenset({"holder"})]


@pytest.mark.parametrize("language", ["ar", "ckb"])
def test_the_proposal_is_read_in_the_officers_language(heads: list[Officer], language: str) -> None:
    proposal = propose_agreement(NODE, "holder", "holder", "asker")
    found = at_desk(heads[0], language)
    found.get(f"{DESK}proposals/{proposal.id}/")
    assert proposal.summary.title.get(language) in found.text
    assert all(line.label.get(language) in found.text for line in proposal.summary.lines)


def test_a_proposal_is_refused_with_its_reason_and_not_without(heads: list[Officer]) -> None:
    proposal = propose_agreement(NODE, "holder", "holder", "asker")
    found = at_desk(heads[0])
    assert found.post(f"{DESK}proposals/{proposal.id}/refuse/", reason=" ").status_code == 422
    found.post(f"{DESK}proposals/{proposal.id}/refuse/", reason="الحقول أكثر مما يلزم")
    assert get_proposal(heads[0].actor, proposal.id).state == "refused"
    found.get(f"{DESK}proposals/{proposal.id}/")
    assert "الحقول أكثر مما يلزم" in found.text and "data-passkey" not in found.text
    found.post(f"{DESK}proposals/{proposal.id}/refuse/", reason="مرة أخرى")
    assert found.says("publishing.proposal_closed")


def test_an_office_without_the_right_sees_no_proposal(heads: list[Officer]) -> None:
    proposal = propose_agreement(NODE, "holder", "holder", "asker")
    found = at_desk(heads[2])
    clerk = "desk/holder/clerk/"
    found.get(clerk)
    assert "To decide" not in found.text
    found.get(f"{clerk}proposals/")
    assert "Nothing waits for a decision." in found.text
    assert found.get(f"{clerk}proposals/{proposal.id}/").status_code == 409


def test_what_was_signed_must_be_what_the_page_showed(heads: list[Officer]) -> None:
    proposal = propose_agreement(NODE, "holder", "holder", "asker")
    found = at_desk(heads[0])
    found.post(f"{DESK}proposals/{proposal.id}/", proposal="00" * 32)
    assert found.says("desk.proposal_changed")
    assert get_proposal(heads[0].actor, proposal.id).approvals == ()
