"""At the counter for a child or a company: the one who consents stands there, registers say for whom they speak."""

from collections.abc import Callable

import pytest

from tests.unit.desk.apply.test_counter import CARD
from tests.unit.desk.cases.conftest import Desk
from tests.unit.services.conftest import Office, Town
from tests.unit.services.families import CHILD, FIRM
from tests.unit.services.samples import NUMBER, OTHER_NUMBER
from tests.unit.services.test_mandates import family
from uruk.kernel.api import new_id
from uruk.services.models import Case, Consent, Draft

__all__ = ["family"]
pytestmark = pytest.mark.database


def test_a_clerk_applies_for_a_child_by_its_guardian_and_for_nobody_else(
    family: Office, desk: Callable[..., Desk], town: Town
) -> None:
    clerk = desk(family.clerk)
    clerk.get("apply/")
    assert "apply/services/club/" in clerk.text
    clerk.post("apply/services/club/", consent=str(new_id()), **CARD)
    page = f"apply/consents/{Consent.objects.get().pk}/"
    assert clerk.path == page and "For whom do they apply?" in clerk.text and not Draft.objects.exists()
    for told in (f"person:{NUMBER}", f"guardian:{CHILD}", f"company:{FIRM}"):
        assert f'value="{told}"' in clerk.text
    clerk.post(page, **{"for-whom": f"guardian:{OTHER_NUMBER}"})
    assert "field-for-whom-error" in clerk.text and not Draft.objects.exists()
    clerk.post(page, **{"for-whom": f"guardian:{CHILD}"})
    assert "For the child" in clerk.text and CHILD in clerk.text and "The consent is noted" in clerk.text
    draft = f"apply/drafts/{Draft.objects.get().pk}/"
    clerk.post(f"{draft}steps/club/", club="chess")
    assert clerk.path == draft and "For the child" in clerk.text
    clerk.post(draft)
    case = Case.objects.get()
    assert clerk.path == f"apply/cases/{case.pk}/" and case.subject == CHILD and "For the child" in clerk.text


def test_whoever_does_not_answer_is_named_and_who_speaks_for_nobody_is_told_so(
    family: Office, desk: Callable[..., Desk], town: Town
) -> None:
    clerk, town.away = desk(family.clerk), True
    clerk.post("apply/services/club/", consent=str(new_id()), **{**CARD, "number": OTHER_NUMBER})
    assert "These do not answer now" in clerk.text and f"company:{FIRM}" not in clerk.text
    assert f'value="person:{OTHER_NUMBER}"' in clerk.text
