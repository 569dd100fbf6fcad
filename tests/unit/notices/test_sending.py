"""Sending: tried again with growing waits, given up, and never more than once too often whatever is killed."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.notices.conftest import Pigeons, Reader, not_reached, run
from uruk.acts.api import run_due_jobs
from uruk.kernel.api import FixedClock, Settings
from uruk.notices import sending
from uruk.notices.api import NotSentError, SentView, my_notices, remove_contact, tell, want_contact
from uruk.notices.models import Message

pytestmark = pytest.mark.database


class Killed(BaseException):
    """The process ends here."""


def outcome(reader: Reader) -> SentView:
    (notice,) = my_notices(reader.actor)
    (sent,) = notice.sent
    return sent


def kill(reader: Reader, pigeons: Pigeons, clock: FixedClock) -> None:
    """The message leaves, and the process ends before that is noted; its job is free again when the lease is over."""
    pigeons.lost = Killed()
    with pytest.raises(Killed):
        run_due_jobs()
    pigeons.lost = None
    clock.advance(timedelta(minutes=11))


def test_a_message_that_was_sent_says_when(reached: Reader, pigeons: Pigeons, clock: FixedClock) -> None:
    tell(reached.told())
    assert outcome(reached).outcome == "waiting"
    run()
    found = outcome(reached)
    assert (found.outcome, found.at, found.channel) == ("sent", clock.now(), "pigeon") and found.shown == ""


def test_killed_between_sending_and_noting_it_is_sent_once_more_and_no_third_time(
    reached: Reader, pigeons: Pigeons, clock: FixedClock
) -> None:
    tell(reached.told())
    kill(reached, pigeons, clock)
    kill(reached, pigeons, clock)
    run()
    assert len(pigeons.sent) == 2 and len({one.id for one in pigeons.sent}) == 1
    assert (outcome(reached).outcome, outcome(reached).error) == ("failed", "notices.unsure")


def test_killed_once_it_arrives_and_is_noted(reached: Reader, pigeons: Pigeons, clock: FixedClock) -> None:
    tell(reached.told())
    kill(reached, pigeons, clock)
    run()
    assert len(pigeons.sent) == 2 and outcome(reached).outcome == "sent"


def test_who_cannot_be_reached_is_tried_again_with_growing_waits_and_then_no_more(
    reached: Reader, pigeons: Pigeons, clock: FixedClock
) -> None:
    pigeons.fault = not_reached()
    tell(reached.told())
    waits = []
    for _ in range(8):
        run()
        found = outcome(reached)
        assert (found.outcome, found.error) == ("waiting", "notices.not_reached") and found.next_at is not None
        waits.append((found.next_at - clock.now()) // timedelta(minutes=1))
        clock.advance(found.next_at - clock.now())
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    clock.advance(timedelta(days=1))
    run()
    assert outcome(reached).outcome == "failed" and pigeons.sent == []


def test_after_a_silence_it_goes_out(reached: Reader, pigeons: Pigeons, clock: FixedClock) -> None:
    pigeons.fault = not_reached()
    tell(reached.told())
    run()
    pigeons.fault = None
    clock.advance(timedelta(minutes=2))
    run()
    assert len(pigeons.sent) == 1 and outcome(reached).outcome == "sent"


def test_what_is_refused_for_good_is_not_tried_again(reached: Reader, pigeons: Pigeons) -> None:
    pigeons.fault = NotSentError("notices.address_refused", final=True)
    tell(reached.told())
    run()
    assert (outcome(reached).outcome, outcome(reached).error) == ("failed", "notices.address_refused")


def test_a_carrier_that_falls_silent_half_way_is_asked_once_more(
    reached: Reader, pigeons: Pigeons, clock: FixedClock
) -> None:
    pigeons.lost = TimeoutError()
    tell(reached.told())
    for _ in range(4):
        run()
        clock.advance(timedelta(minutes=5))
    assert len(pigeons.sent) == 2 and outcome(reached).error == "notices.unsure"


@pytest.mark.parametrize(
    "stop", [lambda actor: remove_contact(actor, "pigeon"), lambda actor: want_contact(actor, "pigeon", wanted=False)]
)
def test_what_nobody_wants_any_more_is_not_sent(reached: Reader, pigeons: Pigeons, stop: Any) -> None:
    tell(reached.told())
    stop(reached.actor)
    run()
    assert pigeons.sent == [] and outcome(reached).error == "notices.not_wanted"


def test_a_channel_that_is_gone_is_said_to_be(reached: Reader, pigeons: Pigeons) -> None:
    tell(reached.told())
    pigeons.open = False
    run()
    assert outcome(reached).error == "notices.channel_unknown" and outcome(reached).outcome == "waiting"


def test_a_demonstration_sends_nothing_and_shows_what_it_would_have_sent(
    reached: Reader, pigeons: Pigeons, settings: Any, production: Settings
) -> None:
    from dataclasses import replace

    settings.URUK = replace(production, mode="demonstration")
    tell(reached.told())
    run()
    found = outcome(reached)
    assert pigeons.sent == [] and found.outcome == "sent" and "أُقر طلبك" in found.shown


def test_a_message_that_is_no_more_is_no_work(reached: Reader, pigeons: Pigeons) -> None:
    tell(reached.told())
    Message.objects.all().delete()
    run()
    assert pigeons.sent == []


def test_the_secret_of_a_code_is_not_kept_when_it_was_sent(reached: Reader, clock: FixedClock) -> None:
    assert not Message.objects.exclude(code="").exists()
    clock.advance(timedelta(days=2))
    sending.forget_codes({})
    assert not Message.objects.filter(notice=None).exists()
