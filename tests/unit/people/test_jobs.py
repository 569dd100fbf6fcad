from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fixtures import PASSWORD
from tests.unit.people.browser import Browser
from uruk.acts.api import emit, run_due_jobs
from uruk.kernel.api import CodedError, FixedClock
from uruk.people.api import sign_in
from uruk.people.models import Attempt, SignIn

NUMBER = "198012345678"


def test_what_is_over_is_forgotten_every_hour(citizen: Callable, clock: FixedClock) -> None:
    citizen(NUMBER)
    with pytest.raises(CodedError):
        Browser().call(sign_in, NUMBER, "a wrong password")
    Browser().call(sign_in, NUMBER, PASSWORD)
    emit("node.hourly", {}, key="now")
    run_due_jobs()
    assert (Attempt.objects.count(), SignIn.objects.count()) == (2, 1)
    clock.advance(timedelta(hours=2))
    emit("node.hourly", {}, key="later")
    run_due_jobs()
    assert (Attempt.objects.count(), SignIn.objects.count()) == (0, 1)
    clock.advance(timedelta(days=90))
    emit("node.hourly", {}, key="much later")
    run_due_jobs()
    assert SignIn.objects.count() == 0
