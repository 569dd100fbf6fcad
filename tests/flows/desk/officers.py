"""Officers at their browsers: signing in with a passkey that follows them from one browser to the next."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser

from tests.flows.browser import PHONE, Reader, reader
from tests.flows.node import PASSWORD, Node


@contextmanager
def at_desk(
    browser: Browser,
    node: Node,
    name: str,
    language: str = "ar",
    size: dict[str, int] = PHONE,
    *,
    anew: bool = False,
) -> Iterator[Reader]:
    """An officer signed in with password and passkey (made at the first time); later in the same session, or `anew`."""
    cookies = None if anew else node.sessions.get(name)
    with reader(browser, node.root, language, size, cookies) as found:
        if name in node.passkeys:
            found.bring_passkey(node.passkeys[name])
        if cookies is None:
            _sign_in_with_passkey(found, name, known=name in node.passkeys)
            keep_passkey(node, name, found)
            if not anew:
                node.sessions[name] = found.page.context.storage_state()
        try:
            yield found
        finally:
            keep_passkey(node, name, found)


def _sign_in_with_passkey(found: Reader, name: str, *, known: bool) -> None:
    sign_in(found, name)
    if known:
        found.press("form[data-passkey] button")
    else:
        add_passkey(found)


def keep_passkey(node: Node, name: str, found: Reader) -> None:
    """Take the officer's passkey along as it is now; of two copies the one that was used more often."""
    now, before = found.take_passkey(), node.passkeys.get(name)
    if before is None or now["signCount"] > before["signCount"]:
        node.passkeys[name] = now


def sign_in(found: Reader, name: str, password: str = PASSWORD) -> None:
    """Give name and password."""
    found.open("account/sign-in/")
    found.fill(identifier=name, password=password)
    found.press("main form button")


def register_citizen(found: Reader, number: str, name: str = "سارة علي حسن") -> None:
    """Make an account that claims a number, and stand before it."""
    found.open("account/register/")
    found.fill(name=name, number=number, password=PASSWORD)
    found.press("main form button")
    assert found.page.url.endswith("/account/")


def add_passkey(found: Reader) -> None:
    """Make a passkey in this browser."""
    found.open("account/passkeys/add/")
    found.press("form[data-passkey] button")
    assert "/account/" in found.page.url


def draft_certificate(found: Reader, office: str = "higher-education/registrar", **changes: str) -> str:
    """Fill a graduation certificate and return the address of its draft."""
    found.open(f"desk/{office}/new/graduation-certificate/")
    values = CERTIFICATE | changes
    found.fill(**{name: value for name, value in values.items() if name not in CHOICES})
    for name in CHOICES:
        found.page.locator(f"[name={name}]").select_option(values[name])
    found.press("main form button:not([name])")
    return found.page.url


def sign(found: Reader) -> None:
    """Sign the draft on the page with the passkey."""
    found.press("form[data-passkey] button")


CHOICES = ("university", "degree")
CERTIFICATE = {
    "name": "نور كاظم جواد",
    "number": "٩٩٩٠١٩٩٥٠٠٠١",
    "university": "baghdad",
    "college": "كلية الهندسة",
    "specialisation": "هندسة الحاسوب",
    "degree": "bachelor",
    "graduated": "١/٧/٢٠١٧",
    "average_percent": "٨٤",
}
