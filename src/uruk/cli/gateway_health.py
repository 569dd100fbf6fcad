"""What this node's gateway says of itself, over its own socket."""

import json
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any

from uruk.exchange.api import UnixConnection


def gateway_health(data: Path) -> Mapping[str, Any] | None:
    """What the running gateway says of itself; None where it does not answer."""
    link = UnixConnection(data / "gateway" / "gateway.sock", timeout_s=5)
    try:
        link.request("GET", "/health")
        found = json.loads(link.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        link.close()
    return found if isinstance(found, dict) else None
