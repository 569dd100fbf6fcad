"""Cases that somebody must see to: effects that failed, expressions that cannot be judged."""

from typing import Any

import pytest

from tests.unit.services.conftest import Office, record, refused
from tests.unit.services.tasks import supervise
from uruk.kernel.api import CodedError
from uruk.services.api import (
    retry_effects,
    troubles,
)

pytestmark = pytest.mark.database


def test_an_effect_that_failed_is_in_the_list_of_troubles_until_it_is_mended_and_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = office.submitted(well="W9")
    with refused("people.right_missing"):
        troubles(office.head.actor)
    supervise(monkeypatch)
    (trouble,) = troubles(office.head.actor)
    assert (trouble.case, trouble.state, trouble.failed, trouble.error) == (case, "reserving", 1, "")
    with refused("services.reason_missing"):
        retry_effects(office.head.actor, case, "")
    record("interior", "wells", code="W9", granted_m3=50)
    retry_effects(office.head.actor, case, "سُجلت البئر")
    office.run()
    assert office.standing(case).turn == "closed:granted" and troubles(office.head.actor) == ()
    with refused("services.nothing_failed"):
        retry_effects(office.head.actor, case, "مرة أخرى")


def test_a_case_that_cannot_go_on_is_in_the_list_of_troubles_and_stops_nobody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uruk.services.domain.cases import stepping

    whole, supervised = stepping.next_move, supervise(monkeypatch)
    assert supervised is None

    def breaks(service: Any, state: str, reckoning: Any) -> Any:
        if reckoning.ground.answers["name"] == "X":
            raise CodedError("definitions.expression_failed")
        return whole(service, state, reckoning)

    monkeypatch.setattr(stepping, "next_move", breaks)
    stuck, other = office.submitted(name="X"), office.submitted(name="Y")
    (trouble,) = troubles(office.head.actor)
    assert (trouble.case, trouble.error) == (stuck, "definitions.expression_failed")
    assert office.standing(stuck).turn == "wait:interior" and office.standing(other).turn == "closed:granted"
