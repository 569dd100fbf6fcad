"""One POST to another system, of which only the status is of interest: all of it within a few seconds.

The library's client bounds each reading, not all of them together: a receiver that sends a byte now and then would hold
the worker for ever. So the status line is read here, up to a limit, and nothing of what follows.
"""

import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from urllib.parse import SplitResult, urlsplit

TIMEOUT_S = 5
MAX_URL = 500
MAX_ADDRESSES = 3
_MAX_LINE = 1_024
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})[ \r\n]")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_PLAIN = re.compile(r"[!-~]+", re.ASCII)
_PORTS = {"https": 443, "http": 80}


class NotTakenError(Exception):
    """The receiver did not take it; `code` says why, `status` is what it answered where it did."""

    def __init__(self, code: str, status: int | None = None) -> None:
        super().__init__(code)
        self.code, self.status = code, status


def find_place(url: str) -> SplitResult | None:
    """An address that may be posted to: https, or http on this machine; without a name, a password or a fragment."""
    if not _PLAIN.fullmatch(url) or len(url) > MAX_URL:
        return None
    try:
        found = urlsplit(url)
        host, port = found.hostname, found.port
    except ValueError:
        return None
    if not host or port == 0 or found.username is not None or found.password is not None or "#" in url:
        return None
    return found if found.scheme == "https" or (found.scheme == "http" and host in _LOOPBACK) else None


def post(url: str, headers: Mapping[str, str], body: bytes, timeout_s: float = TIMEOUT_S) -> int:
    """The status (2xx) with which a body was taken. Errors: `NotTakenError`."""
    place = find_place(url)
    if place is None:
        raise NotTakenError("services.webhook_url")
    left = _countdown(timeout_s)
    try:
        with closing(_connected(place, left)) as line:
            line.settimeout(left())
            line.sendall(_request(place, headers, body))
            status = _status(line, left)
    except TimeoutError:
        raise NotTakenError("services.webhook_slow") from None
    except ssl.SSLError:
        raise NotTakenError("services.webhook_tls") from None
    except (OSError, UnicodeError):
        raise NotTakenError("services.webhook_away") from None
    if not 200 <= status < 300:
        raise NotTakenError("services.webhook_redirects" if 300 <= status < 400 else "services.webhook_refused", status)
    return status


def _countdown(seconds: float) -> Callable[[], float]:
    """How many seconds are left; none: TimeoutError."""
    end = time.monotonic() + seconds

    def left() -> float:
        rest = end - time.monotonic()
        if rest <= 0:
            raise TimeoutError
        return rest

    return left


def _connected(place: SplitResult, left: Callable[[], float]) -> socket.socket:
    host = str(place.hostname)
    port = place.port or _PORTS[place.scheme]
    problem: OSError = OSError("no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[:MAX_ADDRESSES]:
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(left())
            line.connect(address)
            if place.scheme == "http":
                return line
            line.settimeout(left())
            return ssl.create_default_context().wrap_socket(line, server_hostname=host)
        except OSError as error:
            line.close()
            problem = error
    raise problem


def _request(place: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    path = (place.path or "/") + (f"?{place.query}" if place.query else "")
    named = {"Host": place.netloc, **headers, "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def _status(line: socket.socket, left: Callable[[], float]) -> int:
    data = b""
    while b"\n" not in data and len(data) < _MAX_LINE:
        line.settimeout(left())
        part = line.recv(_MAX_LINE - len(data))
        if not part:
            break
        data += part
    found = _STATUS.match(data)
    if found is None:
        raise NotTakenError("services.webhook_no_http")
    return int(found[1])
