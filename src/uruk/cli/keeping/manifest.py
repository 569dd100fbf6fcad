"""What a backup says of itself, beside the files: whose it is, of when, made by which version, and every digest."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from uruk.cli.keeping.copying import digest
from uruk.kernel.api import CodedError

NAME = "backup.json"
DATA = "data"
FORMAT = "backup/1"


class Manifest(msgspec.Struct, frozen=True):
    """`files`: SHA-256 (hex) by path in the backup. `database`: sqlite or postgresql. `version`: the program's."""

    instance: str
    node: str
    version: str
    at: datetime
    database: str
    files: dict[str, str]
    uruk: str = FORMAT


def write_manifest(folder: Path, instance: str, node: str, version: str, at: datetime, database: str) -> Manifest:
    """Write the manifest over what lies in the folder; it comes last, so that without it nothing is a backup."""
    files = {path.relative_to(folder).as_posix(): digest(path) for path in _files(folder)}
    manifest = Manifest(instance, node, version, at, database, files)
    (folder / NAME).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    digest(folder / NAME)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read a backup's manifest and compare every file with it; ``cli.backup_missing``, ``cli.backup_damaged``."""
    try:
        manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise CodedError("cli.backup_missing", path=str(folder)) from None
    except msgspec.MsgspecError:
        raise CodedError("cli.backup_damaged", path=NAME) from None
    if manifest.uruk != FORMAT:
        raise CodedError("cli.backup_damaged", path=NAME)
    _compare(folder, manifest.files)
    return manifest


def _compare(folder: Path, files: Mapping[str, str]) -> None:
    there = {path.relative_to(folder).as_posix() for path in _files(folder)}
    for path in sorted(there ^ set(files)):
        raise CodedError("cli.backup_damaged", path=path)
    for path, told in files.items():
        if digest(folder / path) != told:
            raise CodedError("cli.backup_damaged", path=path)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / NAME)
