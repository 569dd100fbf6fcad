"""A receiver of webhooks in this process: what it was sent, and how it answers."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[socket.socket], None]
TAKEN = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


@dataclass
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Where it is, what came, and what it answers: bytes, or what is to be done with the socket."""

    url: str = ""
    came: list[Received] = field(default_factory=list)
    answer: bytes | Answer = TAKEN


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on loopback."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.came.append(Received(self.path, {name.lower(): one for name, one in self.headers.items()}, body))
            if callable(found.answer):
                found.answer(self.connection)
            else:
                self.wfile.write(found.answer)
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/hook?of=cases"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
