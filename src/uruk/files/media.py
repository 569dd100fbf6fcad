"""What kind of file bytes are, by what stands in them: names and declared types are whatever their sender likes."""

import struct
from typing import Literal

Media = Literal["pdf", "jpeg", "png"]
_PNG = b"\x89PNG\r\n\x1a\n"
_CHUNK = struct.Struct(">I4s")
_MAX_CHUNKS = 10_000


def media_of(data: bytes) -> Media | None:
    """PDF, JPEG or PNG; None for anything else, and for a picture that is cut off."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\xff\xd8\xff"):
        # Telephones write more behind the end of a picture, so only that there is an end can be asked.
        return "jpeg" if data.rfind(b"\xff\xd9") > 0 else None
    return "png" if data.startswith(_PNG) and _is_whole_png(data) else None


def _is_whole_png(data: bytes) -> bool:
    """Whether its parts follow each other from the head to the end, with nothing behind it."""
    place = len(_PNG)
    for number in range(_MAX_CHUNKS):
        if place + _CHUNK.size > len(data):
            return False
        length, name = _CHUNK.unpack_from(data, place)
        place += _CHUNK.size + length + 4
        if (number == 0) != (name == b"IHDR"):
            return False
        if name == b"IEND":
            return bool(place == len(data))
    return False
