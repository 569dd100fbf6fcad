"""A country whose gateways run as processes of their own, a provider they forward to, and callers.

with World(tmp_path) as world:
    world.start_all()
    answer = world.ask("/199001011234")
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.architecture.source import ROOT
from tests.flows.exchange.country import NAMES, Country, Node
from uruk.cli.child import PARENT_PIPE
from uruk.exchange.api import Agreement, Endpoint, Offer, SubjectRule, System

CLIENT = "xx/GOV/agriculture/season-plan"
PERSONS = "xx/GOV/interior/persons/by-number"
LETTERS = "xx/GOV/interior/persons/letters"
LAW = "plan-rules/1"
BY_NUMBER = Endpoint(
    "GET", "/*", idempotent=True, personal=True, subjects=(SubjectRule("path", "0"),), fields=("/name", "/deceased")
)
ANY_LETTER = Endpoint("*", "/**")
WAIT_S = 30.0


@dataclass
class Answer:
    """What a caller was answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    @property
    def request_id(self) -> str:
        """X-Road-Request-Id."""
        return self.headers["x-road-request-id"]


@dataclass
class Provider:
    """A plain HTTP server that knows nothing of the exchange; `answer` may be replaced by a test."""

    answer: Callable[[str, str, Mapping[str, str], bytes], tuple[int, dict[str, str], bytes]] = field(
        default_factory=lambda: person
    )
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        """Stop it."""
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            def __getattr__(self, name: str) -> Callable[[], None]:
                if not name.startswith("do_"):
                    raise AttributeError(name)
                return self.any_method

            def any_method(self) -> None:
                body = self.body()
                headers = {name.lower(): value for name, value in self.headers.items()}
                provider.seen.append((self.command, self.path, headers, body))
                status, given, answer = provider.answer(self.command, self.path, headers, body)
                self.send_response(status)
                for name, value in given.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(b"" if self.command == "HEAD" else answer)

            def body(self) -> bytes:
                if self.headers.get("transfer-encoding", "").lower() != "chunked":
                    return self.rfile.read(int(self.headers.get("content-length") or 0))
                found = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    found += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return found

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal."""

        return Handler


def person(method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    """A person by number, with more than an agreement lets through; a letter comes back as it was sent."""
    if "/letters" in path:
        return 200, {"Content-Type": headers.get("content-type", "application/octet-stream")}, body
    answer = {"number": path.rpartition("/")[2], "name": "زينب كاظم", "deceased": False, "secret": "x"}
    return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()


class World:
    """North hosts Interior, which is asked; South hosts Agriculture, which asks; Hub hosts the authority."""

    def __init__(
        self, folder: Path, nodes: Mapping[str, tuple[str, ...]] | None = None, provider_url: str = "", **settings: str
    ) -> None:
        self.provider = None if provider_url else Provider()
        self.provider_url = provider_url or str(self.provider and self.provider.url)
        self.settings = settings
        self.country = Country(
            folder, nodes or {"north": ("interior",), "south": ("agriculture",), "hub": ("authority",)}
        )
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.theirs, self.ours = os.pipe()  # gateways follow whoever holds our end, also one that was killed
        self.prepare()
        self.furnish()

    def prepare(self) -> None:
        """What a test changes of the country before its directory is published."""

    def furnish(self) -> None:
        """The systems, the agreements, the directory and the snapshots."""
        interior, agriculture = self.country.node_of("interior"), self.country.node_of("agriculture")
        offers = (Offer("by-number", NAMES, (BY_NUMBER,)), Offer("letters", NAMES, (ANY_LETTER,)))
        interior.systems["interior"] = (
            System("persons", NAMES, protection="none", url=self.provider_url, offers=offers),
        )
        agriculture.systems["agriculture"] = (System("season-plan", NAMES, protection="none"),)
        self.country.agreements = (
            self.agreement("season-plan-person", PERSONS, (BY_NUMBER,), "11"),
            self.agreement("season-plan-letters", LETTERS, (ANY_LETTER,), "22", body_limit_bytes=64 << 20),
        )
        self.country.publish()
        self.country.write_snapshots()

    def agreement(
        self, code: str, service: str, endpoints: tuple[Endpoint, ...], digest: str, **more: Any
    ) -> Agreement:
        """An agreement of Agriculture with Interior, in force since yesterday."""
        at = int(self.country.now.timestamp())
        given: dict[str, Any] = {
            "digest": digest * 32,
            "code": code,
            "consumer": CLIENT,
            "service": service,
            "endpoints": endpoints,
            "purpose": NAMES,
            "law": LAW,
            "valid_from": at - 86_400,
            "valid_until": at + 86_400,
        }
        return Agreement(**given | more)

    def environment(self, node: Node) -> dict[str, str]:
        """The settings of a node's gateway."""
        given = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "src"),
            "URUK_DATA": str(node.folder),
            "URUK_NODE": node.code,
            "URUK_GATEWAY_LISTEN": f"127.0.0.1:{node.port}",
            "URUK_PEER_LISTEN": f"{node.peer_host}:{node.peer_port}",
            "URUK_INSTITUTIONS": ",".join(node.institutions),
        }
        return given | self.settings

    def start_all(self, *codes: str) -> None:
        """Start gateways (all that serve somebody, if none is named) and wait until they answer."""
        chosen = codes or tuple(code for code in self.country.nodes if code != "hub")
        for code in chosen:
            self.start(code, wait=False)
        for code in chosen:
            self.wait_for(code)

    def start(self, code: str, wait: bool = True) -> None:
        """Start a node's gateway as a process."""
        node = self.country.nodes[code]
        log = (node.folder / "gateway.log").open("ab")
        self.processes[code] = subprocess.Popen(
            self.command(node),
            env=self.environment(node) | {PARENT_PIPE: str(self.theirs)},
            pass_fds=(self.theirs,),
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )
        log.close()
        if wait:
            self.wait_for(code)

    def command(self, node: Node) -> list[str]:
        """What is started as a node's gateway."""
        return [sys.executable, "-m", "uruk.gateway.process"]

    def wait_for(self, code: str) -> None:
        """Wait until a gateway answers on its port."""
        end = time.monotonic() + WAIT_S
        while True:
            assert self.processes[code].poll() is None, self.said(code)
            try:
                self.request(code, "GET", "/health")
            except OSError:
                assert time.monotonic() < end, self.said(code)
                time.sleep(0.05)
            else:
                return

    def said(self, code: str) -> str:
        """The end of what a gateway wrote."""
        return (self.country.nodes[code].folder / "gateway.log").read_text(encoding="utf-8", errors="replace")[-6000:]

    def told_by_all(self) -> str:
        """The end of what each gateway wrote."""
        return "\n".join(f"{code}:\n{self.said(code)}" for code in self.country.nodes if code != "hub")

    def kill(self, code: str) -> None:
        """SIGKILL, and nothing else."""
        process = self.processes.pop(code)
        process.send_signal(signal.SIGKILL)
        process.wait(WAIT_S)

    def stop(self, code: str) -> int:
        """SIGTERM; return its exit code."""
        process = self.processes.pop(code)
        process.terminate()
        return process.wait(WAIT_S)

    def ask(self, target: str = "/199001011234", service: str = PERSONS, **more: Any) -> Answer:
        """One call of Agriculture's season plan."""
        headers = {"X-Road-Client": CLIENT, **more.pop("headers", {})}
        return self.request(
            more.pop("node", "south"), more.pop("method", "GET"), f"/r1/{service}{target}", headers, **more
        )

    def connect(self, code: str, timeout: float = WAIT_S) -> http.client.HTTPConnection:
        """A connection to a gateway's port for information systems."""
        return http.client.HTTPConnection("127.0.0.1", self.country.nodes[code].port, timeout=timeout)

    def request(
        self,
        code: str,
        method: str,
        line: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = WAIT_S,
    ) -> Answer:
        """One HTTP request to a node's gateway, on a connection of its own."""
        connection = self.connect(code, timeout)
        try:
            connection.request(method, line, body, dict(headers or {}))
            found = connection.getresponse()
            given = {name.lower(): value for name, value in found.getheaders()}
            return Answer(found.status, given, found.read())
        finally:
            connection.close()

    def __enter__(self) -> "World":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(WAIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(WAIT_S)
        for end in (self.theirs, self.ours):
            os.close(end)
        if self.provider is not None:
            self.provider.close()
