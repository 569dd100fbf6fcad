"""A person's own account: claimed, seen, strong; second steps; sessions; and all of it without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import DESKTOP, PHONE, follow, reader
from tests.flows.desk.officers import PASSWORD, at_desk, register_citizen, sign_in
from tests.flows.node import Node
from uruk.kernel.api import error_sentence

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "typed"),
    [("ar", "٩٩٩٠٣٠٠٠٠١٠١"), ("ckb", "۹۹۹۰۳۰۰۰۰۱۰۲"), ("en", "999030000103")],
)
def test_a_number_in_any_digits_makes_an_account_that_shows_nothing_yet(
    browser: Browser, flow_node: Node, language: str, typed: str
) -> None:
    with reader(browser, flow_node.root, language, DESKTOP) as citizen:
        register_citizen(citizen, typed)
        assert "9990300001" in citizen.text()
        citizen.open("documents/", status=403)
        assert error_sentence("ui.seen_needed", language, {}) in citizen.text()
        citizen.open("desk/", status=403)
        assert error_sentence("ui.officer_needed", language, {}) in citizen.text()
        citizen.open("account/")
        citizen.press("form[action*='sign-out'] button")
        citizen.open("documents/")
        assert "/account/sign-in/" in citizen.page.url
        citizen.fill(identifier=typed, password=PASSWORD)
        citizen.press("main form button", status=403)
        assert citizen.page.url.endswith("/documents/")


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_every_blank_answer_of_a_new_account_is_named(browser: Browser, flow_node: Node, language: str) -> None:
    with reader(browser, flow_node.root, language) as citizen:
        citizen.open("account/register/")
        citizen.press("main form button", status=422)
        assert citizen.page.locator(".errors a").count() == 3
        citizen.fill(name="سارة", number="12", password="1234567890")
        citizen.press("main form button", status=422)
        assert error_sentence("people.national_number_digits", language, {}) in citizen.text()
        citizen.fill(number="999030000110", password="1234567890")
        citizen.press("main form button", status=422)
        assert error_sentence("people.password_weak", language, {}) in citizen.text()


def test_a_clerk_compares_a_card_by_the_code_in_the_account(browser: Browser, flow_node: Node) -> None:
    with reader(browser, flow_node.root, "ar") as citizen:
        register_citizen(citizen, "999030000120")
        code = citizen.page.locator("dd .small bdi").inner_text()
        with at_desk(browser, flow_node, "shirin", "ar") as clerk:
            clerk.open("desk/higher-education/clerk/persons/")
            clerk.fill(number="999030000120", code="AAAAA-A")
            clerk.press("main form button", status=422)
            assert error_sentence("people.claim_unknown", "ar", {}) in clerk.text()
            clerk.fill(code=code)
            clerk.press("main form button")
            assert "سارة علي حسن" in clerk.text()
            clerk.press("button[name=compared]")
        citizen.open("documents/")
        assert citizen.page.url.endswith("/documents/")


def test_a_wrong_code_and_another_persons_code_are_refused_alike(browser: Browser, flow_node: Node) -> None:
    with reader(browser, flow_node.root, "en") as citizen:
        register_citizen(citizen, "999030000121")
        citizen.fill(code="AAAAA-AAAAA")
        citizen.press("form[action$='/code/'] button", status=422)
        assert error_sentence("people.hand_over_refused", "en", {}) in citizen.text()


def test_a_passkey_is_added_used_and_removed(browser: Browser, flow_node: Node) -> None:
    with reader(browser, flow_node.root, "ckb", PHONE) as citizen:
        register_citizen(citizen, "999030000130")
        citizen.open("account/passkeys/add/")
        citizen.fill(name="مۆبایلەکەم")
        citizen.press("form[data-passkey] button")
        assert "مۆبایلەکەم" in citizen.text()
        citizen.press("form[action*='sign-out'] button")
        sign_in(citizen, "999030000130")
        assert "/second-step/" in citizen.page.url
        citizen.press("form[data-passkey] button")
        citizen.press("a[href*='/second-steps/']")
        citizen.press("button.danger")
        assert citizen.page.locator("a[href*='/second-steps/']").count() == 0


def test_a_passkey_that_is_not_shown_leaves_a_sentence_and_no_change(browser: Browser, flow_node: Node) -> None:
    with reader(browser, flow_node.root, "ar") as citizen:
        register_citizen(citizen, "999030000131")
        citizen.open("account/passkeys/add/")
        citizen.session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": citizen.authenticator, "isUserVerified": False}
        )
        citizen.page.locator("form[data-passkey] button").click()
        citizen.page.locator("[data-problem=refused]").wait_for()
        citizen.look()
        citizen.open("account/")
        assert citizen.page.locator("a[href*='/second-steps/']").count() == 0


def test_an_authenticator_app_is_added_and_asked_for(browser: Browser, flow_node: Node) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    def code_now(secret: str) -> str:
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    with reader(browser, flow_node.root, "en") as citizen:
        register_citizen(citizen, "999030000132")
        citizen.open("account/app/add/")
        secret = citizen.page.locator("code").inner_text()
        assert citizen.page.locator(".qr img").evaluate("image => image.naturalWidth") > 0
        citizen.fill(code="000000")
        citizen.press("main form button", status=422)
        assert error_sentence("people.code_refused", "en", {}) in citizen.text()
        citizen.fill(code=code_now(secret))
        citizen.press("main form button")
        citizen.press("form[action*='sign-out'] button")
        sign_in(citizen, "999030000132")
        citizen.fill(code=code_now(secret))
        citizen.press("main form button")
        assert "/account/" in citizen.page.url


def test_a_session_is_seen_and_ended_from_another_browser(browser: Browser, flow_node: Node) -> None:
    with reader(browser, flow_node.root, "ar") as phone, reader(browser, flow_node.root, "ar", DESKTOP) as desk:
        register_citizen(phone, "999030000140")
        sign_in(desk, "999030000140")
        desk.press("form[action*='/sessions/'] button")
        phone.open("account/")
        assert "/account/sign-in/" in phone.page.url


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(browser: Browser, flow_node: Node) -> None:
    with reader(browser, flow_node.root, "ar") as phone, reader(browser, flow_node.root, "ar", DESKTOP) as desk:
        register_citizen(phone, "999030000141")
        sign_in(desk, "999030000141")
        phone.open("account/password/")
        phone.fill(old="not this one", password="another long password")
        phone.press("main form button", status=422)
        phone.fill(old=PASSWORD, password="another long password")
        phone.press("main form button")
        phone.open("account/")
        assert phone.page.url.endswith("/account/")
        desk.open("account/")
        assert "/account/sign-in/" in desk.page.url


def test_the_account_works_without_javascript(browser: Browser, flow_node: Node) -> None:
    context = browser.new_context(java_script_enabled=False, locale="ar", viewport=PHONE)
    page = context.new_page()
    page.goto(f"{flow_node.root}ar/account/register/")
    for name, value in {"name": "سارة", "number": "999030000150", "password": PASSWORD}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("main form button").click()
    page.wait_for_url(re.compile("/ar/account/$"))
    page.goto(f"{flow_node.root}ar/account/passkeys/add/")
    assert "JavaScript" in page.locator("noscript").inner_text()
    follow(page, "form[data-passkey] button")
    assert error_sentence("ui.passkey_missing", "ar", {}) in page.locator("main").inner_text()
    context.close()


def test_the_address_after_signing_in_is_one_of_this_node(browser: Browser, flow_node: Node) -> None:
    with reader(browser, flow_node.root, "en") as citizen:
        register_citizen(citizen, "999030000151")
        citizen.press("form[action*='sign-out'] button")
        citizen.open("account/sign-in/?next=//elsewhere.example/")
        citizen.fill(identifier="999030000151", password=PASSWORD)
        citizen.press("main form button")
        assert citizen.page.url == f"{flow_node.root}en/account/"
