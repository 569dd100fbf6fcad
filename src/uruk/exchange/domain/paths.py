"""The path and query of a request, decided on exactly as they are forwarded; and the globs of agreements.

A gateway decides, a provider's program acts, and what lies between an attacker's request and somebody's record is that
both read the same path. So a path that two programs may read differently is refused outright, whatever is allowed.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from uruk.kernel.api import CodedError

MAX_TARGET_BYTES = 8192
MAX_SEGMENTS = 64

# pchar of RFC 3986 without `;` (path parameters) and, here, without percent signs.
_PCHAR = r"A-Za-z0-9\-._~!$&'()*+,=:@"
_PLAIN = re.compile(rf"(?:/[{_PCHAR}]+)*/?")
_PATH = re.compile(rf"(?:/(?:[{_PCHAR}]|%[0-9A-Fa-f]{{2}})*)*")
# What clients send in queries unencoded beyond RFC 3986 (brackets, quotes, bars) splits nothing.
_QUERY = re.compile(r"(?:[!\"$&-\[\]^-~]|%(?!00)[0-9A-Fa-f]{2})*")
_DOTS = re.compile(r"(?:^|/)[. ]+(?:/|$)")
# What separates when it is decoded once more, or by another program: and controls of lines, screens and direction.
_REFUSED = re.compile(r"[/\\%;?#\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(slots=True)  # not frozen: thousands are made each second
class Target:
    """What follows the service code in a request line.

    `raw` is forwarded and signed; `segments` are its path's, each decoded once ("" at the end for a final slash);
    `query` is what stands after the question mark (None where there is none).
    """

    raw: str
    segments: tuple[str, ...]
    query: str | None

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Names and values of the query, decoded; bad UTF-8 in them is `exchange.path_refused`."""
        pairs = (piece.partition("=") for piece in (self.query or "").split("&") if piece)
        return tuple((_form_decoded(name), _form_decoded(value)) for name, _, value in pairs)


def read_target(raw: str) -> Target:
    """Read what follows the service code: a path, empty or from its first slash, and perhaps a query.

    `exchange.path_refused`, with the piece that is at fault, for dot segments, encoded separators (`%2F`, `%5C`,
    `%25`, `%3B`, `%3F`, `%23`), path parameters, empty segments before the last, controls, overlong or broken UTF-8,
    letters that normalise to any of these, and for anything that is no path.
    """
    if len(raw) > MAX_TARGET_BYTES:
        raise _refusal(f"{raw[:20]}…")
    path, mark, query = raw.partition("?")
    if mark and not _QUERY.fullmatch(query):
        raise _refusal(f"?{query[:60]}")
    plain = _PLAIN.fullmatch(path) and "/." not in path
    segments = tuple(path.split("/")[1:]) if plain else _careful(path)
    if len(segments) > MAX_SEGMENTS:
        raise _refusal(f"{raw[:20]}…")
    return Target(raw, segments, query if mark else None)


class Glob:
    """A path glob: `*` stands for any characters within one segment, `**` for any segments, also none.

    Letters count as they are: case matters, and a segment that is `*` alone is never empty. Both the empty path and
    `/` are the service itself, and their pattern is `/`. `exchange.glob_malformed` for what can match nothing.
    """

    __slots__ = ("_fixed", "_length", "_parts", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._parts = _pattern_parts(pattern)
        wild = [part for part in self._parts if "*" in part]
        simple = all(part == "*" for part in wild)
        self._length = len(self._parts) if simple else -1
        self._fixed = tuple((at, part) for at, part in enumerate(self._parts) if part != "*") if simple else ()

    def matches(self, segments: tuple[str, ...]) -> bool:
        """Whether the pattern stands for these segments (as `Target.segments` has them)."""
        if segments == ("",):
            segments = ()
        if self._length < 0:
            return _any_match(self._parts, segments)
        if len(segments) != self._length:
            return False
        for at, part in self._fixed:
            if segments[at] != part:
                return False
        return not segments or segments[-1] != "" or self._parts[-1] == ""


def _careful(path: str) -> tuple[str, ...]:
    """The segments of a path that has percent signs, or something to refuse."""
    if not _PATH.fullmatch(path):
        raise _refusal(_odd_piece(path))
    pieces = path.split("/")[1:]
    for piece in pieces[:-1]:
        if not piece:
            raise _refusal("//")
    return tuple(_decoded(piece) for piece in pieces)


def _decoded(piece: str) -> str:
    try:
        segment = unquote_to_bytes(piece).decode("utf-8")
    except UnicodeDecodeError:
        raise _refusal(piece) from None
    read = segment if segment.isascii() else unicodedata.normalize("NFKC", segment)
    if _REFUSED.search(segment) or _REFUSED.search(read) or _DOTS.search(read):
        raise _refusal(piece)
    return segment


def _form_decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError:
        raise _refusal(text) from None


def _odd_piece(path: str) -> str:
    """The first piece that is no piece of a path, for the sentence."""
    return next((piece for piece in path.split("/") if not _PATH.fullmatch(f"/{piece}")), path)


def _refusal(piece: str) -> CodedError:
    return CodedError("exchange.path_refused", piece=piece[:60].encode("ascii", "backslashreplace").decode())


def _pattern_parts(pattern: str) -> tuple[str, ...]:
    """The segments of a pattern, those of the service itself being none."""
    if pattern in ("", "/"):
        return ()
    parts = tuple(pattern.split("/"))
    inner = parts[1:-1] if len(parts) > 2 else ()
    wrong = parts[0] or "" in inner or len(parts) > MAX_SEGMENTS or len(pattern) > MAX_TARGET_BYTES
    if wrong or any(("**" in part and part != "**") or not _can_match(part) for part in parts[1:]):
        raise CodedError("exchange.glob_malformed", pattern=pattern[:128])
    return parts[1:]


def _can_match(part: str) -> bool:
    read = part if part.isascii() else unicodedata.normalize("NFKC", part)
    return not (_REFUSED.search(part) or _REFUSED.search(read) or _DOTS.search(read))


def _any_match(parts: Sequence[str], segments: Sequence[str]) -> bool:
    """Match with `**`: when a later part fails, the last `**` takes one segment more. No more than n·m steps."""
    part = segment = 0
    star = held = -1
    while segment < len(segments):
        if part < len(parts) and parts[part] == "**":
            star, held, part = part, segment, part + 1
        elif part < len(parts) and _one_matches(parts[part], segments[segment]):
            part, segment = part + 1, segment + 1
        elif star >= 0:
            held += 1
            part, segment = star + 1, held
        else:
            return False
    return all(left == "**" for left in parts[part:])


def _one_matches(part: str, segment: str) -> bool:
    """Match one segment: its pieces between the stars stand there in their order, the first and last at the ends."""
    if "*" not in part:
        return part == segment
    if part == "*":
        return segment != ""
    first, *inner, last = part.split("*")
    if len(segment) < len(first) + len(last) or not (segment.startswith(first) and segment.endswith(last)):
        return False
    at, end = len(first), len(segment) - len(last)
    for piece in inner:
        found = segment.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
