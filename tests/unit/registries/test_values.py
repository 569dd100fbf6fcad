"""Records whose registry reckons values and draws numbers, whoever writes them."""

from typing import Any
from uuid import uuid4

import pytest

from tests.unit.registries.conftest import Archive
from tests.unit.registries.lives import life
from tests.unit.registries.revising import Life
from uruk.registries.api import Change, Checked, InvalidChangesError, timeline
from uruk.registries.models import DrawnNumber

__all__ = ["life"]

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
LABEL = (
    ("keep: 2 years", "keep: 2 years\nvalues: {label: \"code + ': ' + name\"}"),
    ("  opened: {type", "  label: {type: text, required: false}\n  opened: {type"),
)


@pytest.fixture
def labelled(life: Life) -> Archive:
    """Shops whose label follows from code and name."""
    life.draft("shops", *LABEL, texts="label: وسم, ")
    life.sign(life.propose("shops"))
    return life.archive


def problems(wrong: pytest.ExceptionInfo[InvalidChangesError]) -> list[tuple[str, str]]:
    return [(one.field, one.error.code) for one in wrong.value.problems]


def test_a_value_is_reckoned_at_every_write_and_nobody_says_otherwise(labelled: Archive) -> None:
    shop = labelled.create({"code": "A1", "name": "X"})
    assert labelled.get(shop).values["label"] == "A1: X"
    labelled.amend(shop, {"name": "Y"})
    labelled.amend(shop, {"name": "Z", "label": "A1: Z"})
    assert labelled.get(shop).values["label"] == "A1: Z"
    with pytest.raises(InvalidChangesError) as wrong:
        labelled.amend(shop, {"label": "mine"})
    assert problems(wrong) == [("label", "registries.value_reckoned")]
    labels = [one.values["label"] for one in timeline(labelled.registrar.actor, "interior", "shops", shop)]
    assert sorted(labels) == ["A1: X", "A1: Y", "A1: Z"]


def test_what_was_there_before_has_it_with_its_next_version(life: Life) -> None:
    shop = life.archive.create({"code": "A1", "name": "X"})
    life.draft("shops", *LABEL, texts="label: وسم, ")
    life.sign(life.propose("shops"))
    assert "label" not in life.archive.get(shop).values
    life.archive.amend(shop, {"name": "Y"})
    assert life.archive.get(shop).values["label"] == "A1: Y"


def test_a_new_record_without_its_number_has_the_next(archive: Archive) -> None:
    def code(**values: Any) -> str:
        return str(archive.get(archive.create({"granted_m3": 5, **values}, registry="wells"), "wells").values["code"])

    assert [code(), code(code="W-2026-002"), code(code=""), code()] == [
        "W-2026-001", "W-2026-002", "W-2026-003", "W-2026-004",
    ]  # fmt: skip
    both = archive.change(*(Change("create", values={"granted_m3": one}) for one in (1, 2)), registry="wells")
    assert [archive.get(one, "wells").values["code"] for one in both.records] == ["W-2026-005", "W-2026-006"]


def test_the_same_act_again_has_the_same_number_and_a_trial_draws_none(archive: Archive) -> None:
    act, made = uuid4(), [Change("create", values={"granted_m3": 5})]
    first, again = (archive.change(*made, registry="wells", act_id=act) for _ in range(2))
    assert first.records == again.records and DrawnNumber.objects.count() == 1
    assert archive.change(*made, *made, registry="wells", validate_only=True) == Checked(2)
    assert DrawnNumber.objects.count() == 1


def test_a_registry_without_a_series_draws_nothing(archive: Archive) -> None:
    with pytest.raises(InvalidChangesError) as wrong:
        archive.create({"name": "X"})
    assert problems(wrong) == [("code", "definitions.field_required")]
