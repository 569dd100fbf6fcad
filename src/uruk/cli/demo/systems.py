"""The information systems of the demonstration's providers: a plain HTTP server that knows nothing of the exchange."""

import json
import threading
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from uruk.definitions.api import JourneyMessage


class InformationSystems:
    """Answers what the country's journey says that each provider's program knows; anything else with 404."""

    def __init__(self, messages: Iterable[JourneyMessage], port: int) -> None:
        known = {f"/{one.service}{one.path}": one.answer for one in messages if one.answer is not None}
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(known))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, system: str) -> str:
        """Where the information system of a subsystem is reached."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/{system}"

    def stop(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


def _handler(known: Mapping[str, Any]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = known.get(self.path)
            data = json.dumps(answer if answer is not None else {}, ensure_ascii=False).encode()
            self.send_response(200 if answer is not None else 404)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    return Handler
