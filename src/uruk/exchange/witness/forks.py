"""Logs that showed two histories, with the evidence, one file each: what this node's entry in the directory lists."""

import json
from pathlib import Path

import structlog

from uruk.kernel.api import CodedError
from uruk.trust.api import Fork, strict_json, write_new

_LOG = structlog.get_logger("uruk.exchange")
FOLDER = "forks"
FORKS_MAX = 1000


def keep_fork(folder: Path, fork: Fork) -> bool:
    """Keep the evidence in the witness's folder; False where there is some of that log already."""
    path = folder / FOLDER / (fork.origin.replace("/", "~") + ".json")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        write_new(path, json.dumps(fork.to_map(), ensure_ascii=False, sort_keys=True).encode())
    except FileExistsError:
        return False
    _LOG.error("a log showed two histories", origin=fork.origin, sizes=(fork.older.size, fork.newer.size))
    return True


def kept_forks(folder: Path) -> tuple[Fork, ...]:
    """All that is kept there, by origin; a file that cannot be read is passed over."""
    paths = sorted((folder / FOLDER).glob("*.json"))[:FORKS_MAX]
    found = (_read(path) for path in paths)
    return tuple(fork for fork in found if fork is not None)


def _read(path: Path) -> Fork | None:
    try:
        return Fork.from_map(strict_json.load(path.read_bytes()))
    except (OSError, CodedError):
        _LOG.error("evidence cannot be read", path=str(path))
        return None
