"""A small clamd: the real protocol (clamd(8): zINSTREAM, lengths in network order, NUL-ended answers), no engine."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The standard test file of the industry, in two pieces, so that no scanner of source code takes this one for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 1 << 20


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        """One command, as clamd takes it."""
        self.server.asked.append(self._take(10))  # type: ignore[attr-defined]
        data = b""
        while size := int.from_bytes(self._take(4), "big"):
            data += self._take(size)
            if len(data) > LIMIT:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(data)  # type: ignore[attr-defined]
        found = b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0"
        self.request.sendall(self.server.answer or found)  # type: ignore[attr-defined]

    def _take(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            part = self.request.recv(count - len(found))
            if not part:
                raise ConnectionAbortedError
            found += part
        return found


class Clamd(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """What it was asked and sent; `answer` instead of its own."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int] | str) -> None:
        self.asked: list[bytes] = []
        self.seen: list[bytes] = []
        self.answer = b""
        self.address_family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        super().__init__(address, _Handler)  # type: ignore[arg-type]

    def server_bind(self) -> None:
        """Bind without looking for names."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def get_request(self) -> tuple[socket.socket, object]:
        """A connection; of a Unix socket nobody has an address."""
        return self.socket.accept()

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hangs up has hung up."""


@contextmanager
def clamd(path: Path | None = None) -> Iterator[tuple[Clamd, str]]:
    """A clamd that answers at a path or on a port, and its address."""
    server = Clamd(("127.0.0.1", 0) if path is None else str(path))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    place = f"127.0.0.1:{server.server_address[1]}" if path is None else str(path)
    try:
        yield server, f"clamd://{place}"
    finally:
        server.shutdown()
        server.server_close()
