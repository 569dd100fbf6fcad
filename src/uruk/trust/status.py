"""Status lists: one signed list an institution and year says which documents were revoked or replaced.

IETF Token Status List (draft-ietf-oauth-status-list) in its CWT form: a COSE_Sign1 of type
``application/statuslist+cwt`` whose claims hold a zlib-compressed array of two bits a document, the first document in
the lowest bits of the first byte. Whoever holds the list asks nobody, so that looking up reports nothing.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from uruk.kernel.api import CodedError
from uruk.trust import cbor
from uruk.trust.cose import parse_sign1, sign1
from uruk.trust.directory import Directory
from uruk.trust.keys.protocols import Signer

MEDIA_TYPE = "application/statuslist+cwt"
LIST_ENTRIES = 1 << 20  # room for a year; an index is drawn at random from it and tells nothing about the number issued
MAX_TOKEN_BYTES = 1 << 20
VALIDITY = timedelta(days=7)
_SUB, _EXP, _IAT, _TTL, _STATUS_LIST = 2, 4, 6, 65534, 65533  # CWT claim keys: RFC 8392, Token Status List
_BITS = 2
_VALUES: dict[int, "DocumentStatus"] = {0: "valid", 1: "revoked", 3: "replaced"}

DocumentStatus = Literal["valid", "revoked", "replaced"]


@dataclass(frozen=True)
class StatusList:
    """A list that was read and whose signature verified.

    ``subject`` is its URL, ``issued`` and ``expires`` bound the week for which it speaks, ``kid`` is the seal key.
    """

    subject: str
    issued: datetime
    expires: datetime
    kid: bytes
    institution: str
    bits: bytes

    def status(self, index: int) -> DocumentStatus:
        """What the list says about a document's index; outside the list raises ``trust.status_index``."""
        if not 0 <= index < 4 * len(self.bits):
            raise CodedError("trust.status_index", index=index)
        value = self.bits[index // 4] >> (index % 4 * _BITS) & 3
        if value not in _VALUES:
            raise CodedError("trust.status_value", index=index)
        return _VALUES[value]


def make_status_list(
    *,
    subject: str,
    statuses: Mapping[int, DocumentStatus],
    signer: Signer,
    issued: datetime,
    validity: timedelta = VALIDITY,
    entries: int = LIST_ENTRIES,
) -> bytes:
    """Sign a list; ``statuses`` names only the documents that are not valid, by index below ``entries``.

    ``subject`` is the list's URL. Times are cut to whole seconds. An index outside raises ``trust.status_index``.
    """
    claims = {
        _SUB: subject,
        _EXP: int((issued + validity).timestamp()),
        _IAT: int(issued.timestamp()),
        _TTL: 43200,
        _STATUS_LIST: {"bits": _BITS, "lst": zlib.compress(_packed(statuses, entries), 9)},
    }
    return sign1(cbor.encode(claims), signer, MEDIA_TYPE)


def read_status_list(token: bytes, directory: Directory, max_entries: int = LIST_ENTRIES) -> StatusList:
    """Read and verify a list against the directory.

    Errors: ``trust.cbor_…``, ``trust.cose_…``, ``trust.status_shape``, ``trust.status_signature`` where no listed seal
    key made it or the key did not count when it was issued.
    """
    if len(token) > MAX_TOKEN_BYTES:
        raise CodedError("trust.cbor_too_long", limit=MAX_TOKEN_BYTES)
    envelope = parse_sign1(token)
    found = directory.find_seal(envelope.key_id)
    if found is None or not envelope.verifies(found[1].key):
        raise CodedError("trust.status_signature")
    if envelope.type != MEDIA_TYPE:
        raise CodedError("trust.status_shape")
    claims = _claims(envelope.payload)
    issued, expires = _time(claims[_IAT]), _time(claims[_EXP])
    if found[1].problem(issued, issued):
        raise CodedError("trust.status_signature")
    bits = _unpacked(claims[_STATUS_LIST]["lst"], max_entries)
    return StatusList(claims[_SUB], issued, expires, envelope.key_id, found[0].code, bits)


def _packed(statuses: Mapping[int, DocumentStatus], entries: int) -> bytes:
    numbers = {name: value for value, name in _VALUES.items()}
    bits = bytearray((entries + 3) // 4)
    for index, status in statuses.items():
        if not 0 <= index < entries:
            raise CodedError("trust.status_index", index=index)
        bits[index // 4] |= numbers[status] << (index % 4 * _BITS)
    return bytes(bits)


def _unpacked(compressed: bytes, max_entries: int) -> bytes:
    limit = (max_entries + 3) // 4
    inflater = zlib.decompressobj()
    try:
        bits = inflater.decompress(compressed, limit + 1)
    except zlib.error:
        raise CodedError("trust.status_shape") from None
    # A few bytes can inflate to gigabytes: what goes beyond the limit is refused unread.
    if len(bits) > limit or not inflater.eof or inflater.unused_data:
        raise CodedError("trust.status_shape")
    return bits


def _claims(payload: bytes) -> dict[Any, Any]:
    claims = cbor.decode(payload)
    kinds = {_SUB: str, _EXP: int, _IAT: int, _STATUS_LIST: dict}
    if not isinstance(claims, dict) or not all(type(claims.get(key)) is kind for key, kind in kinds.items()):
        raise CodedError("trust.status_shape")
    content = claims[_STATUS_LIST]
    if content.get("bits") != _BITS or not isinstance(content.get("lst"), bytes):
        raise CodedError("trust.status_shape")
    return claims


def _time(seconds: int) -> datetime:
    if not 0 <= seconds < 1 << 35:
        raise CodedError("trust.status_shape")
    return datetime.fromtimestamp(seconds, UTC)
