"""The farmer card as it is shipped: from what a farmer asks, by way of the land, to the card; and to the next one."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import PASSWORD, Citizen, Officer, make_institution, make_officer, told_rights
from tests.kinds import KINDS
from tests.unit.services.conftest import Town
from tests.unit.services.domain.samples import FOLDERS
from tests.unit.services.test_files import PNG
from tests.unit.services.test_season_plan import run
from tests.unit.visitor import Visitor
from uruk.definitions.api import load_country
from uruk.documents import api as documents
from uruk.kernel.api import Actor, FixedClock
from uruk.people.api import claim, create_account, see
from uruk.publishing.api import publish_country
from uruk.registries.api import list_records
from uruk.services.api import (
    Applicant,
    act,
    begin_draft,
    get_case,
    keep_draft_file,
    next_case,
    save_draft,
    submit_draft,
)
from uruk.services.models import CaseStanding
from uruk.services.running.asking import use_exchange

pytestmark = pytest.mark.database
OWNER, SERVICE = "agriculture", "farmer-card"
FARMER, NEIGHBOUR = "999020010003", "999019880002"
NAME = {"given": "مريم", "father": "يعقوب", "grandfather": "متي"}
PLACE = {"latitude_udeg": 36_158_000, "longitude_udeg": 43_259_000}
LAND = [{"tract": 41, "plot": "7", "dunams": 10, "olks": 5, "irrigation": "drip", "place": PLACE}]
ANSWERS = {
    "holding": "ownership", "governorate": "nineveh", "district": "الموصل", "section": "شعبة زراعة حمام العليل",
    "land": LAND,
    "water": "well", "phone": "07700000003", "iban": "IQ00DEMO000000000000003", "pledge": True,
}  # fmt: skip
CHECKED = {"visited": "2026-11-20", "measured_dunams": 10, "measured_olks": 4}


@pytest.fixture
def interior() -> Iterator[None]:
    person = {"number": FARMER, "name": NAME, "deceased": False}
    before = use_exchange(Town(answers={"GET by-number": (200, person)}))
    yield
    use_exchange(before)


@pytest.fixture
def section(transactional_db: None, log: Any) -> Iterator[tuple[Officer, Officer]]:
    """The institution with its books, the section's officer and its head."""
    make_institution(OWNER)
    publish_country(Actor.system(), load_country(FOLDERS[SERVICE], KINDS))
    documents.publish_public_files()
    with told_rights():
        yield make_officer("section-officer", OWNER, "officer.s"), make_officer("section-head", OWNER, "head.s")


def farmer(number: str) -> Citizen:
    """Somebody whose card an office has seen."""
    person = create_account(PASSWORD)
    claim(person, "national", number)
    see(make_officer("registrar", OWNER, f"registrar.{number}").actor, person, "national", number)
    return Citizen(person, Actor(channel="portal", person=person), number)


def applied(citizen: Citizen, answers: dict[str, Any]) -> UUID:
    """A case of theirs, with the proof as it comes from a phone."""
    draft, _ = begin_draft(citizen.actor, OWNER, SERVICE, 2001)
    files = {"proof": keep_draft_file(citizen.actor, draft.id, "proof", PNG)} if "holding" in answers else {}
    assert not save_draft(citizen.actor, draft.id, {**answers, **files}).problems
    case: UUID = submit_draft(citizen.actor, draft.id, Applicant(citizen.number)).case
    run()
    return case


def turn(case: UUID) -> str:
    run()
    return str(CaseStanding.objects.get(pk=case).turn)


def signed(officer: Officer, head: Officer) -> None:
    (draft,) = documents.drafts(officer.actor)
    documents.submit(officer.actor, draft.id, officer.approve(documents.proposal(officer.actor, draft.id)))
    documents.release(head.actor, draft.id, head.approve(documents.proposal(head.actor, draft.id)))
    run()


def records(registry: str) -> list[dict[str, Any]]:
    return [dict(one.values) for one in list_records(Actor.system(OWNER), OWNER, registry).records]


