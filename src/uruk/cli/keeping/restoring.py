"""Putting a backup back: the folder that was there stays aside, and every log of the backup is closed."""

import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from uruk.cli.keeping.backing import WRITERS
from uruk.cli.keeping.manifest import DATA, Manifest, read_manifest
from uruk.cli.keeping.tables import DUMP, put_rows_back
from uruk.exchange.api import latest_known
from uruk.kernel.api import CodedError, Settings
from uruk.trust.api import LogNames, LogWriter, Signer, is_leased


def restore(settings: Settings, backup: Path, at: datetime) -> tuple[Manifest, Path | None]:
    """Put a backup in the place of the data folder; return its manifest and where the old folder lies now.

    Errors: ``cli.backup_missing``, ``cli.backup_damaged``, ``cli.backup_of_another_node``, ``cli.node_running``,
    ``cli.database_differs`` where the rows lay in another kind of database, ``cli.database_tool``.
    """
    manifest = read_manifest(backup)
    _check(settings, manifest)
    refuse_running(settings.data)
    aside = _put_aside(settings.data, at)
    shutil.copytree(backup / DATA, settings.data)
    settings.data.chmod(0o700)
    if aside is not None:
        _keep_what_is_known(aside, settings.data)
    if settings.database:
        put_rows_back(settings.database, backup / DUMP)
    for shard, writer in enumerate(WRITERS):
        _close_logs(settings, manifest, writer, shard)
    return manifest, aside


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


def _keep_what_is_known(aside: Path, data: Path) -> None:
    """What the node remembers of its logs tells what is lost; moved, not copied: a copy knows that it is one."""
    for writer in WRITERS:
        with suppress(FileNotFoundError):
            (aside / writer / "known").rename(data / writer / "known")


def _close_logs(settings: Settings, manifest: Manifest, writer: str, shard: int) -> None:
    """Open the writer once, which closes each log of the backup; the next entry begins the next, with a new key."""
    folder = settings.data / writer
    if not (folder / "contents.db").is_file():
        return
    names = LogNames(manifest.instance, manifest.node, shard)
    known = latest_known(settings.data, folder / "known", settings.known, manifest.node, None)
    LogWriter(folder, settings.data / "public" / "log", names, _no_key, latest=known, restored=True).close()


def _no_key(origin: str) -> Signer:
    raise AssertionError(f"closing {origin} signs nothing")
