"""A code is scanned: judged in the browser, with and without a network, in each language, on real Chromium."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.flows.browser import DIRECTIONS, LANGUAGES, PHONE, TIMEOUT_MS, barriers
from tests.flows.verify.conftest import Office
from tests.flows.verify.wire import wire
from uruk.kernel.api import error_sentence

pytestmark = pytest.mark.browser

WORKER_IS_READY = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
KEPT = """async () => {
  const keysOf = async (name) => (await caches.open(name)).keys();
  const requests = await Promise.all((await caches.keys()).map(keysOf));
  return requests.flat().map(({ url }) => new URL(url).pathname);
}"""


@pytest.fixture
def phone(browser: Browser) -> BrowserContext:
    """A phone that never saw this site; service workers are at work."""
    context = browser.new_context(viewport=PHONE, locale="ar")
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    context.close()


def scan(page: Page, root: str, code: str) -> None:
    """What a phone's camera does with a code: open its address."""
    page.goto("about:blank")
    page.goto(f"{root}#{code}", wait_until="commit")
    page.wait_for_selector("#result .verdict")


def verdict(page: Page) -> str:
    """The sentence of the verdict, without the marks that keep directions apart."""
    return page.locator("#result h2").inner_text().replace("\u2068", "").replace("\u2069", "")


def visit(phone: BrowserContext, address: str) -> None:
    """One earlier visit, until the service worker has taken over."""
    page = phone.new_page()
    page.goto(address, wait_until="networkidle")
    page.wait_for_function(WORKER_IS_READY)
    page.close()


