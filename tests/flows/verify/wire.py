"""A wire between browser and node that counts what comes over it, and can be cut."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

CHUNK = 1 << 16


class Wire:
    """Listens on a port of its own and passes everything on to the node; `received` counts bytes to the browser."""

    def __init__(self, root: str) -> None:
        self._target = ("127.0.0.1", int(urlsplit(root).port or 80))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.received = 0
        self.root = f"http://localhost:{self._listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection and refuse new ones, as when the server's machine lost its power."""
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._listener.accept()
                node = socket.create_connection(self._target)
                self._open += [browser, node]
                threading.Thread(target=self._pass, args=(browser, node, False), daemon=True).start()
                threading.Thread(target=self._pass, args=(node, browser, True), daemon=True).start()

    def _pass(self, source: socket.socket, goal: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                goal.sendall(data)
                if counted:
                    with self._lock:
                        self.received += len(data)
        with suppress(OSError):
            goal.shutdown(socket.SHUT_WR)


@contextmanager
def wire(root: str) -> Iterator[Wire]:
    """A wire to the node at this address, cut at the end."""
    found = Wire(root)
    try:
        yield found
    finally:
        found.cut()
