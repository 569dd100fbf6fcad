"""Taking a backup of a node, running or not: one point of database, journals and keys."""

from contextlib import ExitStack
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from uruk.cli.keeping.copying import Mirror, pinned
from uruk.cli.keeping.manifest import DATA, Manifest, write_manifest
from uruk.cli.keeping.tables import SQLITE, rows_held_still, snapshot_of
from uruk.kernel.api import CodedError, Settings
from uruk.trust.api import held_still

WRITERS = ("trust", "gateway/trust")


def back_up(settings: Settings, instance: str, target: Path, at: datetime) -> Manifest:
    """Write a backup into a folder that is empty or not there; ``cli.backup_not_empty``.

    Most is copied while everybody works. Then, for a moment, no act is committed and no log written; what changed
    meanwhile is copied, and the databases are pinned. They are written out when work has gone on.
    """
    if target.exists() and any(target.iterdir()):
        raise CodedError("cli.backup_not_empty", path=str(target))
    copy = target / DATA
    copy.mkdir(mode=0o700, parents=True)
    mirror = Mirror(settings.data, copy)
    mirror.bring_up_to_date()
    with ExitStack() as kept:
        with ExitStack() as still:
            moment = still.enter_context(rows_held_still(settings))
            for writer in WRITERS:
                if (settings.data / writer).is_dir():
                    still.enter_context(held_still(settings.data / writer))
            databases = mirror.bring_up_to_date()
            files = kept.enter_context(pinned(settings.data, databases))
            rows = kept.enter_context(snapshot_of(moment))
        files.write(copy)
        rows.dump(target)
    kind = "postgresql" if settings.database else "sqlite" if (copy / SQLITE).is_file() else "none"
    return write_manifest(target, instance, settings.node, version("uruk"), at, kind)
