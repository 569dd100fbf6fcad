"""Files that people hand in are looked at by a scanner for malicious software, where the node has one.

A scanner is a plug-in by the scheme of ``URUK_SCAN_URL``. ``clamd`` speaks ClamAV's own protocol (clamd(8), INSTREAM):
``clamd:///run/clamav/clamd.ctl`` or ``clamd://127.0.0.1:3310``. No file is taken that was not looked at.
"""

import re
import socket
import time
from collections.abc import Callable
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from uruk.kernel.api import CodedError, Settings

TIMEOUT_S = 30.0
CONNECT_S = 3.0
AGAIN_S = 0.5
_CHUNK = 1 << 16
_MAX_ANSWER = 4096
_FOUND = re.compile(r"stream: (?P<name>[^\n\0]{1,200}) FOUND")


class ScannerAwayError(Exception):
    """The scanner cannot be reached, or ends before it has said anything: it may be there again in a moment."""


class Scanner(Protocol):
    """What looks at bytes."""

    def look(self, data: bytes) -> str:
        """The name of what was found, empty for nothing. Errors: `ScannerAwayError`; ``files.scan_refused``."""


class Clamd:
    """ClamAV's daemon, by a Unix socket or over TCP; one connection for each file."""

    def __init__(self, url: SplitResult) -> None:
        self._path, self._address = ("" if url.hostname else url.path), (url.hostname or "", url.port or 3310)

    def look(self, data: bytes) -> str:
        """Send the bytes in pieces and read what clamd says of them."""
        try:
            with self._connected() as connection:
                answer = _answer(connection, data)
        except OSError as error:
            raise ScannerAwayError(type(error).__name__) from error
        if answer == "stream: OK":
            return ""
        found = _FOUND.fullmatch(answer)
        if found is not None:
            return found["name"]
        if "size limit" in answer:
            raise CodedError("files.scan_refused", kib=len(data) >> 10)
        raise ScannerAwayError(answer[:200])

    def _connected(self) -> socket.socket:
        if not self._path:
            connection = socket.create_connection(self._address, timeout=CONNECT_S)
        else:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(CONNECT_S)
            try:
                connection.connect(self._path)
            except BaseException:
                connection.close()
                raise
        connection.settimeout(TIMEOUT_S)
        return connection


_SCANNERS: dict[str, Callable[[SplitResult], Scanner]] = {"clamd": Clamd}


def contribute_scanner(scheme: str, make: Callable[[SplitResult], Scanner]) -> None:
    """Have addresses of this scheme in ``URUK_SCAN_URL`` mean another scanner."""
    _SCANNERS[scheme] = make


def scan_upload(data: bytes, settings: Settings) -> None:
    """Have a file looked at before it is taken; nothing where the node has no scanner.

    A scanner that is away is waited for as long as the settings say. Errors: ``files.infected``,
    ``files.scanner_away``, ``files.scan_refused`` (too large for the scanner), ``files.scanner_unknown``.
    """
    if not settings.scan_url:
        return
    scanner, last = _scanner(settings.scan_url), time.monotonic() + settings.scan_wait_s
    while True:
        try:
            found = scanner.look(data)
            break
        except ScannerAwayError as error:
            if time.monotonic() + AGAIN_S > last:
                raise CodedError("files.scanner_away") from error
            time.sleep(AGAIN_S)
    if found:
        raise CodedError("files.infected", name=found)


def _scanner(url: str) -> Scanner:
    parts = urlsplit(url)
    make = _SCANNERS.get(parts.scheme)
    if make is None:
        raise CodedError("files.scanner_unknown", scheme=parts.scheme[:40])
    return make(parts)


def _answer(connection: socket.socket, data: bytes) -> str:
    """What clamd answers; it may do so before it was sent everything, and close."""
    try:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), _CHUNK):
            chunk = data[start : start + _CHUNK]
            connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
        connection.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        # Above its StreamMaxLength clamd says so and hangs up.
        pass
    answer = b""
    while b"\0" not in answer and len(answer) < _MAX_ANSWER:
        part = connection.recv(_MAX_ANSWER)
        if not part:
            break
        answer += part
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()
