"""Bytes as text: one spelling each."""

import base64


def base64_text(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")
