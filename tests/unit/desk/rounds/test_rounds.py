"""A round at the desk: numbers and nobody's data, closed by two officers with their passkeys."""

from collections.abc import Callable

import pytest

from tests.unit.desk.cases.conftest import Desk
from tests.unit.services.rounds.conftest import Hall
from tests.unit.services.samples import NUMBER

pytestmark = pytest.mark.database
Sit = Callable[..., Desk]


def test_two_officers_close_a_round_with_their_passkeys_and_see_what_came_of_it(hall: Hall, desk: Sit) -> None:
    cases = [hall.apply(points) for points in (10, 20, 30)]
    first = desk(hall.registrar)
    first.get("rounds/")
    assert "C1" in first.text and "Open for applications" in first.text
    hall.end()
    path = f"rounds/course/{hall.key()}/"
    first = desk(hall.registrar)  # nobody stays signed in for a week
    first.get(path)
    assert "Over: it can be closed" in first.text
    assert NUMBER not in first.text and str(cases[0]) not in first.text, "numbers, and nobody's data"
    first.sign(f"{path}propose/")
    assert "One person has signed" in first.text and "The second person signs now." in first.text
    second = desk(hall.head, "ar")
    second.get(path)
    assert "إغلاق الجولة" in second.text
    second.sign(f"{path}approve/")
    hall.run()
    second.get(path)
    assert "حُسمت ونُشرت" in second.text
    assert 'href="/rounds/interior/course/' in second.text
    first.get(path)
    assert "Decided and published" in first.text
    assert hall.states(*cases) == ["listed", "offered", "offered"]


def test_the_first_signature_is_taken_back_and_nobody_else_sees_the_round(hall: Hall, desk: Sit) -> None:
    hall.apply(10)
    hall.end()
    path = f"rounds/course/{hall.key()}/"
    first = desk(hall.registrar)
    first.get(path)
    first.sign(f"{path}propose/")
    first.post(f"{path}take-back/")
    assert "Over: it can be closed" in first.text
    other = desk(hall.clerk)
    other.get(path)
    assert other.says("services.round_unknown")
    other.get("rounds/")
    assert "C1" not in other.text


def test_what_was_signed_is_what_the_page_showed(hall: Hall, desk: Sit) -> None:
    hall.apply(10)
    hall.end()
    path = f"rounds/course/{hall.key()}/"
    first = desk(hall.registrar)
    first.get(path)
    first.post(f"{path}propose/", proposal="0" * 64)
    assert first.says("desk.proposal_changed")


def test_a_round_of_one_officer_is_closed_by_a_button_and_not_before_its_end(
    hall: Hall, desk: Sit, town: object
) -> None:
    case = hall.apply(50, "canal")
    path = f"rounds/canal/{hall.key('canal')}/"
    page = desk(hall.registrar, "ckb")
    page.post(f"{path}close/")
    assert page.says("services.round_open", last="2026-11-30")
    hall.end()
    page = desk(hall.registrar, "ckb")
    page.get(path)
    page.post(f"{path}close/")
    hall.run()
    assert hall.states(case) == ["offered"]
    page.get("")
    assert f'{page.root}rounds/"' in page.text
