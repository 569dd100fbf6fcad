"""My place in a round: said on the page of my case, with the proof that anybody can check."""

import json

import pytest

from tests.fixtures import PASSWORD
from tests.unit.services.conftest import _nothing_remembered
from tests.unit.services.rounds.conftest import Hall, hall
from tests.unit.services.samples import NUMBER
from tests.unit.visitor import Visitor

__all__ = ["_nothing_remembered", "hall"]
pytestmark = pytest.mark.django_db(transaction=True)
TOLD = {"ar": ("١ من ٣", "لك مقعد"), "ckb": ("١ لە ٣", "شوێنت هەیە"), "en": ("1 of 3", "You have a place")}


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_an_applicant_sees_when_they_are_ranked_and_then_how(hall: Hall, language: str) -> None:
    best, *_ = (hall.apply(points, "bazaar") for points in (90, 50, 10))
    visitor = Visitor(language)
    visitor.sign_in(NUMBER, PASSWORD)
    visitor.get(f"cases/{best}/")
    waits = {"ar": "ترتب كل الطلبات", "ckb": "بە یەکجار", "en": "ranked at once"}
    assert waits[language] in visitor.text
    hall.end()
    visitor = Visitor(language)
    visitor.sign_in(NUMBER, PASSWORD)
    visitor.get(f"cases/{best}/")
    assert all(one in visitor.text for one in TOLD[language])
    assert 'href="/rounds/interior/bazaar/' in visitor.text
    proof = visitor.get(f"cases/{best}/place.json")
    assert json.loads(proof.content)["uruk"] == "round-place/1"


def test_whoever_came_too_late_is_told_so(hall: Hall) -> None:
    hall.apply(10, "bazaar")
    hall.end()
    late = hall.apply(90, "bazaar")
    visitor = Visitor("en")
    visitor.sign_in(NUMBER, PASSWORD)
    visitor.get(f"cases/{late}/")
    assert "it came too late" in visitor.text
    visitor.get(f"cases/{late}/place.json")
    assert visitor.says("services.round_unknown")
