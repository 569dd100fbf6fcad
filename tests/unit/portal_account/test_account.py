"""The account pages: every error at its question, nothing shown that is not one's own."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from tests.fixtures import PASSWORD, Citizen, Officer
from tests.unit.visitor import Visitor
from uruk.people.models import Person

NUMBER = "198012345678"
pytestmark = pytest.mark.usefixtures("log", "db")


def signed_in(number: str = NUMBER) -> Visitor:
    found = Visitor()
    found.post("account/register/", name="زينب علي", kind="national", number=number, password=PASSWORD)
    assert found.path == "account/"
    return found


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_every_blank_answer_is_named_at_once() -> None:
    found = Visitor("ckb")
    assert found.post("account/sign-in/").status_code == 422
    assert found.says("ui.answer_missing")
    assert found.text.count('class="error"') == 2
    found.post("account/register/", kind="national")
    assert found.text.count('class="error"') == 3


@pytest.mark.parametrize("digits", ["198012345678", "١٩٨٠١٢٣٤٥٦٧٨", "۱۹۸۰۱۲۳۴۵۶۷۸"])
def test_the_number_is_taken_in_all_three_ways_of_writing_digits(digits: str) -> None:
    signed_in()
    found = Visitor()
    found.sign_in(digits, PASSWORD)
    assert found.path == "account/"
    assert NUMBER in found.text


def test_a_wrong_password_and_an_unknown_number_are_told_alike() -> None:
    signed_in()
    found = Visitor("ar")
    for number in (NUMBER, "198099999999"):
        assert found.sign_in(number, "something else").status_code == 422
        assert found.says("people.sign_in_refused")
        assert f'value="{number}"' in found.text
        assert "something else" not in found.text


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"number": "1234"}, "people.national_number_digits"),
        ({"kind": "passport", "number": "!"}, "people.paper_number_malformed"),
        ({"kind": "library-card"}, "people.paper_kind_unknown"),
        ({"password": "12345678901"}, "people.password_weak"),
    ],
)
def test_a_refused_account_says_why_at_the_question(typed: dict[str, str], code: str) -> None:
    found = Visitor()
    answers = {"name": "زينب", "kind": "national", "number": NUMBER, "password": PASSWORD} | typed
    assert found.post("account/register/", **answers).status_code == 422
    assert found.says(code, kind=answers["kind"])
    assert 'value="زينب"' in found.text


def test_an_account_of_somebody_elses_number_shows_nothing_of_theirs(citizen: Callable[..., Citizen]) -> None:
    citizen(NUMBER)
    found = signed_in()
    assert "Claimed only" in found.text
    assert found.get("documents/").status_code == 403
    assert found.says("ui.seen_needed")


def test_one_is_led_on_only_within_this_node() -> None:
    signed_in()
    for wanted in ("//elsewhere.example/", "https://elsewhere.example/", "javascript:alert(1)", "/\\elsewhere.example"):
        found = Visitor()
        found.post("account/sign-in/", identifier=NUMBER, password=PASSWORD, next=wanted)
        assert found.path == "account/"
    found = Visitor()
    found.post("account/sign-in/", identifier=NUMBER, password=PASSWORD, next="/en/about/")
    assert found.path == "about/"


def test_opening_an_address_ends_nothing() -> None:
    found = signed_in()
    found.get("account/sign-out/")
    assert "Claimed only" in found.get("account/").content.decode()
    found.post("account/sign-out/")
    found.get("account/")
    assert found.path.startswith("account/sign-in/")


def test_the_second_step_is_asked_for_and_remembers_where_one_was_going() -> None:
    found = signed_in()
    found.get("account/app/add/")
    secret = re.search(r'<code dir="ltr">(\w+)</code>', found.text)[1]
    found.post("account/app/add/")
    assert found.says("ui.answer_missing")
    found.post("account/app/add/", code="000000")
    assert found.says("people.code_refused")
    found.post("account/app/add/", code=code_now(secret))
    assert "The authenticator app is ready." in found.text
    again = Visitor()
    again.post("account/sign-in/", identifier=NUMBER, password=PASSWORD, next="/en/about/")
    assert again.path == "account/second-step/"
    again.post("account/second-step/", code="12")
    assert again.says("people.code_refused")
    again.post("account/second-step/", code=code_now(secret))
    assert again.path == "about/"


def test_without_a_first_step_there_is_no_second() -> None:
    found = Visitor()
    found.get("account/second-step/")
    assert found.path == "account/sign-in/"


def test_a_second_step_is_removed_by_its_owner_alone() -> None:
    first, second = signed_in(), signed_in("198012345679")
    first.get("account/app/add/")
    secret = re.search(r'<code dir="ltr">(\w+)</code>', first.text)[1]
    first.post("account/app/add/", code=code_now(secret))
    factor = re.search(r"/account/(second-steps/\d+/remove/)", first.text)[1]
    second.post(f"account/{factor}")
    assert "Authenticator app" in first.get("account/").content.decode()
    first.post(f"account/{factor}")
    assert "is removed." in first.text


def test_a_session_without_its_second_step_changes_no_second_step(officer: Callable[..., Officer]) -> None:
    from uruk.people.models import Person, SignIn

    somebody = officer()
    found = Visitor()
    found.sign_in(Person.objects.get(pk=somebody.person).officer_name, PASSWORD)
    found.show_passkey(somebody.passkey, "account/second-step/")
    SignIn.objects.update(second_factor="")
    assert "/passkeys/add/" not in found.get("account/").content.decode()
    for page in ("passkeys/add/", "app/add/"):
        assert found.get(f"account/{page}").status_code == 403
        assert found.says("people.second_factor_needed")


def test_another_persons_session_is_not_ended() -> None:
    from uruk.people.models import SignIn

    signed_in()
    theirs = SignIn.objects.get()
    other = signed_in("198012345679")
    other.post(f"account/sessions/{theirs.pk}/end/")
    assert other.says("people.session_unknown")
    assert SignIn.objects.get(pk=theirs.pk).ended_at is None


def test_a_code_handed_over_with_a_document_shows_its_holder_what_is_theirs(
    officer: Callable[..., Officer], institution: str
) -> None:
    from uruk.people.api import code_for, tell_rights
    from uruk.publishing.countries import rights

    clerk, found = officer(), signed_in()
    tell_rights(lambda _institution, _role: frozenset({"see-person"}))
    try:
        code = code_for(clerk.actor, "national", NUMBER).code
    finally:
        tell_rights(rights)
    found.post("account/code/")
    assert found.says("ui.answer_missing")
    found.post("account/code/", code="AAAAA-AAAAA")
    assert found.says("people.hand_over_refused")
    found.post("account/code/", code=code.lower())
    assert "The code is right." in found.text
    assert found.get("documents/").status_code == 200


def test_a_password_changes_only_for_who_knows_the_old_one() -> None:
    found = signed_in()
    found.post("account/password/", old="not this one", password="another long password")
    assert found.says("people.sign_in_refused")
    found.post("account/password/", old=PASSWORD, password="1234")
    assert found.says("people.password_weak")
    found.post("account/password/", old=PASSWORD, password="another long password")
    assert "The password is changed." in found.text
    assert Visitor().sign_in(NUMBER, PASSWORD).status_code == 422


def test_a_passkey_that_did_not_come_is_said() -> None:
    found = signed_in()
    assert found.post("account/passkeys/add/", name="هاتفي").status_code == 422
    assert found.says("ui.passkey_missing")
    assert 'value="هاتفي"' in found.text
    assert found.post("account/passkeys/add/", passkey="{}").status_code == 422
    assert found.says("people.passkey_refused")


@pytest.mark.parametrize("page", ["account/passkeys/add/", "account/app/add/"])
def test_who_was_given_a_password_is_led_to_changing_it_first(page: str) -> None:
    found = signed_in()
    Person.objects.update(first_password=True)
    found.get(page)
    assert found.says("people.first_password")
    assert found.path.endswith("account/password/")
    found.post("account/password/", old=PASSWORD, password="another long password")
    assert found.get(page).status_code == 200
