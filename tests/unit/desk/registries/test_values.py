"""At the desk: what the registry draws may be left blank, and what it reckons is not asked for."""

from collections.abc import Callable

import pytest

from tests.unit.desk.registries.conftest import Archive, Desk
from tests.unit.registries.lives import life
from tests.unit.registries.test_values import labelled
from uruk.registries.api import list_records

__all__ = ["labelled", "life"]

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
WHY = {"change-reason": "letter 7"}


def test_a_number_that_the_registry_draws_may_be_left_blank(archive: Archive, desk: Callable[..., Desk]) -> None:
    found = desk(archive.registrar, "wells")
    found.get("new/")
    assert 'name="code"' in found.text
    found.post("new/", code="", granted_m3="5", **WHY)
    assert "Recorded." in found.text and "W-2026-001" in found.text
    assert found.post("new/", code="W-2026-001", granted_m3="5", **WHY).status_code == 422


def test_what_the_registry_reckons_is_shown_and_not_asked_for(labelled: Archive, desk: Callable[..., Desk]) -> None:
    found = desk(labelled.registrar)
    found.get("new/")
    assert 'name="name"' in found.text and 'name="label"' not in found.text
    found.post("new/", code="A1", name="X", **WHY)
    assert "A1: X" in found.text
    (record,) = list_records(labelled.registrar.actor, "interior", "shops").records
    found.get(f"{record.record}/change/")
    assert 'name="name"' in found.text and 'name="label"' not in found.text
