"""Who passkeys are made for: the host of this node's public address (WebAuthn §5.1.2)."""

from urllib.parse import urlsplit

_LOOPBACK = ("127.0.0.1", "::1")


def relying_party(public_url: str) -> tuple[str, tuple[str, ...]]:
    """Return the relying party's id and the origins that may speak for it.

    Browsers make no passkey for a bare address, so a node on loopback answers as ``localhost``.
    """
    parts = urlsplit(public_url)
    host = parts.hostname or "localhost"
    if host not in _LOOPBACK:
        return host, (f"{parts.scheme}://{parts.netloc}",)
    port = f":{parts.port}" if parts.port else ""
    return "localhost", (f"{parts.scheme}://localhost{port}",)
