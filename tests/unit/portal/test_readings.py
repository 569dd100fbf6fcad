"""The page "who read my data": the citizen's own readings, in their language, each with its receipt."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from tests.fixtures import MOMENT
from tests.unit.documents.conftest import Office
from tests.unit.visitor import Visitor
from uruk.documents import api as documents
from uruk.kernel.api import Text
from uruk.people.api import MyReading, MyReadings

pytestmark = pytest.mark.django_db(transaction=True)
TITLES = {"ar": "من اطّلع على بياناتي", "ckb": "کێ داتاکانمی بینیوە", "en": "Who read my data"}
NAME = Text("وزارة", "وەزارەت", "Ministry")


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_a_reading_is_shown_in_the_citizens_language(
    holder: Callable[..., Visitor], office: Office, paper: Any, language: str
) -> None:
    documents.get_document(office.head.actor, paper.id)
    visitor = holder(language)
    visitor.get("readings/")
    assert TITLES[language] in visitor.text
    assert paper.title.get(language) in visitor.text
    assert visitor.answer["Cache-Control"] == "private, no-store"


def test_its_receipt_is_checked_and_comes_as_a_file(holder: Callable[..., Visitor], office: Office, paper: Any) -> None:
    from uruk.acts.models import Act

    documents.get_document(office.head.actor, paper.id)
    act = Act.objects.filter(type="record.read").latest("id").pk
    visitor = holder()
    visitor.get("readings/")
    assert f"readings/interior/{act}/" in visitor.text
    visitor.get(f"readings/interior/{act}/")
    assert "Checked just now" in visitor.text and "yours is among them" in visitor.text
    answer = visitor.get(f"readings/interior/{act}/receipt.json")
    assert answer.json()["uruk"] == "receipt/1" and answer["Content-Disposition"].startswith("attachment")


def test_the_receipt_of_a_reading_that_is_not_mine_is_not_found(holder: Callable[..., Visitor], paper: Any) -> None:
    visitor = holder()
    assert visitor.get(f"readings/interior/{uuid4()}/").status_code == 404
    assert visitor.get(f"readings/interior/{uuid4()}/receipt.json").status_code == 404


def test_whoever_was_not_seen_is_not_shown_anything(holder: Callable[..., Visitor], paper: Any) -> None:
    visitor = holder(seen=False)
    assert visitor.get("readings/").status_code == 403


def reading(**changes: Any) -> MyReading:
    facts = {
        "at": MOMENT, "holder": "interior", "holder_names": NAME, "reader": NAME, "system": "xx/GOV/tax/desk",
        "action": NAME, "purpose": "", "law": "e-signature/13", "source": "exchange", "reference": uuid4(),
    } | changes  # fmt: skip
    return MyReading(**facts)


def test_what_is_known_of_a_reading_is_said(holder: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch) -> None:
    found = MyReadings(
        (
            reading(purpose="case <7>"),
            reading(source="claimed", law=""),
            reading(source="check"),
            reading(source="officer", hidden_until=MOMENT, hidden_law="e-signature/13"),
            reading(source="program"),
            reading(law="nowhere/1"),
        ),
        5, (NAME,), (Text("الصحة", "تەندروستی", "Health"),), MOMENT - timedelta(days=1),
    )  # fmt: skip
    monkeypatch.setattr("uruk.portal.readings.my_readings", lambda actor, before, holder: found)
    visitor = holder()
    visitor.get("readings/")
    for said in (
        "case <7>", "According to who asked", "nobody asks who", "An officer of Ministry", "A program of Ministry",
        "Hidden until",
        "Signature Act, article 13", "nowhere/1", "None is named", "did not answer just now", "Health", "Older ones",
        "?before=2026-11-22T09%3A00%3A00Z",
    ):  # fmt: skip
        assert said in visitor.text, said
    assert b"case &lt;7&gt;" in visitor.answer.content


def test_whoever_read_for_a_service_is_told_by_its_title(
    holder: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Known:
        @staticmethod
        def of_kind(kind: str) -> Any:
            assert kind == "service"
            return [SimpleNamespace(code="stall", title=Text("كشك", "دوکان", "A stall"))]

    found = MyReadings((reading(purpose="stall"),), 1, (NAME,), ())
    monkeypatch.setattr("uruk.portal.readings.my_readings", lambda actor, before, holder: found)
    monkeypatch.setattr("uruk.portal.readings.find_country", lambda: Known)
    visitor = holder("ar")
    monkeypatch.setattr("uruk.portal.readings._law", lambda code: "")
    visitor.get("readings/")
    assert "كشك" in visitor.text and "stall" not in visitor.text and "بعبارتهم" not in visitor.text


def test_an_address_that_was_cut_short_begins_anew(
    holder: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def nothing(actor: Any, before: Any, holder: str) -> MyReadings:
        asked.append(before)
        return MyReadings((), 0, (), ())

    monkeypatch.setattr("uruk.portal.readings.my_readings", nothing)
    visitor = holder()
    visitor.get("readings/?before=2026-11-22T09%3A00%3A00Z")
    assert "There is nothing older." in visitor.text
    visitor.get("readings/?before=2026-11-2")
    assert asked == [MOMENT - timedelta(days=1), None]
