"""An address counts once the code that was sent there has come back."""

from datetime import timedelta

import pytest

from tests.unit.notices.conftest import Pigeons, Reader, code_in, not_reached, refused, run
from uruk.kernel.api import Actor, FixedClock
from uruk.notices.api import (
    add_contact,
    confirm_contact,
    my_notices,
    my_reach,
    open_channels,
    remove_contact,
    tell,
    want_contact,
)
from uruk.notices.models import Message

pytestmark = pytest.mark.database


def asked(reader: Reader, pigeons: Pigeons, address: str = "tower 7") -> str:
    """The code that was sent to a new address."""
    add_contact(reader.actor, "pigeon", address)
    run()
    return code_in(pigeons.sent[-1])


def test_nothing_is_sent_to_an_address_that_nobody_confirmed(someone: Reader, pigeons: Pigeons) -> None:
    code = asked(someone, pigeons)
    tell(someone.told())
    run()
    assert len(pigeons.sent) == 1
    confirm_contact(someone.actor, "pigeon", f" {code[:3]} {code[3:]} ")
    tell(someone.told())
    run()
    assert len(pigeons.sent) == 2 and len(my_notices(someone.actor)) == 2
    (contact,) = my_reach(someone.actor).contacts
    assert (contact.address, contact.verified, contact.wanted) == ("tower 7", True, True)


def test_five_wrong_codes_close_it_and_a_new_one_opens_it(someone: Reader, pigeons: Pigeons) -> None:
    code = asked(someone, pigeons)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        with refused("notices.code_refused"):
            confirm_contact(someone.actor, "pigeon", wrong)
    with refused("notices.code_refused"):
        confirm_contact(someone.actor, "pigeon", code)
    confirm_contact(someone.actor, "pigeon", asked(someone, pigeons))
    with refused("notices.code_refused"):
        confirm_contact(someone.actor, "pigeon", code)


def test_a_code_is_good_for_half_an_hour(someone: Reader, pigeons: Pigeons, clock: FixedClock) -> None:
    code = asked(someone, pigeons)
    clock.advance(timedelta(minutes=31))
    with refused("notices.code_refused"):
        confirm_contact(someone.actor, "pigeon", code)


def test_a_code_that_could_not_be_sent_in_time_is_not_sent(
    someone: Reader, pigeons: Pigeons, clock: FixedClock
) -> None:
    pigeons.fault = not_reached()
    add_contact(someone.actor, "pigeon", "tower 7")
    run()
    pigeons.fault = None
    clock.advance(timedelta(minutes=40))
    run()
    assert pigeons.sent == [] and Message.objects.get().error == "notices.too_late"


def test_nobody_has_an_address_ring_all_night(someone: Reader, pigeons: Pigeons, clock: FixedClock) -> None:
    from tests.unit.notices.conftest import PASSWORD
    from uruk.people.api import create_account

    for _ in range(5):
        asked(someone, pigeons)
    with refused("notices.too_many_codes"):
        add_contact(someone.actor, "pigeon", "tower 8")
    other = create_account(PASSWORD)
    with refused("notices.too_many_codes"):
        add_contact(Actor(channel="portal", person=other), "pigeon", "tower 7")
    clock.advance(timedelta(days=1, seconds=1))
    asked(someone, pigeons)


def test_an_address_is_changed_stopped_and_forgotten(reached: Reader, pigeons: Pigeons) -> None:
    want_contact(reached.actor, "pigeon", wanted=False)
    assert not my_reach(reached.actor).contacts[0].wanted
    asked(reached, pigeons, "tower 9")
    assert not my_reach(reached.actor).contacts[0].verified
    remove_contact(reached.actor, "pigeon")
    assert my_reach(reached.actor).contacts == ()
    for deed in (lambda: remove_contact(reached.actor, "pigeon"), lambda: _want(reached)):
        with refused("notices.contact_unknown"):
            deed()


def _want(reader: Reader) -> None:
    want_contact(reader.actor, "pigeon", wanted=True)


def test_only_channels_that_are_set_up_may_be_chosen(someone: Reader, pigeons: Pigeons) -> None:
    assert open_channels() == ("pigeon",)
    with refused("notices.channel_unknown"):
        add_contact(someone.actor, "email", "name@example.com")
    with refused("notices.for_persons"):
        my_reach(Actor(channel="desk", person=someone.person, institution="interior", role="clerk"))
