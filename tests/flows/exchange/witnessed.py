"""A world whose nodes witness each other: their public files and witnesses answer over HTTP, as their pages would."""

import shutil
import threading
from collections.abc import Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.flows.exchange import world as worlds
from tests.flows.exchange.country import INSTANCE, Country, Node
from tests.flows.exchange.world import World
from uruk.exchange.api import (
    Answer,
    ConsistencyCheck,
    NodeEntry,
    Submitter,
    WitnessStore,
    kept_forks,
    open_cosigner,
)
from uruk.kernel.api import SystemClock
from uruk.trust.api import own_key_store


class Pages:
    """What `rest` serves of every node: /<code>/log/…, /<code>/witness/…"""

    def __init__(self) -> None:
        self.country: WitnessedCountry | None = None
        self.away: set[str] = set()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, code: str) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/{code}/"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: str, body: bytes | None) -> Answer:
        code, _, rest = path.strip("/").partition("/")
        assert self.country is not None
        if code in self.away:
            return Answer(503)
        if body is not None:
            return self.country.cosigner(code).add_checkpoint(body, SystemClock())
        folder = self.country.nodes[code].folder
        if rest.startswith("witness/"):
            found = WitnessStore(folder / "witness").newest(rest[len("witness/") : -len("/checkpoint")])
            return Answer(404) if found is None else Answer(200, found.raw)
        file = folder / "public" / rest
        return Answer(200, file.read_bytes()) if file.is_file() else Answer(404)

    def _handler(pages: "Pages") -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def _tell(self, body: bytes | None) -> None:
                answer = pages.answer(self.path, body)
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.media_type)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def do_GET(self) -> None:
                self._tell(None)

            def do_POST(self) -> None:
                self._tell(self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


class WitnessedCountry(Country):
    """A country whose nodes witness each other."""

    pages: Pages

    def _node_entry(self, node: Node) -> NodeEntry:
        others = tuple(code for code in self.nodes if code != node.code)
        key = str(self.cosigner(node.code).key)
        found = super()._node_entry(node)
        return replace(found, witnesses=others, witness_key=key, url=self.pages.url(node.code))

    def cosigner(self, code: str) -> Any:
        node = self.nodes[code]
        keys = own_key_store(node.folder / "main")
        return open_cosigner(node.folder / "witness", keys, INSTANCE, code, self.directory)


class WitnessedWorld(World):
    """The world, with the rounds of the nodes' job processes played by the test."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pages = Pages()
        made: dict[str, WitnessedCountry] = {}

        def country(place: Path, nodes: Mapping[str, Any]) -> WitnessedCountry:
            found = WitnessedCountry(place, nodes)
            found.pages = self.pages
            self.pages.country = made["one"] = found
            return found

        monkeypatch.setattr(worlds, "Country", country)
        super().__init__(folder)
        self.pages.country = made["one"]

    def round(self, code: str) -> int:
        """One round of a node: its gateway's logs go to its witnesses."""
        node = self.country.nodes[code]
        public = node.folder / "public" / "log"
        submitter = Submitter(node.folder / "witness", public, code, SystemClock())
        return submitter.submit(self.country.directory(), self.origins(code))

    def compare(self, code: str) -> int:
        """The other half of a round: what the node knows of others' logs against what they show."""
        return ConsistencyCheck(self.country.nodes[code].folder / "witness", code).look(self.country.directory())

    def forks(self, code: str) -> Any:
        return kept_forks(self.country.nodes[code].folder / "witness")

    def origins(self, code: str) -> list[str]:
        public = self.country.nodes[code].folder / "public" / "log"
        return sorted(path.parent.relative_to(public).as_posix() for path in public.rglob("checkpoint"))

    def snapshot(self, code: str, place: Path) -> None:
        """A copy of a stopped node's whole folder."""
        shutil.copytree(self.country.nodes[code].folder, place)

    def restore(self, code: str, place: Path, *, unnoticed: bool = False) -> None:
        """Put the copy back; `unnoticed` as a snapshot of the whole machine would be: every file in its place."""
        folder = self.country.nodes[code].folder
        shutil.rmtree(folder)
        shutil.copytree(place, folder)
        if unnoticed:
            for marker in folder.rglob("place"):
                found = marker.stat()
                marker.with_name("place.is").write_text(f"{found.st_ino} {found.st_ctime_ns}\n", encoding="ascii")

    def follow(self) -> None:
        """The directory lists every log that a gateway has opened, as the job process would."""
        for node in self.country.nodes.values():
            for institution in node.institutions:
                numbers = [int(one.rpartition("/")[2]) for one in self.origins(node.code) if f"/{institution}/" in one]
                node.generations[institution] = max([1, *numbers])
        self.country.publish()

    def __exit__(self, *told: Any) -> None:
        super().__exit__(*told)
        self.pages.close()
