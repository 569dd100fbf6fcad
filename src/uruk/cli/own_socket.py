"""HTTP over the gateway's own socket: whoever may open it is the node itself."""

import socket
from http.client import HTTPConnection
from pathlib import Path


class OwnSocket(HTTPConnection):
    """A connection to ``DATA/gateway/gateway.sock``."""

    def __init__(self, path: Path, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket in the folder."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
