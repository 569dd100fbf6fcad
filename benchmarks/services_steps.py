"""What applicants wait for: a step of a form, and its submission; on a node as `uruk serve` starts it.

APPLICANTS (50) people with sessions fill in a form of ten pages with ten numbers each, every second one asked on a
condition. A step is what a browser does with a page: what was typed is sent (validated, kept), and the next page comes.
Paced, they think between two pages for PACE seconds (10: between five and fifteen); without pauses, each sends as soon
as the page is there. Both in turns with the plainest page of Django (services_plain.py) in a gunicorn of the same
size, a process for each processor (WORKERS). SECONDS (60) each, after a quarter of that unmeasured. Run by services.py
in a process of its own; prints JSON.
"""

import asyncio
import gzip
import os
import random
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.children import child
from benchmarks.registries_base import tell
from benchmarks.services_base import A_STEP, FIELDS, HOME, admit, furnish, spent_s
from django.conf import settings
from django.db import connection
from django.test import RequestFactory
from tests.ports import free_port

from uruk.acts.api import log_answers
from uruk.people.models import Person
from uruk.people.sessions import begin

ROOT = Path(__file__).resolve().parent
APPLICANTS = int(os.environ.get("APPLICANTS", "50"))
SECONDS = float(os.environ.get("SECONDS", "60"))
PACE = float(os.environ.get("PACE", "10"))
WORKERS = os.environ.get("WORKERS", str(os.cpu_count()))
FIRST = 198_100_000_000
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_FIELDS = re.compile(rb'<input[^>]* name="(n\d+)"')


@dataclass
class Answer:
    """What came back: how long that took, and how many bytes."""

    status: int
    headers: dict[str, str]
    body: bytes
    size: int
    ms: float


@dataclass
class Browser:
    """One applicant's browser: its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(self, path: str, typed: dict[str, str] | None = None) -> Answer:
        """One request on a connection of its own."""
        body = b"" if typed is None else urlencode(typed).encode()
        lines = [
            f"{'GET' if typed is None else 'POST'} {path} HTTP/1.1",
            f"Host: localhost:{self.port}",
            "Accept-Encoding: gzip",
            "Connection: close",
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in self.cookies.items())}",
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n",
        ]
        begun = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write("\r\n".join(lines).encode() + body)
        said = await reader.read(-1)
        took = (time.perf_counter() - begun) * 1000
        writer.close()
        return self._read(said, took)

    def _read(self, said: bytes, took: float) -> Answer:
        head, _, body = said.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = [line.partition(": ")[::2] for line in lines]
        for value in (value for name, value in pairs if name.lower() == "set-cookie"):
            name, _, kept = value.partition(";")[0].partition("=")
            self.cookies[name] = kept
        headers = {name.lower(): value for name, value in pairs}
        if headers.get("transfer-encoding") == "chunked":
            body = _unchunked(body)
        body = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
        return Answer(int(first.split()[1]), headers, body, len(said), took)


def _unchunked(body: bytes) -> bytes:
    found = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        found, body = found + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return found


@dataclass
class Noted:
    """What one run found: milliseconds and bytes of each step and of each submission."""

    until: float
    steps: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    submissions: list[float] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.perf_counter() > self.until


async def apply(browser: Browser, noted: Noted, pause: Callable[[], float]) -> None:
    """One applicant, form after form, until the time is up."""
    pick = random.Random(browser.cookies["uruk_session"])
    await asyncio.sleep(pause() * pick.random())
    while not noted.over:
        page, place = await _begun(browser)
        while not noted.over:
            await asyncio.sleep(pause())
            names = [name.decode() for name in _FIELDS.findall(page.body)]
            typed = {name: str(pick.randrange(70_000)) for name in names}
            # A page without fields is the summary: what is sent there is the application.
            token = _TOKEN.findall(page.body)[0].decode()
            sent = await browser.ask(place, {"csrfmiddlewaretoken": token, **typed})
            assert sent.status == 302, (sent.status, place, sent.body.decode()[:4000])
            page, place = await browser.ask(sent.headers["location"]), sent.headers["location"]
            assert page.status == 200, (page.status, place)
            (noted.steps if names else noted.submissions).append(sent.ms + page.ms)
            noted.bytes.append(sent.size + page.size)
            if not names:
                break
            noted.sent.append(sent.ms)


async def _begun(browser: Browser) -> tuple[Answer, str]:
    """The first page of a new application, and where it is."""
    service = await browser.ask(f"/ar/services/{HOME}/form/")
    token = _TOKEN.findall(service.body)[0].decode()
    begun = await browser.ask(f"/ar/services/{HOME}/form/begin/", {"csrfmiddlewaretoken": token})
    place = begun.headers["location"]
    return await browser.ask(place), place


async def plainly(browser: Browser, noted: Noted, pause: Callable[[], float]) -> None:
    """The same on the plainest page."""
    who, pick = browser.cookies["who"], random.Random(browser.cookies["who"])
    await asyncio.sleep(pause() * pick.random())
    for at in count():
        number = at % (FIELDS // A_STEP)
        await asyncio.sleep(pause())
        if noted.over:
            return
        typed = {str(number * A_STEP + one): str(pick.randrange(70_000)) for one in range(A_STEP)}
        sent = await browser.ask(f"/{who}/{number}", typed)
        page = await browser.ask(sent.headers["location"])
        assert (sent.status, page.status) == (302, 200), (sent.status, page.status)
        noted.steps.append(sent.ms + page.ms)
        noted.sent.append(sent.ms)
        noted.bytes.append(sent.size + page.size)


def run(
    work: Callable[..., Any], browsers: list[Browser], pace: float, server: int, limit_s: float = SECONDS
) -> dict[str, Any]:
    """Everybody at once, for some seconds: what they waited for, and what it cost the server's processes."""
    pick = random.Random(7)

    def pause() -> float:
        return pick.uniform(pace / 2, pace * 3 / 2)

    async def everybody() -> None:
        await asyncio.gather(*(work(one, noted, pause) for one in browsers))

    before, begun = spent_s(server), time.perf_counter()
    noted = Noted(begun + limit_s)
    asyncio.run(everybody())
    return found(noted, spent_s(server) - before, time.perf_counter() - begun)


