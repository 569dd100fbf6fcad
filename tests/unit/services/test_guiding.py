"""The directory of services, and the guide: conditions tried on answers of which nothing is kept."""

from typing import Any

import pytest

from tests.fixtures import make_institution
from tests.kinds import KINDS
from tests.unit.services.conftest import Office, refused
from tests.unit.services.domain.samples import FOLDERS
from tests.unit.services.samples import STALL
from tests.unit.services.test_pins import publish_newer
from uruk.acts.models import Act
from uruk.definitions.api import load_country
from uruk.kernel.api import Actor
from uruk.publishing.api import publish_country
from uruk.registries.api import Change, change
from uruk.services.api import InvalidAnswersError, get_service, guide_of, list_services, try_guide
from uruk.services.models import Draft

pytestmark = pytest.mark.database
PLAN = ("agriculture", "season-plan")
SEASON = {
    "code": "winter-2026", "begins": "2026-11-01", "ends": "2027-06-01", "apply_until": "2026-12-31",
    "water_l_per_m2": 400, "yield_g_per_m2": 360, "automatic_m2": 100000,
}  # fmt: skip


@pytest.fixture
def ministry(transactional_db: None, log: Any) -> None:
    """A ministry with the season plan in force, and the season in its books."""
    make_institution("agriculture")
    publish_country(Actor.system(), load_country(FOLDERS["season-plan"], KINDS))
    change(Actor.system("agriculture"), "agriculture", "seasons", [Change("create", values=SEASON)], "letter 7")


def crops(*rows: tuple[str, str]) -> dict[str, object]:
    return {"season": "winter-2026", "crops": [{"crop": crop, "irrigation": irrigation} for crop, irrigation in rows]}


def test_the_guide_asks_what_its_conditions_rest_on_and_nothing_else(ministry: None) -> None:
    guide = guide_of(*PLAN)
    assert guide is not None
    season, rows = guide.fields
    assert (season.name, rows.name, rows.type) == ("season", "crops", "list")
    assert [one.name for one in rows.members] == ["crop", "irrigation"], "neither areas nor papers"


def test_each_condition_is_told_with_its_article_and_nothing_is_kept(ministry: None) -> None:
    acts = Act.objects.count()
    in_time, irrigation = try_guide(*PLAN, crops(("wheat", "drip"), ("rice", "flood")))
    assert (in_time.holds, irrigation.holds) == (True, True)
    assert irrigation.law == "season-plan/2" and irrigation.article is not None
    _, irrigation = try_guide(*PLAN, crops(("wheat", "flood")))
    assert irrigation.holds is False and irrigation.facts == ()
    in_time, _ = try_guide(*PLAN, {**crops(("rice", "flood")), "season": "summer-2027"})
    assert in_time.holds is False, "of a season that nobody wrote down nothing is in time"
    assert Act.objects.count() == acts and not Draft.objects.exists()


def test_what_is_missing_is_said_at_its_question(ministry: None) -> None:
    with pytest.raises(InvalidAnswersError) as raised:
        try_guide(*PLAN, {"crops": [{"crop": "wheat"}]})
    assert {path for path, _ in raised.value.problems} == {"season", "crops.0.irrigation"}


def test_what_rests_on_who_somebody_is_is_left_for_when_they_apply(office: Office) -> None:
    assert guide_of("interior", "stall") is None
    publish_newer(office, stall=f"{STALL}guide: [known]\n")
    acts = Act.objects.count()
    (known,) = try_guide("interior", "stall", {})
    assert (known.holds, known.personal, known.facts) == (None, True, ("card",))
    assert Act.objects.count() == acts, "nobody's record is read"


def test_the_directory_has_what_may_be_begun_here(office: Office) -> None:
    found = list_services()
    assert [one.code for one in found] == ["canal", "fair", "licence", "stall"]
    assert get_service("interior", "stall") == found[-1]
    for institution, code in (("interior", "nothing"), ("nowhere", "stall")):
        with refused("services.service_not_open"):
            get_service(institution, code)
