"""What changes in a service, in the words of a civil servant."""

import pytest

from tests.kinds import KINDS
from tests.unit.definitions.test_differing import plain
from tests.unit.services.domain.samples import FOLDERS, changed, folder_files
from uruk.definitions.api import Definition, reopen_country, tell_differences
from uruk.kernel.api import LANGUAGES, Text
from uruk.services.domain.drawing.change_words import SERVICE_WORDS

NAMES = {"planner-head": Text("مدير الخطة", "بەڕێوەبەر", "Head of the plan")}


def plan(*edits: tuple[str, str], file: str = "service.yaml") -> Definition:
    """The season plan with something replaced in one file."""
    files = changed("season-plan", *edits, file=file) if edits else folder_files(FOLDERS["season-plan"])
    found = reopen_country(files, KINDS).find("service", "agriculture", "season-plan")
    assert found is not None
    return found


def told(*edits: tuple[str, str], file: str = "service.yaml", lang: str = "en") -> list[str]:
    """What is said of a change."""
    found = tell_differences(plan(), plan(*edits, file=file), SERVICE_WORDS, NAMES)
    return [f"{plain(one.label.get(lang))}: {plain(one.value.get(lang))}" for one in found]


# What is replaced, by what, and how that is told: of what, and what becomes of it.
CHANGES = [
    (
        "within: 10 working days",
        "within: 5 working days",
        "state “Your application is with the season plan officer until ….” · deadline",
        "became 5 working days (was 10 working days)",
    ),
    (
        "second: planner-head, ",
        "",
        "state “Your application is with the season plan officer until ….” · action Refuse · second person",
        "taken out (was Head of the plan)",
    ),
    (
        "short: refused",
        "short: lapsed",
        "state “The Ministry of Water Resources is asked to reserve the water, until …” · outcome Not enough",
        "became “The application lapsed because its time ran out.” (was “Your application was refused.”)",
    ),
    (
        "min: 25, max: parcel",
        "min: 100, max: parcel",
        "step “What will you plant on plot …?” · field “Area” · the least",
        "became 100 (was 25)",
    ),
    (
        "flood, refused]",
        "flood, out_of_plan]",
        "table “Where the crop stands in the plan” · row 2",
        "became Wheat, Barley · Flood · Outside the plan (was Wheat, Barley · Flood · Refused)",
    ),
    (
        "guide: [in_time, irrigation]",
        "guide: [in_time]",
        "what is tried before applying",
        "became “Applications are made before their last day.” (was “Applications are made before their last day.”, "
        "“Wheat and barley enter the plan with modern irrigation only.”)",
    ),
    (
        "facts.card.valid_until >= today, law",
        "facts.card.valid_until > today, law",
        "condition “The farmer card is in force.” · what must hold",
        "became facts.card.valid_until > today (was facts.card.valid_until >= today)",
    ),
    (
        "asked_m2 > facts.season.automatic_m2",
        "asked_m2 > 5",
        "state received · rule 2 · when",
        "became asked_m2 > 5 (was asked_m2 > facts.season.automatic_m2)",
    ),
]


@pytest.mark.parametrize(("old", "new", "what", "became"), CHANGES)
def test_a_change_of_a_service_is_read_by_who_knows_no_yaml(old: str, new: str, what: str, became: str) -> None:
    assert told((old, new)) == [f"{what}: {became}"]


def test_a_row_that_comes_in_between_moves_no_other() -> None:
    row = "      - [[wheat, barley], flood, refused]\n"
    said = told((row, row + "      - [rice, flood, refused]\n"))
    assert said == ["table “Where the crop stands in the plan” · row 3: new: Rice · Flood · Refused"]


def test_an_example_is_told_by_its_name_and_a_text_in_its_language() -> None:
    assert told(("apply_until: 2026-12-31", "apply_until: 2026-12-30"), file="examples.yaml") == [
        "example wheat-by-sprinkler: differs"
    ]
    [said] = told(("پلانەکەت پەسەند کرا.", "پلانەکەت قبوڵ کرا."), file="texts.ckb.yaml")
    assert said.endswith("became پلانەکەت قبوڵ کرا. (was پلانەکەت پەسەند کرا.)") and said.startswith(
        "Kurdish text · state"
    )


def test_every_word_of_a_service_has_three_languages() -> None:
    for text in (*SERVICE_WORDS.groups.values(), *SERVICE_WORDS.keys.values()):
        said = {text.get(lang) for lang in LANGUAGES}
        assert len(said) == 3 or said == {""}