def found(noted: Noted, work_s: float, waited_s: float) -> dict[str, Any]:
    """Figures of a run."""
    done = len(noted.steps) + len(noted.submissions)
    figures = {
        "applicants": APPLICANTS,
        "steps": spread(noted.steps),
        "of it, what was typed is sent": spread(noted.sent),
        "steps_per_s": round(len(noted.steps) / waited_s, 1),
        "work_ms": round(work_s * 1000 / max(1, done), 1),
        "bytes": round(sum(noted.bytes) / max(1, len(noted.bytes))),
        "load": round(os.getloadavg()[0], 1),
    }
    return figures | ({"submissions": spread(noted.submissions)} if noted.submissions else {})


def spread(found: list[float]) -> dict[str, float]:
    """How many, and their median, 95th and 99th percentile, in milliseconds."""
    if not found:
        return {"count": 0}
    ordered = sorted(found)
    places = {name: ordered[len(ordered) * part // 100] for name, part in (("p50", 50), ("p95", 95), ("p99", 99))}
    return {"count": len(ordered), **{name: round(one, 1) for name, one in places.items()}}


@contextmanager
def running(command: list[str], answers: Callable[[], bool], **more: str) -> Iterator[int]:
    """A server in a session of its own, until it answers; its process id."""
    process = child(command, env={**os.environ, **more}, start_new_session=True)
    try:
        while not answers():
            assert process.poll() is None, f"{command} ended"
            time.sleep(0.2)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _reached(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def signed_in(person: Any) -> str:
    """The session of somebody who has just signed in, as their browser's cookie holds it."""
    request = RequestFactory().get("/")
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    begin(request, Person.objects.get(pk=person))
    request.session.save()
    return str(request.session.session_key)


def main() -> None:
    """All of it on the database of the settings."""
    _, clerk = furnish()
    connection.close()
    ours, theirs = free_port(), free_port()
    listen = {
        "URUK_LISTEN": f"127.0.0.1:{ours}",
        "URUK_GATEWAY_LISTEN": f"127.0.0.1:{free_port()}",
        "URUK_PEER_LISTEN": f"127.0.0.1:{free_port()}",
        "URUK_WORKERS": WORKERS,
    }
    serving = [sys.executable, "-m", "uruk.web.server"]
    plain = [sys.executable, str(ROOT / "services_plain.py"), f"127.0.0.1:{theirs}"]
    with (
        running(serving, lambda: _reached(ours) and log_answers(), **listen) as node,
        running(plain, lambda: _reached(theirs), URUK_WORKERS=WORKERS) as other,
    ):
        people = [admit(clerk, str(FIRST + at)).person for at in range(APPLICANTS)]
        browsers = [Browser(ours, {"uruk_session": signed_in(one)}) for one in people]
        others = [Browser(theirs, {"who": str(at)}) for at in range(1, APPLICANTS + 1)]
        for work, those in ((apply, browsers), (plainly, others)):
            run(work, those, 0.0, node, limit_s=SECONDS / 4)
        for name, pace in (("paced", PACE), ("without pauses", 0.0)):
            for kind, work, those, server in (
                ("step", apply, browsers, node),
                ("plain", plainly, others, other),
            ):
                tell({f"{name}, {kind}": run(work, those, pace, server) | {"pace_s": pace}})


if __name__ == "__main__":
    main()
