"""Strict reading of base64 and decimals: each value has one spelling, so a changed bit never goes unnoticed."""

import base64
import binascii
import re

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def b64(data: bytes) -> str:
    """Write standard base64 with padding (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def unb64(text: str) -> bytes | None:
    """Read standard base64; None unless it is exactly what `b64` writes (alphabet, padding, zero trailing bits)."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if b64(data) == text else None


def undecimal(text: str) -> int | None:
    """Read a non-negative decimal without sign or leading zeros, below 2**63; None for anything else."""
    number = int(text) if _DECIMAL.fullmatch(text) else None
    return number if number is not None and number < 1 << 63 else None
