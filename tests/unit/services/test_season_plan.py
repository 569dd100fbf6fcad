"""The season plan as it is shipped: from what a farmer asks to the certificate that two officers signed."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import PASSWORD, Citizen, Officer, make_institution, make_officer, told_rights
from tests.kinds import KINDS
from tests.unit.services.conftest import Town
from tests.unit.services.domain.samples import FOLDERS
from uruk.acts.api import clock, run_due_jobs
from uruk.definitions.api import dated, load_country
from uruk.documents import api as documents
from uruk.kernel.api import Actor, today
from uruk.notices.api import my_notices
from uruk.people.api import claim, create_account, see
from uruk.publishing.api import publish_country
from uruk.registries.api import Change, change, list_records
from uruk.services.api import (
    Applicant,
    Asked,
    InvalidAnswersError,
    act,
    begin_draft,
    get_case,
    get_draft,
    save_draft,
    submit,
    submit_draft,
)
from uruk.services.models import CaseStanding
from uruk.services.running.asking import use_exchange

pytestmark = pytest.mark.database
OWNER, SHIPPED = "agriculture", FOLDERS["season-plan"]
FARMER = "999019720004"
NAME = {"given": "علي", "father": "حسين", "grandfather": "جاسم"}
ANSWERS = {
    "season": "winter-2026",
    "crops": [{"crop": "wheat", "irrigation": "sprinkler", "area_m2": 25000}],
    "pledge": True,
}


def recorded(registry: str, **values: Any) -> None:
    change(Actor.system(OWNER), OWNER, registry, [Change("create", values=values)], "letter 7")


def line(registry: str, number: int) -> dict[str, Any]:
    """A record that comes with the demonstration, as it is recorded today."""
    lines = (SHIPPED / f"demo/records/{OWNER}/{registry}.jsonl").read_text(encoding="utf-8").splitlines()
    found: dict[str, Any] = dated(json.loads(lines[number]), today(clock()))
    return found


def run() -> None:
    while run_due_jobs():
        pass


@pytest.fixture
def others() -> Iterator[None]:
    """The interior ministry, who knows the farmer, and the one that has the water."""
    person = {"number": FARMER, "name": NAME, "deceased": False, "governorate": "babil"}
    town = Town(answers={
        "GET by-number": (200, person),
        "GET left": (200, {"canal": "shatt-al-hilla", "season": "winter-2026", "left_m3": 900_000_000}),
        "POST reserve": (201, {"state": "reserved"}),
        "PUT reserve": (200, {"state": "confirmed"}),
    })  # fmt: skip
    before = use_exchange(town)
    yield
    use_exchange(before)


@pytest.fixture
def farmer(transactional_db: None, log: Any) -> Iterator[tuple[Citizen, Officer, Officer]]:
    """A farmer whose card was seen, with a parcel in the state's books, and the two officers of the ministry."""
    make_institution(OWNER)
    publish_country(Actor.system(), load_country(SHIPPED, KINDS))
    documents.publish_public_files()
    recorded("seasons", **line("seasons", 0))
    recorded("farmer-cards", **line("farmer-cards", 0))
    recorded("parcels", **line("parcels", 0))
    recorded("plan-caps", **line("plan-caps", 0))
    with told_rights():
        planner, head = (make_officer(role, OWNER, f"officer.{role}") for role in ("planner", "planner-head"))
        registrar = make_officer("registrar", OWNER, "officer.registrar")
        person = create_account(PASSWORD)
        claim(person, "national", FARMER)
        see(registrar.actor, person, "national", FARMER)
        yield Citizen(person, Actor(channel="portal", person=person), FARMER), planner, head


def test_the_shipped_season_plan_goes_to_a_certificate_that_two_officers_released(
    farmer: tuple[Citizen, Officer, Officer], others: None
) -> None:
    citizen, planner, head = farmer
    case = submit(citizen.actor, Asked(OWNER, "season-plan", Applicant(FARMER), ANSWERS)).case
    run()
    assert CaseStanding.objects.get(pk=case).turn == "closed:granted"
    assert outcomes(citizen, case) == [
        "reserve done",
        "reserve done",
        "record done",
        "issue waiting planner",
        "notify waiting agriculture",
    ]
    (plan,) = list_records(Actor.system(OWNER), OWNER, "season-plans").records
    assert (plan.values["farmer"], plan.values["area_m2"]) == (FARMER, 25000)
    (draft,) = documents.drafts(planner.actor)
    approval = planner.approve(documents.proposal(planner.actor, draft.id))
    documents.submit(planner.actor, draft.id, approval)
    assert outcomes(citizen, case)[3] == "issue waiting planner-head" and my_notices(citizen.actor) == ()
    certificate = documents.release(head.actor, draft.id, head.approve(documents.proposal(head.actor, draft.id)))
    run()
    assert outcomes(citizen, case) == ["reserve done"] * 2 + ["record done", "issue done", "notify done"]
    assert certificate.values == {
        "name": "علي حسين جاسم", "card": "FC-2026-000001", "season": "winter-2026", "area_m2": 25000, "outside_m2": 0,
        "water_m3": 10000, "ceiling_kg": 9000,
    }  # fmt: skip
    assert [one.id for one in documents.my_documents(citizen.actor)] == [certificate.id]
    assert len(my_notices(citizen.actor)) == 1
    checked = documents.check_pdf(documents.pdf(head.actor, certificate.id), "portal").verdict
    assert (checked.code, checked.two_persons) == ("trust.pdf_issued", True)


