"""HTTP over the gateway's own socket: whoever may open it is the node itself."""

import json
import socket
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any


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


def gateway_health(data: Path) -> Mapping[str, Any] | None:
    """What the running gateway says of itself; None where it does not answer."""
    link = OwnSocket(data / "gateway" / "gateway.sock", timeout_s=5)
    try:
        link.request("GET", "/health")
        found = json.loads(link.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        link.close()
    return found if isinstance(found, dict) else None
