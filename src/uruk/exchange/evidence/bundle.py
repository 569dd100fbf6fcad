"""The evidence of one message as a file that anybody verifies offline: a ZIP of parts, each of which proves itself.

bundle.json                        what is in it (canonical JSON)
receipts/request-sent.json  …      the statements with salt, proof, checkpoint, timestamp and cosignatures
directory/<SHA-256>.json           parts of the country's directory, as each statement's author went by, and now
agreement/<institution>.json       the receipts of its approval
request.header  request.body  answer.header  answer.body      where they are given along
"""

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from uruk.kernel.api import CodedError
from uruk.trust.api import Receipt, strict_json

VERSION = "bundle/1"
PLACES = ("request-sent", "request-received", "answer-sent", "answer-received")
SIDES = ("request", "answer")
MAX_ENTRIES = 10_000
MAX_PART_BYTES = 4 << 20
MAX_BODY_BYTES = 1 << 30
# What `zipfile` raises for archives that nobody wrote.
_TORN = (BadZipFile, zlib.error, struct.error, OSError, EOFError, RuntimeError, KeyError, ValueError, OverflowError)
_DATE = (1980, 1, 1, 0, 0, 0)  # the same evidence is the same bytes


@dataclass
class Bundle:
    """The evidence of request R, in memory but for large bodies.

    `receipts` by place; `forgotten`: when the content of a place was deleted (Unix seconds). `directories`: by version
    the parts that made it, in the order to take them; `now` is the newest of them. `approvals`: receipts of the
    agreement's approval by institution. `headers` and `bodies` by side.
    """

    request: bytes
    instance: str
    now: int
    receipts: dict[str, Receipt] = field(default_factory=dict)
    forgotten: dict[str, int] = field(default_factory=dict)
    directories: dict[int, list[bytes]] = field(default_factory=dict)
    approvals: dict[str, Receipt] = field(default_factory=dict)
    headers: dict[str, bytes] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)


def write_bundle(path: Path, bundle: Bundle) -> None:
    """Write it to a file that must not exist yet (FileExistsError)."""
    with path.open("xb") as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, data in _files(bundle).items():
            archive.writestr(ZipInfo(name, _DATE), data, ZIP_DEFLATED)


def read_bundle(path: Path) -> Bundle:
    """Read a bundle without believing it; `exchange.bundle_malformed` for anything else."""
    try:
        with ZipFile(path) as archive:
            return _read(_Archive(archive))
    except _TORN as error:
        raise CodedError("exchange.bundle_malformed", place=path.name[:64]) from error


def is_bundle(data: bytes) -> bool:
    """Whether a file that begins like this may be one."""
    return data.startswith(b"PK\x03\x04")


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _files(bundle: Bundle) -> dict[str, bytes]:
    parts = {sha256(raw).hexdigest(): raw for raws in bundle.directories.values() for raw in raws}
    files = {"bundle.json": canonical(_contents(bundle))}
    files |= {f"receipts/{place}.json": one.to_json().encode() for place, one in bundle.receipts.items()}
    files |= {f"directory/{digest}.json": raw for digest, raw in sorted(parts.items())}
    files |= {f"agreement/{code}.json": one.to_json().encode() for code, one in sorted(bundle.approvals.items())}
    files |= {f"{side}.header": data for side, data in bundle.headers.items()}
    return files | {f"{side}.body": data for side, data in bundle.bodies.items()}


def _contents(bundle: Bundle) -> dict[str, Any]:
    return {
        "uruk": VERSION,
        "request": str(UUID(bytes=bundle.request)),
        "instance": bundle.instance,
        "now": bundle.now,
        "receipts": sorted(bundle.receipts),
        "forgotten": bundle.forgotten,
        "directories": {
            str(number): [sha256(raw).hexdigest() for raw in raws] for number, raws in bundle.directories.items()
        },
        "approvals": sorted(bundle.approvals),
        "headers": sorted(bundle.headers),
        "bodies": sorted(bundle.bodies),
    }


