"""Reads a country's folder into memory, within limits, and opens its documents."""

import re
from pathlib import Path

from uruk.definitions.cursor import Cursor
from uruk.definitions.findings import Findings, Place
from uruk.definitions.nodes import MapNode, Node, ScalarNode
from uruk.definitions.reader import read_yaml

MAX_FILES = 5_000
MAX_FILE_BYTES = 512 * 1024

_HEADER = re.compile(r"([a-z]+)/([1-9][0-9]{0,3})")


def read_folder(folder: Path, findings: Findings) -> dict[str, bytes]:
    """Every file below `folder`: path from there (with /) → bytes. Links and over-long files are reported, not read.

    Names that begin with a dot are what editors and systems leave behind, and no part of a country.
    """
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix().encode("utf-8", "replace").decode()
        if f"/{name}".count("/."):
            continue
        if path.is_symlink():
            findings.report(Place(name), "definitions.link")
        elif path.is_file():
            _take(path, name, files, findings)
        if len(files) > MAX_FILES:
            findings.report(Place(name), "definitions.too_many_files", max=MAX_FILES)
            break
    return files


def _take(path: Path, name: str, files: dict[str, bytes], findings: Findings) -> None:
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else None
    except OSError:
        findings.report(Place(name), "definitions.file_unreadable")
        return
    if data is None:
        findings.report(Place(name), "definitions.file_too_long", max=MAX_FILE_BYTES // 1024)
    else:
        files[name] = data


def open_document(name: str, data: bytes, kind: str, version: int, findings: Findings) -> Cursor | None:
    """A cursor over a file whose first key is `uruk: KIND/VERSION`; None (and findings) when it cannot be read."""
    node, found = read_yaml(data, name)
    findings.extend(found)
    if node is None:
        return None
    if not isinstance(node, MapNode):
        findings.report(node.place, "definitions.not_a_mapping")
        return None
    if not _header_fits(node, kind, version, findings):
        return None
    cursor = Cursor(node, findings)
    cursor.node("uruk")
    return cursor


def _header_fits(root: MapNode, kind: str, version: int, findings: Findings) -> bool:
    if next(iter(root.items), None) != "uruk":
        findings.report(root.place, "definitions.header_missing", header=f"{kind}/{version}")
        return False
    header: Node = root.items["uruk"]
    found = _HEADER.fullmatch(header.source) if isinstance(header, ScalarNode) else None
    if found is None or found[1] != kind:
        findings.report(header.place, "definitions.header_wrong", header=f"{kind}/{version}")
        return False
    if int(found[2]) != version:
        findings.report(header.place, "definitions.version_unknown", version=found[2], known=version)
        return False
    return True
