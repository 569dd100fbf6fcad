"""A service owner at the desk: what is in force, each version read, what changes, publishing with a second person."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.unit.services.conftest import Office
from tests.unit.services.test_owning import EXAMPLES, NODE, draft
from uruk.kernel.api import LANGUAGES
from uruk.publishing.api import find_draft, in_force, list_definitions, open_proposals
from uruk.publishing.publication import publish_definition

pytestmark = pytest.mark.django_db(transaction=True)
STALL = ("service", "interior", "stall")
SHORTER = ("within: 10 working days", "within: 5 working days")
PAGES = ("now/steps/", "now/rules/", "now/flow/", "now/examples/", "numbers/", "")


def digest() -> str:
    return in_force(*STALL).digest.hex()


def proposal() -> UUID:
    """The open proposal about the stall."""
    [found] = [one.waits for one in list_definitions("interior") if one.code == "stall"]
    assert found is not None
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_service_is_read_in_three_languages(
    owners: Office, desk: Callable[..., Any], language: str
) -> None:
    found = desk(owners.head, language)
    for page in PAGES:
        assert found.get(f"services/stall/{page}").status_code == 200, page
        assert f'lang="{language}"' in found.text


def test_an_owner_sees_services_with_their_version_and_who_put_them_in_force(
    owners: Office, desk: Callable[..., Any]
) -> None:
    found = desk(owners.head)
    found.get("")
    assert "4 services" in found.text
    found.get("services/")
    assert "The node itself" in found.text and "services/stall/" in found.text
    found.get("services/stall/")
    assert digest()[:12] in found.text and "Version 1" in found.text


def test_who_may_not_decide_sees_none_of_it(owners: Office, desk: Callable[..., Any]) -> None:
    found = desk(owners.clerk)
    found.get("")
    assert "desk/interior/clerk/services/" not in found.text
    for page in ("services/", "services/stall/", "services/stall/now/steps/", "services/stall/numbers/"):
        assert found.get(page).status_code == 409
        assert "people.right_missing" in found.text


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("services/none/", "desk.service_unknown"),
        ("services/stall/draft/steps/", "publishing.no_draft"),
        ("services/stall/publish/", "publishing.no_draft"),
        ("services/stall/zz/steps/", "publishing.digest_unknown"),
        (f"services/stall/changes/{'0' * 64}/now/", "publishing.digest_unknown"),
    ],
)
def test_what_is_not_there_is_said_in_words(owners: Office, desk: Callable[..., Any], page: str, code: str) -> None:
    found = desk(owners.head)
    assert found.get(page).status_code in {404, 409}
    assert code in found.text


def test_steps_are_shown_as_they_are_asked_and_nothing_can_be_sent(owners: Office, desk: Callable[..., Any]) -> None:
    found = desk(owners.head)
    found.get("services/stall/now/steps/")
    assert 'name="area"' in found.text and "<fieldset" in found.text and "disabled" in found.text
    assert "This is how people will be asked." in found.text
    assert 'method="post"' not in found.text.partition("<main")[2]


def test_the_flow_is_drawn_within_the_page_and_said_in_words(owners: Office, desk: Callable[..., Any]) -> None:
    found = desk(owners.head)
    found.get("services/stall/now/flow/")
    words, _, drawn = found.text.partition("<main")[2].partition("<svg")
    assert drawn and "style=" not in drawn and "<script" not in drawn
    assert "within 10 working day(s)" in words


def test_examples_pass_or_fail_with_the_line_and_a_sentence(owners: Office, desk: Callable[..., Any]) -> None:
    draft(SHORTER, examples=EXAMPLES.replace("wanted_m2: 10", "wanted_m2: 11"))
    found = desk(owners.head)
    found.get("services/stall/draft/examples/")
    assert "1 of 2 examples do not come out" in found.text
    assert "institutions/interior/services/stall/examples.yaml:9" in found.text
    assert found.text.count('class="tag good"') == 1 and found.text.count('class="tag bad"') == 1
    found.get("services/stall/publish/")
    assert "It cannot be proposed as it is" in found.text and "Propose this version" not in found.text


def test_a_version_that_cannot_run_is_read_all_the_same(owners: Office, desk: Callable[..., Any]) -> None:
    draft(("card: {read: cards,", "card: {read: papers,"))
    found = desk(owners.head)
    for page in ("steps", "rules", "flow", "examples"):
        assert found.get(f"services/stall/draft/{page}/").status_code == 200
        assert "This version does not work with what is in force now" in found.text
    found.post("services/stall/publish/", digest=find_draft(*STALL).digest.hex())
    assert "This version does not work" in found.text and not open_proposals(owners.head.actor)


def test_two_owners_put_a_version_in_force_and_its_changes_are_read_afterwards(
    owners: Office, desk: Callable[..., Any]
) -> None:
    before = digest()
    draft(SHORTER)
    owners.clock.advance(timedelta(minutes=1))
    first = desk(owners.registrar)
    first.get("services/stall/")
    assert "A new version is in the folder" in first.text
    first.get("services/stall/publish/")
    assert "5 working days" in first.text and "10 working days" in first.text
    new = find_draft(*STALL).digest.hex()
    assert new in first.text
    first.post("services/stall/publish/", digest=new)
    waits = proposal()
    assert first.path == f"proposals/{waits}/" and "5 working days" in first.text
    first.page.show_passkey(owners.registrar.passkey, f"{first.root}proposals/{waits}/")
    assert "Another person must approve it too." in first.text
    first.get(f"proposals/{waits}/")
    assert first.says("publishing.approved_already")
    second = desk(owners.head)
    second.get("services/stall/")
    assert str(waits) in second.text
    second.page.show_passkey(owners.head.passkey, f"{second.root}proposals/{waits}/")
    assert "two persons approved it" in second.text and digest() == new
    second.get("services/stall/")
    assert "Version 2" in second.text and "Officer" in second.text
    second.get(f"services/stall/changes/{before}/{new}/")
    assert "5 working days" in second.text
    second.get(f"services/stall/changes/{new}/{new}/")
    assert "Nothing differs." in second.text


def test_a_folder_that_changed_after_the_page_was_opened_proposes_nothing(
    owners: Office, desk: Callable[..., Any]
) -> None:
    draft(SHORTER)
    found = desk(owners.head)
    shown = find_draft(*STALL).digest.hex()
    draft(("within: 10 working days", "within: 6 working days"))
    found.post("services/stall/publish/", digest=shown)
    assert found.says("desk.draft_moved") and not open_proposals(owners.head.actor)


def test_a_folder_that_changed_between_proposal_and_approval_hinders_the_approval(
    owners: Office, desk: Callable[..., Any]
) -> None:
    draft(SHORTER)
    found = desk(owners.head)
    found.post("services/stall/publish/", digest=find_draft(*STALL).digest.hex())
    waits = proposal()
    draft(("within: 10 working days", "within: 6 working days"))
    found.get(f"proposals/{waits}/")
    assert found.says("publishing.definition_outdated") and "data-passkey" not in found.text


def test_a_service_is_archived_by_two_and_taken_up_again(owners: Office, desk: Callable[..., Any]) -> None:
    draft()
    publish_definition(NODE, find_draft(*STALL))
    owners.clock.advance(timedelta(minutes=1))
    first, second = desk(owners.registrar), desk(owners.head)
    first.post("services/stall/archive/")
    waits = proposal()
    assert "nobody applies any more" in first.text
    for one, officer in ((first, owners.registrar), (second, owners.head)):
        one.page.show_passkey(officer.passkey, f"{one.root}proposals/{waits}/")
    second.get("services/stall/")
    assert "Take this service up again" in second.text and "Archived" in second.text
    owners.clock.advance(timedelta(minutes=1))
    first.post("services/stall/archive/", again="yes")
    waits = proposal()
    for one, officer in ((first, owners.registrar), (second, owners.head)):
        one.page.show_passkey(officer.passkey, f"{one.root}proposals/{waits}/")
    second.get("services/stall/")
    assert "Archive this service" in second.text


def test_the_folder_is_checked_as_it_is_now(
    owners: Office, desk: Callable[..., Any], settings: Any, tmp_path: Path
) -> None:
    from dataclasses import replace

    from tests.unit.definitions.samples import write_files
    from tests.unit.services.samples import country_files

    files = dict(country_files())
    base = "institutions/interior/services/stall/service.yaml"
    files[base] = files[base].replace("to: lapsed}", "to: nowhere}", 1)
    settings.URUK = replace(settings.URUK, country=str(write_files(tmp_path / "checked", files)))
    found = desk(owners.head)
    found.post("services/stall/check/")
    assert f"{base}:" in found.text and "nowhere" in found.text
    found.get("services/stall/check/")
    assert found.path == "services/stall/now/examples/"
    settings.URUK = replace(settings.URUK, country=str(tmp_path / "nothing"))
    assert found.post("services/stall/check/").status_code == 409