def _digests(parts: list[bytes]) -> list[str]:
    return [sha256(raw).hexdigest() for raw in parts]


class _Archive:
    """A ZIP of somebody else's: every entry is read once, within limits, and none may be left over."""

    def __init__(self, archive: ZipFile) -> None:
        names, kinds = archive.namelist(), {one.compress_type for one in archive.infolist()}
        if len(names) > MAX_ENTRIES or len(set(names)) != len(names) or kinds - {ZIP_DEFLATED, ZIP_STORED}:
            raise CodedError("exchange.bundle_malformed", place="entries")
        self._archive, self._left = archive, set(names)

    def take(self, name: str, most: int = MAX_PART_BYTES) -> bytes:
        """The bytes of an entry; a longer one is refused before it is unpacked further."""
        self._left.discard(name)
        with self._archive.open(name) as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise CodedError("exchange.bundle_malformed", place=name[:64])
        return data

    def check_empty(self) -> None:
        """Refuse what nobody has read."""
        for name in sorted(self._left)[:1]:
            raise CodedError("exchange.bundle_malformed", place=name[:64])


def _read(archive: _Archive) -> Bundle:
    raw = archive.take("bundle.json")
    said = strict_json.load(raw)
    node = strict_json.Node(said)
    try:
        if node.text("uruk") != VERSION or canonical(said) != raw:
            node.fail("uruk")
        bundle = Bundle(_request(node), node.text("instance"), node.number("now"))
        forgotten = node.get("forgotten", dict).items()
        bundle.forgotten = {_one_of(node, place, PLACES): _time(node, at) for place, at in forgotten}
        bundle.receipts = {place: _receipt(archive, f"receipts/{place}") for place in _texts(node, "receipts", PLACES)}
        bundle.approvals = {code: _receipt(archive, f"agreement/{code}") for code in _texts(node, "approvals", ())}
        bundle.headers = {side: archive.take(f"{side}.header") for side in _texts(node, "headers", SIDES)}
        bundle.bodies = {side: archive.take(f"{side}.body", MAX_BODY_BYTES) for side in _texts(node, "bodies", SIDES)}
        bundle.directories = _directories(archive, node)
    except CodedError as error:
        if error.code.startswith("exchange."):
            raise
        place = str(error.values.get("path", error.code))
        raise CodedError("exchange.bundle_malformed", place=place[:64]) from error
    archive.check_empty()
    return bundle


def _request(node: strict_json.Node) -> bytes:
    try:
        found = UUID(node.text("request"))
    except ValueError:
        node.fail("request")
    return found.bytes if str(found) == node.text("request") else node.fail("request")


def _directories(archive: _Archive, node: strict_json.Node) -> dict[int, list[bytes]]:
    listed: Mapping[str, Any] = node.get("directories", dict)
    digests = sorted({str(digest) for one in listed.values() for digest in (one if isinstance(one, list) else [])})
    parts = {digest: archive.take(f"directory/{digest}.json") for digest in digests}
    if any(sha256(raw).hexdigest() != digest for digest, raw in parts.items()):
        node.fail("directories")
    found = {}
    for number, one in listed.items():
        if not number.isdecimal() or not number.isascii() or not isinstance(one, list):
            node.fail("directories")
        found[int(number)] = [parts[str(digest)] for digest in one]
    return found


def _receipt(archive: _Archive, name: str) -> Receipt:
    return Receipt.parse(archive.take(f"{name}.json"))


def _texts(node: strict_json.Node, name: str, allowed: tuple[str, ...]) -> list[str]:
    found = [_one_of(node, item, allowed) for item in node.get(name, list)]
    return found if found == sorted(set(found)) else node.fail(name)


def _one_of(node: strict_json.Node, value: Any, allowed: tuple[str, ...]) -> str:
    plain = isinstance(value, str) and value.replace("-", "").isalnum() and value.isascii() and len(value) <= 64
    if not plain or (allowed and value not in allowed):
        node.fail("entries")
    return str(value)


def _time(node: strict_json.Node, value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else node.fail("forgotten")