def tone(page: Page) -> set[str]:
    """How the verdict's tablet is coloured."""
    return set((page.locator("#result .verdict").get_attribute("class") or "").split()) - {"tablet", "verdict"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scanned_code_says_who_issued_what_and_asks_to_compare(
    phone: BrowserContext, office: Office, language: str
) -> None:
    page = phone.new_page()
    page.goto(f"{office.root}{language}/verify/#{office.paper('certificate').code}", wait_until="networkidle")
    page.wait_for_selector("#result .verdict")
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == (language, DIRECTIONS[language])
    assert {"ar": "قارنها", "ckb": "بەراورد", "en": "Compare"}[language] in verdict(page)
    assert "نور كاظم جواد" in page.locator("#result .facts").inner_text()
    assert tone(page) == {"good"}
    assert barriers(page) == []


def test_no_answer_to_a_scan_is_a_bare_valid(phone: BrowserContext, office: Office) -> None:
    page = phone.new_page()
    for language, word in (("ar", "صالح"), ("ckb", "دروستە"), ("en", "valid")):
        page.goto(f"{office.root}{language}/verify/#{office.paper('certificate').code}", wait_until="networkidle")
        page.wait_for_selector("#result .verdict")
        assert word not in page.locator("#result h2").inner_text().lower()


def test_a_scanned_letter_says_that_its_text_is_not_checked(phone: BrowserContext, office: Office) -> None:
    page = phone.new_page()
    page.goto(f"{office.root}en/verify/#{office.paper('letter').code}", wait_until="networkidle")
    assert "The letter's text is not checked by this: upload the file." in verdict(page)
    assert tone(page) == {"wait"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_revoked_document_is_refused_with_its_reason(phone: BrowserContext, office: Office, language: str) -> None:
    page = phone.new_page()
    page.goto(f"{office.root}{language}/verify/#{office.paper('revoked').code}", wait_until="networkidle")
    page.wait_for_selector("#result .verdict")
    names = {"ar": "وزارة الداخلية", "ckb": "وەزارەتی ناوخۆ", "en": "Ministry of Interior"}
    expected = error_sentence("trust.document_revoked", language, {"institution": names[language]})
    assert verdict(page) == expected.replace("\u2068", "").replace("\u2069", "")
    assert tone(page) == {"bad"}
    assert barriers(page) == []


def test_after_one_visit_a_scan_works_with_the_network_off(phone: BrowserContext, office: Office) -> None:
    visit(phone, office.root)
    phone.set_offline(True)
    page = phone.new_page()
    scan(page, office.root, office.paper("certificate").code)
    assert page.url.startswith(f"{office.root}ar/verify/#")
    assert tone(page) == {"good"}
    scan(page, office.root, office.paper("revoked").code)
    assert tone(page) == {"bad"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_one_visit_in_a_language_its_verify_page_opens_without_a_server(
    phone: BrowserContext, office: Office, language: str
) -> None:
    with wire(office.root) as line:
        visit(phone, f"{line.root}{language}/")
        line.cut()
        page = phone.new_page()
        page.goto(f"{line.root}{language}/verify/#{office.paper('certificate').code}", wait_until="commit")
        page.wait_for_selector("#result .verdict")
        assert page.locator("html").get_attribute("lang") == language
        assert tone(page) == {"good"}
        assert barriers(page) == []


def test_another_language_than_the_kept_one_opens_the_kept_one_offline(phone: BrowserContext, office: Office) -> None:
    visit(phone, f"{office.root}ar/verify/")
    phone.set_offline(True)
    page = phone.new_page()
    page.goto(f"{office.root}en/#{office.paper('certificate').code}", wait_until="commit")
    page.wait_for_selector("#result .verdict")
    assert page.locator("html").get_attribute("lang") == "ar"


def test_a_language_visited_later_is_kept_too(phone: BrowserContext, office: Office) -> None:
    visit(phone, f"{office.root}ar/verify/")
    page = phone.new_page()
    page.goto(f"{office.root}ckb/verify/", wait_until="networkidle")
    page.wait_for_function("async () => Boolean(await caches.match('/ckb/verify/'))")
    phone.set_offline(True)
    page.goto(f"{office.root}ckb/verify/#{office.paper('certificate').code}", wait_until="commit")
    page.wait_for_selector("#result .verdict")
    assert page.locator("html").get_attribute("lang") == "ckb"


def test_the_language_switch_keeps_the_scanned_code(phone: BrowserContext, office: Office) -> None:
    page = phone.new_page()
    page.goto(f"{office.root}ar/verify/#{office.paper('certificate').code}", wait_until="networkidle")
    page.locator(".tongues a[hreflang=en]").click()
    page.wait_for_url("**/en/verify/#*")
    page.wait_for_selector("#result .verdict")
    assert "Compare" in verdict(page)


def test_a_device_without_keys_says_that_it_cannot_tell(phone: BrowserContext, office: Office) -> None:
    page = phone.new_page()
    page.route("**/keys.json", lambda route: route.abort())
    page.goto(f"{office.root}en/verify/#{office.paper('certificate').code}", wait_until="commit")
    expect(page.locator("#progress")).to_contain_text("Cannot tell")
    assert page.locator("#result .verdict").count() == 0


def test_with_old_lists_the_answer_is_cannot_tell(phone: BrowserContext, office: Office) -> None:
    page = phone.new_page()
    page.clock.install(time="2126-01-01T09:00:00Z")
    page.goto(f"{office.root}en/verify/#{office.paper('certificate').code}", wait_until="commit")
    page.wait_for_selector("#result .verdict")
    assert verdict(page).startswith("Cannot tell: revocations are known up to")
    assert tone(page) == {"wait"}


def test_a_scan_asks_the_server_nothing(phone: BrowserContext, office: Office) -> None:
    """What is fetched is the same for every code, and no address holds any of the code."""
    asked: dict[str, set[str]] = {}
    for name in ("certificate", "letter"):
        page = phone.new_page()
        found = asked.setdefault(name, set())
        page.on("request", lambda request, found=found: found.add(request.url.partition("#")[0]))
        page.goto(f"{office.root}ar/verify/#{office.paper(name).code}", wait_until="networkidle")
        page.wait_for_selector("#result .verdict")
        page.close()
    assert asked["certificate"] == asked["letter"]
    assert not any(office.paper("letter").code[:20] in url for url in asked["letter"])


def test_what_is_kept_for_offline_holds_nothing_personal(phone: BrowserContext, office: Office) -> None:
    visit(phone, f"{office.root}ar/")
    page = phone.new_page()
    page.goto(f"{office.root}ar/about/")
    kept = page.evaluate(KEPT)
    assert "/keys.json" in kept
    assert "/ar/verify/" in kept
    assert [
        path
        for path in kept
        if not path.startswith(("/static/", "/status/")) and path not in {"/keys.json", "/ar/verify/"}
    ] == []
