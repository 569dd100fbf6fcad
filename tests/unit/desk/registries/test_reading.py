"""Finding and reading records at the desk: the list, the record, its history, what leads to it, as of a day."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.unit.desk.registries.conftest import Archive, Desk
from tests.unit.registries.samples import CARD, NUMBER, SHOP
from uruk.registries.api import Change

pytestmark = pytest.mark.database
AtDesk = Callable[..., Desk]


def test_the_overview_says_what_waits_in_each_registry_of_the_office(archive: Archive, desk: AtDesk) -> None:
    archive.change(Change("create", values=CARD), registry="cards")
    found = desk(archive.registrar, "cards")
    found.page.get("desk/interior/registrar/")
    assert "1 request waits" in found.text and found.root in found.text
    found.page.get("desk/interior/registrar/registries/")
    assert "المحلات" in found.text
    assert "1 request waits" in found.text


def test_a_registry_in_which_the_office_has_no_right_is_not_there(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.auditor, "streets")
    assert found.get().status_code == 404
    assert found.says("desk.registry_unknown")
    assert found.page.get("desk/interior/auditor/registries/nowhere/").status_code == 404


def test_records_are_found_by_words_and_conditions(archive: Archive, desk: AtDesk) -> None:
    archive.create()
    archive.create(code="B2", name="مكتبة النور", area="90", opened="2024-05-01")
    found = desk(archive.registrar)
    found.get()
    assert "2 records" in found.text
    for asked in (
        {"q": "السلام"},
        {"f-code": "A"},
        {"f-area-to": "٥٠"},
        {"f-opened-from": "1/1/2020", "f-opened-to": "31/12/2020"},
    ):
        found.post(**asked)
        assert "مخبز السلام" in found.text and "مكتبة النور" not in found.text, asked
        assert "1 record" in found.text
    found.post(q="لا أحد")
    assert "Nothing is found." in found.text


def test_the_list_is_sorted_and_goes_on_page_by_page(archive: Archive, desk: AtDesk) -> None:
    shops = (
        Change("create", values={**SHOP, "code": f"C{number:02}", "name": f"محل {number:02}"}) for number in range(53)
    )
    archive.change(*shops)
    found = desk(archive.registrar)
    found.post(sort="-code")
    assert "C52" in found.text and "C02" not in found.text
    token = found.text.partition('name="after" value="')[2].partition('"')[0]
    found.post(sort="-code", after=token)
    assert "C02" in found.text and "C52" not in found.text
    assert "First page" in found.text and "Next page" not in found.text
    found.post(sort="code", after=token)
    assert found.says("registries.page_token")
    found.post(after="x" * 5000)
    assert found.says("registries.page_token")


@pytest.mark.parametrize(
    ("typed", "code"),
    [({"f-opened-from": "tomorrow"}, "field_not_date"), ({"f-area-to": "forty"}, "field_not_number")],
)
def test_a_condition_that_is_none_is_told_at_its_question(
    archive: Archive, desk: AtDesk, typed: dict[str, str], code: str
) -> None:
    found = desk(archive.registrar, language="ckb")
    assert found.post(**typed).status_code == 422
    assert found.says(f"definitions.{code}")
    assert f'id="field-{next(iter(typed))}-error"' in found.text


def test_what_an_office_does_not_see_it_cannot_search_by_and_is_told(archive: Archive, desk: AtDesk) -> None:
    record = archive.create(pin="1234")
    found = desk(archive.auditor)
    found.get(f"{record}/")
    assert "1234" not in found.text and "Kept secret" in found.text
    assert "Your office is not shown:" in found.text and "ملاحظة" in found.text
    assert "Record a change" not in found.text
    found.post(**{"f-pin": "1234"})
    assert "1 record" in found.text


def test_the_history_says_who_changed_what_when_and_why(archive: Archive, desk: AtDesk) -> None:
    record = archive.create()
    archive.amend(record, {"area": 60})
    found = desk(archive.registrar, language="ar")
    found.get(f"{record}/")
    assert "letter 7" in found.text and "مسجل" in found.text
    assert "٤٠ م²" in found.text and "٦٠ م²" in found.text
    answer = found.get(f"{record}/receipts/2.json")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{record}-2.receipt.json"'
    assert {"salt", "leaf", "path"} <= set(json.loads(answer.content))
    assert found.get(f"{record}/receipts/9.json").status_code == 404


def test_a_record_is_shown_as_it_was_on_a_day(archive: Archive, desk: AtDesk) -> None:
    record = archive.create()
    archive.amend(record, {"area": 60})
    found = desk(archive.registrar)
    found.get(f"{record}/then/?on=23/11/2026")
    assert "60 m²" in found.text and "As it was on" in found.text
    found.get(f"{record}/then/?on=1/1/2020&known=23/11/2026")
    assert found.says("registries.not_then")
    assert found.get(f"{record}/then/?on=whenever").status_code == 422
    assert found.says("definitions.field_not_date")


def test_links_lead_on_and_back(archive: Archive, desk: AtDesk) -> None:
    street = archive.create({"code": "S1", "name": "شارع الرشيد"}, registry="streets")
    shop = archive.create(street="S1")
    found = desk(archive.registrar)
    found.get(f"{shop}/")
    assert "شارع الرشيد (S1)" in found.text or "S1" in found.text
    found.get(f"{shop}/to/street/")
    assert found.page.path.endswith(f"streets/{street}/")
    assert "المحلات: 1" in found.text
    found.post(**{"f-street": "S1"})
    assert "مخبز السلام" in found.text
    assert found.get(f"{shop}/to/name/").status_code == 404
    assert found.says("desk.link_unknown")


def test_no_address_holds_a_persons_number_or_name(archive: Archive, desk: AtDesk) -> None:
    card = archive.card()
    visit = archive.create({"card": NUMBER, "day": "2026-01-01"}, registry="visits")
    found = desk(archive.registrar, "visits")
    found.get(f"{visit}/")
    assert f'href="/en/{found.root}{visit}/to/card/"' in found.text
    found.get(f"{visit}/to/card/")
    assert str(card) in found.page.path
    links = [part.partition('"')[0] for part in found.text.split('href="')[1:]]
    assert not any(NUMBER in link or "زينب" in link for link in links)


def test_what_is_left_of_a_capacity_is_shown_with_its_reservations(archive: Archive, desk: AtDesk) -> None:
    from uruk.registries.api import reserve

    well = archive.create({"code": "W1", "granted_m3": 100}, registry="wells")
    reserve(archive.registrar.actor, "interior", "wells", "W1", 30, holder="agriculture/plans", reservation=uuid4())
    found = desk(archive.registrar, "wells")
    found.get(f"{well}/")
    assert all(said in found.text for said in ("100 m³", "30 m³", "70 m³", "agriculture/plans", "Reserved"))


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_who_is_shown_a_persons_record_is_noted(archive: Archive, desk: AtDesk, language: str) -> None:
    from uruk.acts.models import Act

    card = archive.card()
    found = desk(archive.registrar, "cards", language)
    before = Act.objects.filter(type="record.read").count()
    found.get(f"{card}/")
    assert Act.objects.filter(type="record.read").count() > before


def test_only_files_that_the_record_has_are_handed_out(archive: Archive, desk: AtDesk) -> None:
    from uruk.registries.api import keep_file

    actor = archive.registrar.actor
    plan, other = (keep_file(actor, "interior", "shops", data) for data in (b"%PDF-plan", b"of another record"))
    record = archive.create(plan=plan)
    found = desk(archive.registrar)
    answer = found.get(f"{record}/files/{plan}/")
    assert (answer.content, answer.headers["Content-Disposition"]) == (b"%PDF-plan", 'attachment; filename="file.pdf"')
    assert found.get(f"{record}/files/{other}/").status_code == 404
    assert found.says("registries.file_unknown")
    assert found.get(f"{record}/files/{'z' * 64}/").status_code == 404


def test_whatever_stands_in_the_address_is_answered(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.registrar)
    any_id: Any = uuid4()
    for path in (f"{any_id}/", f"{any_id}/change/", f"requests/{any_id}/", "duplicates/77/", f"{any_id}/end/burn/"):
        assert found.get(path).status_code == 404, path
