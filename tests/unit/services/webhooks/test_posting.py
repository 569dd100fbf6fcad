"""One POST: to https or to this machine, within its time, and nothing read but the status line."""

import socket
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.services.webhooks.receiver import Receiver
from uruk.services.webhooks.posting import NotTakenError, find_place, post


def hangs(line: socket.socket) -> None:
    time.sleep(2)


def drips(line: socket.socket) -> None:
    with suppress(OSError):
        for letter in b"HTTP/1.1 200 OK" * 20:
            line.sendall(bytes([letter]))
            time.sleep(0.1)


def floods(line: socket.socket) -> None:
    with suppress(OSError):
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n")
        for _ in range(160):
            line.sendall(b"x" * 65_536)


def refused(url: str, timeout_s: float = 5) -> NotTakenError:
    with pytest.raises(NotTakenError) as raised:
        post(url, {}, b"{}", timeout_s)
    return raised.value


def test_what_was_taken_says_with_which_status(receiver: Receiver) -> None:
    assert post(receiver.url, {"X-A": "b"}, b"{}") == 204
    (one,) = receiver.came
    assert (one.path, one.body, one.headers["x-a"]) == ("/hook?of=cases", b"{}", "b")


@pytest.mark.parametrize(
    ("answer", "code", "status"),
    [
        (b"HTTP/1.1 500 Oh\r\n\r\n", "services.webhook_refused", 500),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "services.webhook_refused", 100),
        (b"HTTP/1.0 404 No\r\n\r\n", "services.webhook_refused", 404),
        (b"HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:9/\r\n\r\n", "services.webhook_redirects", 302),
        (b"SSH-2.0-x\r\n", "services.webhook_no_http", None),
        (b"HTTP/1.1 " + b"2" * 4_000, "services.webhook_no_http", None),
        (b"", "services.webhook_no_http", None),
    ],
)
def test_what_was_not_taken_says_why(receiver: Receiver, answer: bytes, code: str, status: int | None) -> None:
    receiver.answer = answer
    error = refused(receiver.url)
    assert (error.code, error.status) == (code, status)
    assert len(receiver.came) == 1


@pytest.mark.parametrize("answer", [hangs, drips])
def test_who_answers_slowly_or_by_letters_holds_nobody_up(receiver: Receiver, answer: object) -> None:
    receiver.answer = answer  # type: ignore[assignment]
    assert refused(receiver.url, 0.3).code == "services.webhook_slow"


def test_ten_megabytes_are_not_read(receiver: Receiver) -> None:
    receiver.answer = floods
    assert post(receiver.url, {}, b"{}") == 200


def test_nobody_there_and_no_certificate_are_told_apart(receiver: Receiver) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert refused(f"http://127.0.0.1:{port}/").code == "services.webhook_away"
    receiver.answer = b"HTTP/1.1 200 OK\r\n\r\n"
    assert refused(receiver.url.replace("http:", "https:")).code == "services.webhook_tls"
    assert refused("https://nowhere.invalid/").code == "services.webhook_away"


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "http://example.org/", "http://127.0.0.1.example.org/", "ftp://127.0.0.1/", "https://", "https:///x",
        "https://user@example.org/", "https://user:word@example.org/", "https://example.org/#x", "https://a b/",
        "https://example.org:99999/", "https://example.org:0/", "https://[::1/", "https://example.org/\r\nX: y",
        "https://مثال/", "https://example.org/" + "x" * 500, "file:///etc/passwd",
    ],
)  # fmt: skip
def test_only_https_and_this_machine_are_addresses(url: str) -> None:
    assert find_place(url) is None
    assert refused(url).code == "services.webhook_url"


@pytest.mark.parametrize(
    "url", ["https://example.org", "https://example.org:8443/a?b=c", "http://localhost:8/", "http://[::1]/"]
)
def test_these_are_addresses(url: str) -> None:
    assert find_place(url) is not None


@given(st.text(max_size=60) | st.from_regex(r"https?://[^\n]{0,40}"))
def test_whatever_is_typed_is_an_address_or_none(url: str) -> None:
    found = find_place(url)
    assert found is None or (found.hostname and "\n" not in url and "\r" not in url)
