"""The QR on a document: a page's address, then a small sealed summary that verifies without a network.

``https://host/#`` + unpadded base32 of a COSE_Sign1 over a deterministic CBOR map with integer keys. A phone's camera
opens the page; the fragment never leaves the phone. Keys below 64 are critical: an unknown one means that a newer
version made the code, and it is refused. See docs/decisions/qr-payload.md.
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

from uruk.kernel.api import CodedError
from uruk.trust import base32, cbor
from uruk.trust.cose import sign1, sign1_size
from uruk.trust.keys.protocols import Signer

VERSION = 1
MAX_COSE_BYTES = 480
FIRST_IGNORABLE_KEY = 64
SHORTEST_TEXT_BYTES = 24  # a dozen Arabic letters: no text is cut below this
ELLIPSIS = "…"
_EPOCH = date(1970, 1, 1)
_LAST_DAY = (date.max - _EPOCH).days

QrValue = str | int | bool


@dataclass(frozen=True)
class QrPayload:
    """What the QR says. ``type`` and the keys of ``fields`` are numbers that the directory explains.

    ``id`` is 16 random bytes; ``list_year`` and ``index`` place the document in its status list; ``original`` is the
    SHA-256 of a sealed PDF, None for a document filled here; ``shortened`` names the fields whose text was cut.
    """

    institution: str
    type: int
    id: bytes
    issued: date
    expires: date | None
    list_year: int
    index: int
    fields: Mapping[int, QrValue] = field(default_factory=dict)
    original: bytes | None = None
    shortened: tuple[int, ...] = ()

    def to_bytes(self) -> bytes:
        """The deterministic CBOR that is sealed."""
        value: dict[int, Any] = {
            0: VERSION,
            1: self.institution,
            2: self.type,
            3: self.id,
            4: (self.issued - _EPOCH).days,
            6: [self.list_year, self.index],
            7: dict(self.fields),
        }
        if self.expires:
            value[5] = (self.expires - _EPOCH).days
        if self.original is not None:
            value[8] = self.original
        if self.shortened:
            value[9] = list(self.shortened)
        return cbor.encode(value)

    @classmethod
    def from_bytes(cls, data: bytes) -> "QrPayload":
        """Read a sealed summary; ``trust.qr_newer`` for unknown critical keys, ``trust.qr_shape`` for a wrong one."""
        value = cbor.decode(data)
        if not isinstance(value, dict) or not all(isinstance(key, int) for key in value):
            raise CodedError("trust.qr_shape")
        known = _is_number(value.get(0)) and value[0] == VERSION
        if not known or any(9 < key < FIRST_IGNORABLE_KEY or key < 0 for key in value):
            raise CodedError("trust.qr_newer")
        return _payload({key: item for key, item in value.items() if key < FIRST_IGNORABLE_KEY})


@dataclass(frozen=True)
class QrCode:
    """A finished code: the text it carries and the COSE bytes inside (also attached to the PDF)."""

    host: str
    cose: bytes
    payload: QrPayload

    @property
    def url(self) -> str:
        """The whole text of the code."""
        return f"{self.host}#{base32.encode(self.cose)}"


@dataclass(frozen=True)
class QrField:
    """How much a field can need in the QR: a text of at most ``max_characters``, or a number, day or yes/no.

    ``choice`` is a code that must not be cut.
    """

    number: int
    kind: Literal["text", "choice", "integer", "date", "yes_no"]
    max_characters: int = 0


def make_qr(payload: QrPayload, signer: Signer, host: str, keep: Collection[int] = ()) -> QrCode:
    """Seal a payload; texts that do not fit are shortened visibly, the longest first, and listed as shortened.

    ``host`` ends in a slash. Fields numbered in ``keep`` (codes of choices) are never cut. If it still does not fit,
    ``trust.qr_too_long``: ``worst_case_size`` tells beforehand whether that can happen to a type.
    """
    fitted = payload
    while sign1_size(len(fitted.to_bytes())) > MAX_COSE_BYTES:
        fitted = _shorten_longest(fitted, keep)
    return QrCode(host, sign1(fitted.to_bytes(), signer), fitted)


def worst_case_size(fields: Sequence[QrField], institution: str, sealed: bool) -> int:
    """The most COSE bytes that documents of a type can need once ``make_qr`` has shortened what it may.

    ``sealed``: the type seals PDFs, so that the QR holds the original's digest. Over ``MAX_COSE_BYTES`` the type
    cannot be used.
    """
    values: dict[int, Any] = {entry.number: _worst_value(entry) for entry in fields}
    texts = tuple(entry.number for entry in fields if entry.kind == "text")
    payload = QrPayload(
        institution, 1 << 16, bytes(16), date.max, date.max, 9999, 1 << 31, values, bytes(32) if sealed else None, texts
    )
    return sign1_size(len(payload.to_bytes()))


def read_qr(text: str) -> tuple[str, bytes]:
    """Split a scanned or typed code into host ("" where only the fragment was given) and COSE bytes.

    Errors: ``trust.qr_not_ours`` for another text, ``trust.qr_cut_short`` where the end is missing,
    ``trust.qr_changed`` where characters were altered. Nothing is verified yet.
    """
    host, mark, fragment = text.strip().rpartition("#")
    if not mark and not fragment.isalnum():
        raise CodedError("trust.qr_not_ours")
    if len(fragment) > 2 * MAX_COSE_BYTES:
        raise CodedError("trust.qr_not_ours")
    try:
        data = base32.decode_leniently(fragment)
    except CodedError:
        raise CodedError("trust.qr_changed") from None
    if _is_cut_short(data):
        raise CodedError("trust.qr_cut_short")
    try:
        return host, base32.decode(fragment)
    except CodedError:
        raise CodedError("trust.qr_changed") from None


def _is_cut_short(data: bytes) -> bool:
    if not data:
        return True
    try:
        cbor.decode(data[1:])
    except CodedError as error:
        return error.code == "trust.cbor_cut_short"
    return False


def _shorten_longest(payload: QrPayload, keep: Collection[int]) -> QrPayload:
    texts = {n: value for n, value in payload.fields.items() if isinstance(value, str) and n not in keep}
    number = max(texts, key=lambda n: (len(texts[n].encode()), n), default=None)
    if number is None or len(texts[number].encode()) <= SHORTEST_TEXT_BYTES + len(ELLIPSIS.encode()):
        raise CodedError("trust.qr_too_long", limit=MAX_COSE_BYTES)
    fields = dict(payload.fields) | {number: _shortened(texts[number])}
    return replace(payload, fields=fields, shortened=tuple(sorted({*payload.shortened, number})))


def _shortened(text: str) -> str:
    """The text without its last letter, marked with an ellipsis; never so that a mark loses its letter."""
    bare = text.removesuffix(ELLIPSIS)[:MAX_COSE_BYTES]
    end = len(bare) - 1
    while end and (unicodedata.combining(bare[end]) or bare[end] in "\u200c\u200d"):
        end -= 1
    return bare[:end].rstrip() + ELLIPSIS


def _worst_value(entry: QrField) -> QrValue:
    if entry.kind == "text":
        # Four bytes a letter is the most UTF-8 can need; a longer text is cut to the shortest we allow.
        most = SHORTEST_TEXT_BYTES + len(ELLIPSIS.encode())
        return "x" * min(4 * entry.max_characters, most)
    if entry.kind == "choice":
        return "x" * entry.max_characters
    return {"integer": -(1 << 63), "date": _LAST_DAY, "yes_no": True}[entry.kind]


def _payload(value: dict[int, Any]) -> QrPayload:
    year, index = _place(value.get(6))
    expires, original, shortened = value.get(5), value.get(8), value.get(9, [])
    if not isinstance(shortened, list) or not all(_is_number(item) for item in shortened):
        raise CodedError("trust.qr_shape")
    return QrPayload(
        institution=_of(value.get(1), str),
        type=_of(value.get(2), int),
        id=_bytes(value.get(3), 16),
        issued=_day(value.get(4)),
        expires=None if 5 not in value else _day(expires),
        list_year=year,
        index=index,
        fields=_fields(value.get(7)),
        original=None if 8 not in value else _bytes(original, 32),
        shortened=tuple(shortened),
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _of(value: Any, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and not _is_number(value)):
        raise CodedError("trust.qr_shape")
    return value


def _bytes(value: Any, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        raise CodedError("trust.qr_shape")
    return value


def _day(value: Any) -> date:
    if not _is_number(value) or value > _LAST_DAY:
        raise CodedError("trust.qr_shape")
    return _EPOCH + timedelta(days=value)


def _place(value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2 or not all(_is_number(item) for item in value):
        raise CodedError("trust.qr_shape")
    return value[0], value[1]


def _fields(value: Any) -> dict[int, QrValue]:
    if not isinstance(value, dict):
        raise CodedError("trust.qr_shape")
    if not all(_is_number(key) and isinstance(item, str | int) for key, item in value.items()):
        raise CodedError("trust.qr_shape")
    return value