def test_an_answer_stays_with_its_parcel_where_another_goes_before_the_draft_is_submitted(
    farmer: tuple[Citizen, Officer, Officer], others: None
) -> None:
    actor = farmer[0].actor
    recorded("parcels", **{**line("parcels", 0), "code": "babil-12-6", "plot": "6"})
    draft, _ = begin_draft(actor, OWNER, "season-plan", 1972)
    (row,) = ANSWERS["crops"]
    saved = save_draft(actor, draft.id, {**ANSWERS, "crops": [row, {**row, "crop": "barley"}]})
    assert [one["parcel"] for one in saved.answers["crops"]] == ["babil-12-4", "babil-12-6"]
    first = list_records(Actor.system(OWNER), OWNER, "parcels").records[0]
    sold = Change("change", first.record, first.latest, {"holder": "999019720006"})
    change(Actor.system(OWNER), OWNER, "parcels", [sold], "letter 8")
    case = submit_draft(actor, draft.id).case
    (kept,) = get_case(actor, case).answers["crops"]
    assert (kept["parcel"], kept["crop"]) == ("babil-12-6", "barley")


def test_a_parcel_that_came_since_is_asked_about_when_the_draft_is_submitted(
    farmer: tuple[Citizen, Officer, Officer], others: None
) -> None:
    actor = farmer[0].actor
    draft, _ = begin_draft(actor, OWNER, "season-plan", 1972)
    assert save_draft(actor, draft.id, ANSWERS).problems == ()
    recorded("parcels", **{**line("parcels", 0), "code": "babil-12-6", "plot": "6"})
    with pytest.raises(InvalidAnswersError) as caught:
        submit_draft(actor, draft.id)
    asked = {path.rpartition(".")[0] for path, _ in caught.value.problems}
    assert asked == {"crops.1"} == {path.rpartition(".")[0] for path, _ in get_draft(actor, draft.id).problems}


def outcomes(citizen: Citizen, case: UUID) -> list[str]:
    """What the applicant sees of each effect."""
    found = get_case(citizen.actor, case).effects
    return [" ".join(filter(None, (one.kind, one.outcome, one.waits_for))) for one in found]


def test_where_the_governorates_plan_is_full_a_farmer_plants_outside_it_and_the_certificate_says_so(
    farmer: tuple[Citizen, Officer, Officer], others: None
) -> None:
    citizen, planner, head = farmer
    (cap,) = list_records(Actor.system(OWNER), OWNER, "plan-caps").records
    smaller = Change("change", cap.record, cap.latest, {"cap_m2": 24999})
    change(Actor.system(OWNER), OWNER, "plan-caps", [smaller], "letter 8")
    case = submit(citizen.actor, Asked(OWNER, "season-plan", Applicant(FARMER), ANSWERS)).case
    run()
    assert CaseStanding.objects.get(pk=case).turn == "task:applicant" and outcomes(citizen, case)[0] == "reserve short"
    found = get_case(citizen.actor, case)
    assert found.state == "full" and found.facts["cap"]["left_m2"] == 24999
    with pytest.raises(InvalidAnswersError):
        act(citizen.actor, case, found.seq, "plant_outside", {})
    act(citizen.actor, case, found.seq, "plant_outside", {"outside": True})
    run()
    assert CaseStanding.objects.get(pk=case).turn == "closed:granted"
    (plan,) = list_records(Actor.system(OWNER), OWNER, "season-plans").records
    assert plan.values["verdict"] == "out_of_plan"
    (draft,) = documents.drafts(planner.actor)
    documents.submit(planner.actor, draft.id, planner.approve(documents.proposal(planner.actor, draft.id)))
    paper = documents.release(head.actor, draft.id, head.approve(documents.proposal(head.actor, draft.id)))
    said = {name: paper.values[name] for name in ("area_m2", "outside_m2", "water_m3", "ceiling_kg")}
    assert said == {"area_m2": 0, "outside_m2": 25000, "water_m3": 10000, "ceiling_kg": 0}
    run()
    full, granted = sorted((one.text.get("ar") for one in my_notices(citizen.actor)), key=len)
    assert "اكتملت" in full and "١٠ دونم" in granted.replace("\u2068", "").replace("\u2069", "")
