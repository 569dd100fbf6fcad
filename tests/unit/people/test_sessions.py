from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fixtures import PASSWORD
from tests.unit.people.browser import Browser
from uruk.kernel.api import CodedError, FixedClock, new_id
from uruk.people.api import (
    change_password,
    list_sessions,
    revoke_session,
    sign_in,
    sign_out,
    signed_in_person,
)
from uruk.people.domain.devices import describe_device
from uruk.people.models import Person, SignIn

NUMBER = "198012345678"
FIREFOX = "Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0"


@pytest.fixture
def signed_in(citizen: Callable) -> Callable[..., Browser]:
    """A browser in which the citizen is signed in."""
    citizen(NUMBER)

    def make(**browser: str) -> Browser:
        made = Browser(**browser)
        made.call(sign_in, NUMBER, PASSWORD)
        return made

    return make


def test_a_person_sees_their_sessions_and_ends_one_of_them(signed_in: Callable) -> None:
    home, phone = signed_in(), signed_in(address="198.51.100.1", user_agent=FIREFOX)
    sessions = {view.device: view for view in home.call(list_sessions)}
    assert set(sessions) == {"Chrome, Linux", "Firefox, Android"}
    assert [view.current for view in sessions.values()].count(True) == 1
    home.call(revoke_session, sessions["Firefox, Android"].id)
    assert phone.call(signed_in_person) is None
    assert home.call(signed_in_person) is not None


def test_nobody_ends_somebody_elses_session(signed_in: Callable, citizen: Callable) -> None:
    mine = signed_in()
    citizen("198099999999")
    stranger = Browser("198.51.100.9")
    stranger.call(sign_in, "198099999999", PASSWORD)
    for session in (mine.call(list_sessions)[0].id, new_id()):
        with pytest.raises(CodedError) as refused:
            stranger.call(revoke_session, session)
        assert refused.value.code == "people.session_unknown"
    assert mine.call(signed_in_person) is not None


def test_signing_out_ends_the_session_for_good(signed_in: Callable) -> None:
    browser = signed_in()
    stolen = dict(browser.cookies)
    browser.call(sign_out)
    thief = Browser("198.51.100.1")
    thief.cookies = stolen
    assert (browser.call(signed_in_person), thief.call(signed_in_person)) == (None, None)


def test_signing_out_is_harmless_for_a_visitor(db: None, clock: FixedClock) -> None:
    Browser().call(sign_out)


def test_a_citizens_session_ends_after_an_hour_without_use(signed_in: Callable, clock: FixedClock) -> None:
    browser = signed_in()
    for _ in range(3):
        clock.advance(timedelta(minutes=59))
        assert browser.call(signed_in_person) is not None
    clock.advance(timedelta(minutes=61))
    assert browser.call(signed_in_person) is None


def test_a_session_at_a_desk_is_short(officer: Callable, clock: FixedClock) -> None:
    officer(name="zainab")
    Person.objects.get().authenticator_set.all().delete()
    browser = Browser()
    browser.call(sign_in, "zainab", PASSWORD)
    clock.advance(timedelta(minutes=20))
    assert browser.call(signed_in_person) is not None
    clock.advance(timedelta(minutes=20, seconds=1))
    assert browser.call(signed_in_person) is None


def test_no_session_outlasts_half_a_day(signed_in: Callable, clock: FixedClock) -> None:
    browser = signed_in()
    for _ in range(12):
        clock.advance(timedelta(minutes=59))
        assert browser.call(signed_in_person) is not None
    clock.advance(timedelta(minutes=13))
    assert browser.call(signed_in_person) is None


def test_being_in_use_is_written_at_most_once_a_minute(signed_in: Callable, clock: FixedClock) -> None:
    browser = signed_in()
    started = SignIn.objects.get().last_seen_at
    clock.advance(timedelta(seconds=59))
    browser.call(signed_in_person)
    assert SignIn.objects.get().last_seen_at == started
    clock.advance(timedelta(seconds=1))
    browser.call(signed_in_person)
    assert SignIn.objects.get().last_seen_at == clock.now()


def test_a_new_password_ends_the_other_sessions(signed_in: Callable) -> None:
    home, away = signed_in(), signed_in(address="198.51.100.1")
    home.call(change_password, PASSWORD, "another long password")
    assert (home.call(signed_in_person) is None, away.call(signed_in_person)) == (False, None)
    assert Browser().call(sign_in, NUMBER, "another long password").step == "signed_in"


def test_a_password_is_changed_only_by_who_knows_the_old_one(signed_in: Callable) -> None:
    with pytest.raises(CodedError) as refused:
        signed_in().call(change_password, "a guess at the old one", "another long password")
    assert refused.value.code == "people.sign_in_refused"


def test_a_person_taken_out_of_use_is_out_at_once(signed_in: Callable) -> None:
    browser = signed_in()
    Person.objects.update(is_active=False)
    assert browser.call(signed_in_person) is None


def test_signing_in_changes_the_sessions_key(citizen: Callable) -> None:
    citizen(NUMBER)
    browser = Browser()
    browser.call(lambda request: request.session.update({"before": "sign-in"}))
    planted = browser.cookies["uruk_session"]
    browser.call(sign_in, NUMBER, PASSWORD)
    assert browser.cookies["uruk_session"] != planted


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8.1", ""),
        ("", ""),
    ],
)
def test_a_device_is_described_by_browser_and_system(agent: str, device: str) -> None:
    assert describe_device(agent) == device
