"""Reading and matching paths a second time, as slowly and plainly as it can be written, to compare with."""

import unicodedata

ALLOWED = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@")
HEX = set("0123456789abcdefABCDEF")
SEPARATORS = set("/\\%;?#")
MARKS = {*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def segments_of(raw: str) -> list[str] | None:
    """The segments of a path with its query, or None where it must be refused."""
    if len(raw) > 8192:
        return None
    path, query = (raw[: raw.index("?")], raw[raw.index("?") + 1 :]) if "?" in raw else (raw, "")
    if not query_is_fine(query) or (path and not path.startswith("/")):
        return None
    pieces = path.split("/")[1:]
    if "" in pieces[:-1] or len(pieces) > 64:
        return None
    read = [segment_of(piece) for piece in pieces]
    return None if None in read else read


def query_is_fine(query: str) -> bool:
    at = 0
    while at < len(query):
        if query[at] == "%":
            if not set(query[at + 1 : at + 3]) <= HEX or len(query) < at + 3 or query[at + 1 : at + 3] == "00":
                return False
            at += 3
        elif not "!" <= query[at] <= "~" or query[at] in "#\\":
            return False
        else:
            at += 1
    return True


def segment_of(piece: str) -> str | None:
    octets = octets_of(piece)
    text = None if octets is None else text_of(octets)
    if text is None or is_refused(text) or is_refused(unicodedata.normalize("NFKC", text)):
        return None
    return text


def octets_of(piece: str) -> list[int] | None:
    found, at = [], 0
    while at < len(piece):
        if piece[at] == "%":
            digits = piece[at + 1 : at + 3]
            if len(digits) < 2 or not set(digits) <= HEX:
                return None
            found.append(int(digits, 16))
            at += 3
        elif piece[at] in ALLOWED:
            found.append(ord(piece[at]))
            at += 1
        else:
            return None
    return found


def text_of(octets: list[int]) -> str | None:
    """UTF-8 by its table (Unicode, table 3-7): the shortest form of each letter and no halves of pairs."""
    found, at = "", 0
    while at < len(octets):
        for length, least, most in ((1, 0, 0x7F), (2, 0x80, 0x7FF), (3, 0x800, 0xFFFF), (4, 0x10000, 0x10FFFF)):
            point = point_of(octets[at : at + length], length)
            if point is not None and least <= point <= most and not 0xD800 <= point <= 0xDFFF:
                found += chr(point)
                at += length
                break
        else:
            return None
    return found


def point_of(octets: list[int], length: int) -> int | None:
    if len(octets) < length:
        return None
    if length == 1:
        return octets[0] if octets[0] < 0x80 else None
    lead = {2: (0xC0, 0x1F), 3: (0xE0, 0x0F), 4: (0xF0, 0x07)}[length]
    if octets[0] & ~lead[1] & 0xFF != lead[0] or any(each & 0xC0 != 0x80 for each in octets[1:]):
        return None
    point = octets[0] & lead[1]
    for each in octets[1:]:
        point = point << 6 | each & 0x3F
    return point


def is_refused(text: str) -> bool:
    if any(letter in SEPARATORS or ord(letter) in MARKS for letter in text):
        return True
    return text != "" and set(text) <= {".", " "}


def matches(pattern: str, segments: list[str]) -> bool:
    """Whether a glob stands for these segments: every way of dividing them is tried."""
    if segments == [""]:
        segments = []
    return parts_match([] if pattern in ("", "/") else pattern.split("/")[1:], segments)


def parts_match(parts: list[str], segments: list[str]) -> bool:
    if not parts:
        return not segments
    if parts[0] == "**":
        return any(parts_match(parts[1:], segments[taken:]) for taken in range(len(segments) + 1))
    return bool(segments) and part_matches(parts[0], segments[0]) and parts_match(parts[1:], segments[1:])


def part_matches(part: str, segment: str) -> bool:
    return segment != "" if part == "*" else letters_match(part, segment)


def letters_match(part: str, segment: str) -> bool:
    if not part:
        return not segment
    if part[0] == "*":
        return any(letters_match(part[1:], segment[taken:]) for taken in range(len(segment) + 1))
    return segment[:1] == part[0] and letters_match(part[1:], segment[1:])
