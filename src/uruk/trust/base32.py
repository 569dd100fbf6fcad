"""Unpadded base32 (RFC 4648 §6): every character fits a QR code's alphanumeric segment and a URL's fragment."""

import base64

from uruk.kernel.api import CodedError

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_IMPOSSIBLE = {1, 3, 6}  # lengths modulo 8 that no whole number of bytes has


def encode(data: bytes) -> str:
    """Write bytes as upper-case base32 without padding."""
    return base64.b32encode(data).decode("ascii").rstrip("=")


def decode(text: str) -> bytes:
    """Read unpadded base32 in either case; what does not write back to the same text is refused.

    Errors: ``trust.base32_character`` (with its position from 1), ``trust.base32_length`` (no whole number of bytes),
    ``trust.base32_ending`` (the last character carries bits that belong to no byte).
    """
    data = decode_leniently(text)
    if len(text) % 8 in _IMPOSSIBLE:
        raise CodedError("trust.base32_length")
    if encode(data) != text.upper():
        raise CodedError("trust.base32_ending")
    return data


def decode_leniently(text: str) -> bytes:
    """Read the whole bytes of unpadded base32 that may have been cut anywhere; ``trust.base32_character`` remains."""
    for position, character in enumerate(text, 1):
        # One by one and not by str.upper(): that turns other letters (ſ, ı) into ours.
        if character not in _ALPHABET and character not in _ALPHABET[:26].lower():
            raise CodedError("trust.base32_character", position=position)
    whole = text[: len(text) - (len(text) % 8 in _IMPOSSIBLE)]
    return base64.b32decode(whole.upper() + "=" * (-len(whole) % 8))
