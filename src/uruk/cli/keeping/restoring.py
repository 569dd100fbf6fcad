"""Putting a backup back: the folder that was there stays aside, every log of the backup is closed.

What was forgotten since the backup is forgotten again: evidence and readings here, by their dates; records of
registries at the node's next start, before anybody can read them, by the list in DATA/forgotten.
"""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from uruk.cli.keeping.backing import WRITERS
from uruk.cli.keeping.manifest import DATA, Manifest, read_manifest
from uruk.cli.keeping.tables import DUMP, put_rows_back
from uruk.exchange.api import EvidenceStore, UsageIndex, forget_month, latest_known, month_of
from uruk.kernel.api import CodedError, FixedClock, Settings
from uruk.trust.api import LogNames, LogWriter, Signer, is_leased

FORGOTTEN = "forgotten"


@dataclass(frozen=True)
class Restored:
    """What was put back, and where the folder lies that was there.

    `knows_forgotten`: what was forgotten since is known.
    """

    manifest: Manifest
    aside: Path | None
    knows_forgotten: bool


def restore(settings: Settings, backup: Path, at: datetime, forgotten: Path | None = None) -> Restored:
    """Put a backup in the place of the data folder, and forget again what is over.

    `forgotten`: a copy of DATA/forgotten/list of the node that is gone. Records in it are forgotten again at the start.

    Errors: ``cli.file_missing`` for that copy, ``cli.backup_missing``, ``cli.backup_damaged``,
    ``cli.backup_of_another_node``, ``cli.node_running``, ``cli.database_differs`` where the rows lay in another kind of
    database, ``cli.database_tool``.
    """
    if forgotten is not None and not forgotten.is_file():
        raise CodedError("cli.file_missing", path=str(forgotten))
    manifest = read_manifest(backup)
    _check(settings, manifest)
    refuse_running(settings.data)
    aside = _put_aside(settings.data, at)
    known = forgotten is not None or (aside is not None and _was_a_node(aside))
    shutil.copytree(backup / DATA, settings.data)
    settings.data.chmod(0o700)
    if aside is not None:
        _keep_what_is_known(aside, settings.data)
    if forgotten is not None:
        _add_forgotten(forgotten, settings.data / FORGOTTEN / "list")
    if settings.database:
        put_rows_back(settings.database, backup / DUMP)
    for shard, writer in enumerate(WRITERS):
        _close_logs(settings, manifest, writer, shard, at)
    if (settings.data / "usage" / "usage.db").is_file():
        UsageIndex(settings.data / "usage", FixedClock(at)).retire()
    return Restored(manifest, aside, known)


def refuse_running(data: Path) -> None:
    """Refuse while a process of the node writes one of its logs: ``cli.node_running``."""
    for writer in WRITERS:
        if is_leased(data / writer):
            raise CodedError("cli.node_running", path=str(data))


def _check(settings: Settings, manifest: Manifest) -> None:
    if manifest.node != settings.node:
        raise CodedError("cli.backup_of_another_node", node=manifest.node, here=settings.node)
    if (manifest.database == "postgresql") != bool(settings.database):
        raise CodedError("cli.database_differs", kind=manifest.database)


def _put_aside(data: Path, at: datetime) -> Path | None:
    if not data.exists():
        data.parent.mkdir(parents=True, exist_ok=True)
        return None
    return data.rename(data.with_name(f"{data.name}.before-{at:%Y%m%dT%H%M%SZ}"))


def _was_a_node(folder: Path) -> bool:
    """Whether a node worked in a folder: then what it forgot is there, or it forgot nothing."""
    there = (folder / FORGOTTEN, *(folder / writer / "contents.db" for writer in WRITERS))
    return any(path.exists() for path in there)


def _keep_what_is_known(aside: Path, data: Path) -> None:
    """What the node remembers of its logs tells what is lost; moved, not copied: a copy knows that it is one.

    And what it forgot since, for the backup still knows it.
    """
    for path in (*(f"{writer}/known" for writer in WRITERS), FORGOTTEN):
        with suppress(FileNotFoundError):
            (aside / path).rename(data / path)


def _add_forgotten(copy: Path, own: Path) -> None:
    own.parent.mkdir(mode=0o700, exist_ok=True)
    with own.open("ab") as file:
        file.write(b"\n" + copy.read_bytes() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    own.chmod(0o600)


def _close_logs(settings: Settings, manifest: Manifest, writer: str, shard: int, at: datetime) -> None:
    """Open the writer once, which closes each log of the backup; the next entry begins the next, with a new key.

    Evidence whose time is over by now is forgotten again, with what the log knows of it.
    """
    folder = settings.data / writer
    if not (folder / "contents.db").is_file():
        return
    names = LogNames(manifest.instance, manifest.node, shard)
    known = latest_known(settings.data, folder / "known", settings.known, manifest.node, None)
    gateway = folder.parent
    evidence = EvidenceStore(gateway / "evidence", gateway / "spool") if shard else None
    public = settings.data / "public" / "log"
    log = LogWriter(folder, public, names, _no_key, latest=known, restored=True, asides=evidence)
    if evidence is not None:
        log.settle()
        for month in evidence.months_before(month_of(int(at.timestamp()))):
            forget_month(evidence, log.forget_many, month)
    log.close()
    if evidence is not None:
        evidence.close()


def _no_key(origin: str) -> Signer:
    raise AssertionError(f"closing {origin} signs nothing")
