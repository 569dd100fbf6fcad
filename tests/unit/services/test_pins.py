"""A case runs on the service as it was when it was submitted, whatever is published or archived afterwards."""

from typing import Any

import pytest

from tests.unit.services.conftest import Office, Town, refused
from tests.unit.services.samples import CANAL, STALL, sample_country
from uruk.kernel.api import Actor
from uruk.publishing.api import in_force
from uruk.publishing.publication import publish_definition
from uruk.services import pins
from uruk.services.api import act, next_case
from uruk.services.models import Case, CaseAct, PinnedService
from uruk.services.running import asking
from uruk.services.running.recording import open_case

pytestmark = pytest.mark.database
NEWER = STALL.replace("wanted_m2 <= 10", "wanted_m2 <= 90").replace("area: wanted_m2}", "area: wanted_m2 + 1}")


def publish_newer(office: Office, kind: str = "service", code: str = "stall", **changed: str) -> None:
    """Another version is in force from now on, as two persons would have decided."""
    country = sample_country(**changed)
    found = next(one for one in country.of_kind(kind, "interior") if one.code == code)
    publish_definition(Actor.system("interior"), found)


def test_a_definition_published_half_way_changes_nothing_for_cases_that_have_begun(office: Office) -> None:
    old = [office.submit(changed={"name": f"O{place}", "area": 50}) for place in range(3)]
    office.run()
    publish_newer(office, stall=NEWER)
    new = office.submitted(name="N", area=50)
    assert office.standing(new).turn == "closed:granted"
    assert [office.standing(case).turn for case in old] == ["task:registrar"] * 3
    found = next_case(office.registrar.actor, "stall")
    assert found is not None
    act(office.registrar.actor, found.id, found.seq, "accept")
    office.run()
    from tests.unit.services.conftest import records

    assert {one["code"]: one["area"] for one in records("shops")} == {"N": 51, "O0": 50}
    assert PinnedService.objects.count() == 2
    assert {one.pin.definition for one in Case.objects.all()} == set(
        PinnedService.objects.values_list("definition", flat=True)
    )


def test_a_registry_that_loses_a_field_does_not_change_what_a_case_runs_on(office: Office) -> None:
    case = office.submit(changed={"area": 50})
    (pinned,) = PinnedService.objects.all()
    pins._opened.cache_clear()
    office.run()
    assert "institutions/interior/registries/cards/registry.yaml" in pinned.files
    assert not any(name.startswith("calendars/") for name in pinned.files), "holidays are live"
    assert office.standing(case).turn == "task:registrar"


def test_frozen_files_that_cannot_be_read_are_said_to_be_broken(office: Office) -> None:
    case = office.submit()
    row = PinnedService.objects.get()
    name = "institutions/interior/services/stall/service.yaml"
    PinnedService.objects.update(files=row.files | {name: row.files[name].replace("wanted_m2 <= 10", "unknown <= 10")})
    pins._opened.cache_clear()
    with refused("services.service_broken"):
        open_case(case)
    PinnedService.objects.update(files=row.files)


def test_a_case_whose_content_was_destroyed_says_so(office: Office) -> None:
    case = office.submit()
    CaseAct.objects.filter(case=case).update(content=None, salt=None)
    with refused("services.case_forgotten"):
        open_case(case)


def test_a_service_in_force_is_what_new_cases_begin_on(office: Office) -> None:
    assert (
        pins.current_service("interior", "stall").definition.digest == in_force("service", "interior", "stall").digest
    )


def test_where_no_agreement_lets_it_reserve_the_case_waits_and_says_why(office: Office, town: Town) -> None:
    from uruk.services.models import Asking

    case = office.submit({"canal": "C1", "amount": 1}, service="canal")
    opened = pins.open_pinned(Case.objects.get(pk=case).pin_id)
    before = dict(opened.reserves)
    opened.reserves.clear()  # type: ignore[attr-defined]
    office.run()
    assert Asking.objects.get(case=case).error == "services.no_offer_agreed"
    opened.reserves.update(before)  # type: ignore[attr-defined]


def test_facts_on_which_questions_depend_are_asked_for_at_submission(office: Office, town: Town) -> None:
    publish_newer(office, code="canal", canal=CANAL.replace("max: 1000}", "max: 1000, when: facts.resident.found}"))
    answers = {"canal": "C1", "amount": 1}
    town.away = True
    with refused("services.facts_missing"):
        office.submit(answers, service="canal")
    town.away = False
    case = office.submit(answers, service="canal")
    assert office.opened(case).standing.facts["resident"].source == "exchange"
    office.run()
    assert office.kinds(case)[:2] == ["Submitted", "Moved"]
    assert office.standing(case).turn == "closed:granted"


def test_what_a_gateway_does_not_answer_is_waited_for_with_its_reason(office: Office, monkeypatch: Any) -> None:
    from uruk.services.models import Asking

    case = office.submit({"canal": "C1", "amount": 1}, service="canal")
    office.run()
    row = Asking.objects.get(case=case)
    assert (row.error, row.detail) == ("services.holder_away", "FileNotFoundError")
    monkeypatch.setattr(asking, "ask_own_gateway", lambda *_, **__: (200, b"no json"))
    office.clock.set(row.next_at)
    office.run()
    assert Asking.objects.get(case=case).error == "services.answer_malformed"
