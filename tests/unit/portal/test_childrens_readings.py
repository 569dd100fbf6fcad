"""A guardian sees who read their child's data, as long as the register says that they are one."""

from datetime import timedelta

import pytest

from tests.fixtures import PASSWORD
from tests.unit.services.conftest import Office, Town, _nothing_remembered, office, town
from tests.unit.services.families import CHILD
from tests.unit.services.samples import NUMBER
from tests.unit.services.test_mandates import applied, child_lost, family
from tests.unit.visitor import Visitor
from uruk.acts.models import Act
from uruk.people.api import mandates_of
from uruk.services.api import Applicant, next_case

__all__ = ["Office", "Town", "_nothing_remembered", "family", "office", "town"]
pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {"ar": ("بيانات مَن", "بياناتي"), "ckb": ("داتای کێ", "هی خۆم"), "en": ("Whose data", "My own")}


def signed_in(language: str = "en") -> Visitor:
    visitor = Visitor(language)
    visitor.sign_in(NUMBER, PASSWORD)
    return visitor


@pytest.mark.parametrize("language", list(WORDS))
def test_a_guardian_chooses_whose_data_it_is_about(family: Office, language: str) -> None:
    applied(family, Applicant(CHILD, kind="guardian"))
    next_case(family.registrar.actor, "club")
    visitor = signed_in(language)
    visitor.get("readings/")
    assert all(word in visitor.text for word in WORDS[language]) and "N2015" in visitor.text
    mandate = next(one for one in mandates_of(family.citizen.person) if one.source == "interior/families/father")
    reference = Act.objects.filter(type="record.read").latest("created_at").pk
    link = f"readings/interior/{reference}/?for={mandate.id}"
    assert link not in visitor.text
    visitor.get(f"readings/?for={mandate.id}")
    assert link in visitor.text
    visitor.get(link)
    assert visitor.answer.status_code == 200
    visitor.get(f"readings/interior/{reference}/receipt.json?for={mandate.id}")
    assert visitor.answer.json()["uruk"] == "receipt/1"


def test_whose_guardian_one_is_no_longer_is_nobody_ones_business(family: Office) -> None:
    visitor = signed_in()
    visitor.get("readings/")
    mandate = next(one for one in mandates_of(family.citizen.person))
    child_lost(family)
    family.clock.advance(timedelta(minutes=1))
    visitor.get(f"readings/?for={mandate.id}")
    assert visitor.answer.status_code == 404 and "no longer says" in visitor.text
    visitor.get("readings/?for=nonsense")
    assert visitor.answer.status_code == 404
    visitor.get("readings/")
    assert "Whose data" not in visitor.text
