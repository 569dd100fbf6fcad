"""An answer from somebody we do not trust: so many bytes, and all of them in so much time."""

from http.client import HTTPResponse
from time import monotonic
from urllib.error import URLError

_PIECE_BYTES = 1 << 16


def read_whole(answer: HTTPResponse, most: int, within_s: float) -> bytes:
    """All that comes. Longer than `most` bytes, or still coming after `within_s` seconds: OSError.

    A socket's own timeout is for each read alone: whoever lets an answer drip would keep us for days.
    """
    ends, found = monotonic() + within_s, bytearray()
    while piece := answer.read1(_PIECE_BYTES):
        found += piece
        if len(found) > most or monotonic() > ends:
            raise URLError("the answer is too long" if len(found) > most else "the answer drips")
    return bytes(found)
