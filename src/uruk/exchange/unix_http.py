"""HTTP over a Unix socket: the gateway's own, which only the node itself may open."""

import http.client
import os
import socket


class UnixConnection(http.client.HTTPConnection):
    """A connection to the socket at a path; waits in seconds."""

    def __init__(self, path: str | os.PathLike[str], timeout_s: float) -> None:
        super().__init__("gateway", timeout=timeout_s)
        self.path = os.fspath(path)

    def connect(self) -> None:
        """Connect to the socket instead of to a host."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)