def test_a_farmer_gets_a_card_after_the_field_check_and_the_next_one_without(
    section: tuple[Officer, Officer], interior: None, clock: FixedClock
) -> None:
    (officer, head), maryam = section, farmer(FARMER)
    case = applied(maryam, ANSWERS)
    assert turn(case) == "task:section-officer"
    given = next_case(officer.actor, SERVICE)
    assert given is not None and given.answers["land"][0]["plot"] == "7"
    assert "iban" not in given.answers and "phone" not in given.answers, "who measures needs neither"
    act(officer.actor, case, given.seq, "confirm", CHECKED)
    assert turn(case) == "task:applicant"
    found = get_case(maryam.actor, case)
    assert found.state == "smaller" and found.values["measured_m2"] == 25400 < found.values["area_m2"]

    # What was recorded of the plot that is named now is asked for anew.
    assert found.facts["taken"] == []
    mended = {
        **{name: found.answers[name] for name in (*ANSWERS, "proof")},
        "land": [{**LAND[0], "olks": 4, "plot": "8"}],
    }
    act(maryam.actor, case, found.seq, "resubmit", answers=mended)
    assert turn(case) == "task:section-officer"
    given = next_case(officer.actor, SERVICE)
    assert given is not None and "taken" in given.facts
    act(officer.actor, case, given.seq, "confirm", CHECKED)
    assert turn(case) == "closed:granted"
    signed(officer, head)
    effects = get_case(maryam.actor, case).effects[1:]
    assert [(one.kind, one.outcome, one.error) for one in effects] == [
        ("record", "done", ""), ("record", "done", ""), ("issue", "done", ""), ("notify", "done", ""),
        ("remind", "done", ""),
    ]  # fmt: skip

    (card,) = records("farmer-cards")
    assert (card["number"], card["iban"], bool(card["proof"])) == ("FC-2026-000001", ANSWERS["iban"], True)
    (parcel,) = records("parcels")
    assert (parcel["code"], parcel["area_m2"], parcel["holder"]) == ("nineveh-41-8", 25400, FARMER)
    assert parcel["place"] == PLACE

    # Nobody else gets the same land while this card is valid.
    sarhang = farmer(NEIGHBOUR)
    theirs = applied(sarhang, {**ANSWERS, "land": [{**LAND[0], "plot": "8"}]})
    decision = get_case(sarhang.actor, theirs).decision
    assert turn(theirs) == "closed:refused" and decision is not None
    assert [one.name for one in decision.failed] == ["free"]

    # The next year: what is known is not asked again.
    again = applied(maryam, {"changed": False, "pledge": True})
    assert turn(again) == "closed:granted" and get_case(maryam.actor, again).state == "renewed"
    (renewed,) = records("farmer-cards")
    assert (renewed["number"], renewed["proof"]) == (card["number"], card["proof"])
    assert renewed["valid_until"] >= card["valid_until"]
    clock.advance(timedelta(hours=1))
    signed(officer, head)
    newer, older = documents.my_documents(maryam.actor)
    assert (newer.status, older.status, older.replaced_by) == ("valid", "replaced", newer.id), "one card holds"
    assert newer.values["card"] == older.values["card"] == "FC-2026-000001"

    # One timeline of all of it, of the life event and of the institution; nobody else's.
    visitor = Visitor("ar")
    visitor.sign_in(FARMER, PASSWORD)
    for address in ("cases/timeline/events/farming/", f"cases/timeline/institutions/{OWNER}/"):
        assert visitor.get(address).status_code == 200
        assert visitor.text.count("بطاقة الفلاح") >= 4 and "القطع الزراعية" in visitor.text
        assert "نافذ" in visitor.text and str(case) in visitor.text and str(theirs) not in visitor.text
    visitor.get(f"cases/{case}/")
    assert '<svg class="sketch"' in visitor.text
    visitor.get("cases/")
    assert "cases/timeline/events/farming/" in visitor.text
    for address in ("cases/timeline/events/birth/", "cases/timeline/institutions/trade/"):
        visitor.get(address)
        assert str(case) not in visitor.text
    for address in ("cases/timeline/events/nowhere/", "cases/timeline/institutions/nowhere/"):
        assert visitor.get(address).status_code == 404
