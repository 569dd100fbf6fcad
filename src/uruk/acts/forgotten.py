"""What was forgotten because somebody asked for it, noted where no backup of the node reaches.

A backup from before knows what was forgotten since. So each forgetting is noted in DATA/forgotten/list, one line each,
synced before anything is destroyed; backups leave the folder out, restoring keeps it, and whoever destroyed something
destroys it again at the next start. What is forgotten when its time is over needs no line: its date stands beside it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import structlog

from uruk.acts.node import clock, node_settings
from uruk.kernel.api import rfc3339
from uruk.trust.api import sync_folder

_LOG = structlog.get_logger("uruk.acts")


class Forgotten(msgspec.Struct, frozen=True):
    """One line: when, the `kind` of thing, where it lay, and the id by which it was known there; nothing else of it."""

    at: str
    kind: str
    place: str
    id: str


def note_forgotten(kind: str, place: str, number: str) -> None:
    """Note that something is forgotten, on the disk when it returns; call it before anything is destroyed."""
    path = _path()
    fresh = not path.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = msgspec.json.encode(Forgotten(rfc3339(clock().now()), kind, place, number))
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        # Behind a line that a power cut tore, one begins anew.
        os.write(handle, b"\n" + line + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    if fresh:
        sync_folder(path.parent)


def forgotten(kind: str) -> Iterator[Forgotten]:
    """What was ever forgotten of a kind, the oldest first; a line that cannot be read is told in the node's log."""
    path = _path()
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            found = msgspec.json.decode(line, type=Forgotten) if line else None
        except msgspec.MsgspecError:
            _LOG.error("a line of what was forgotten cannot be read", path=str(path))
            continue
        if found is not None and found.kind == kind:
            yield found


def _path() -> Path:
    return node_settings().data / "forgotten" / "list"
