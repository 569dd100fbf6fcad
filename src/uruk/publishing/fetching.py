"""Asking other nodes over HTTP: what they answer is nobody's promise, so its size and its time have limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from uruk.kernel.api import CodedError
from uruk.trust.api import read_whole

TIMEOUT_S, WHOLE_S = 10.0, 30.0
MAX_BYTES = 4 << 20


def fetch(url: str) -> bytes:
    """What another node hands out at an address, up to four megabytes, all of it within thirty seconds.

    Raises OSError where it is silent, refuses (HTTPError), says something else than HTTP, or exceeds a limit; an
    address that is none of the web: `publishing.authority_silent`.
    """
    return _answer(Request(_checked(url), headers={"Accept": "application/json"}))  # noqa: S310


def post(url: str, body: bytes) -> None:
    """Bring JSON to another node; raises as `fetch`."""
    _answer(Request(_checked(url), body, {"Content-Type": "application/json"}, method="POST"))  # noqa: S310


def _answer(request: Request) -> bytes:
    with _no_http_is_no_answer(), urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
        return read_whole(answer, MAX_BYTES, WHOLE_S)


@contextmanager
def _no_http_is_no_answer() -> Iterator[None]:
    """Whoever answers with something that is no HTTP, or breaks off in it, has not answered."""
    try:
        yield
    except HTTPException as error:
        raise URLError(type(error).__name__) from error


def _checked(url: str) -> str:
    """An address of the web, and nothing else that `urlopen` would open."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise CodedError("publishing.authority_silent", url=url[:200], reason="http, https")
    return url
