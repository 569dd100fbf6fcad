"""The country's directory as this node holds it."""

from functools import lru_cache
from pathlib import Path

import structlog

from uruk.acts.node import node_settings
from uruk.exchange.api import CountryDirectory, DirectoryStore
from uruk.kernel.api import CodedError

_LOG = structlog.get_logger("uruk.acts")


def country_directory() -> CountryDirectory | None:
    """The newest version that was verified here; None where the node has joined no country, or cannot read it."""
    try:
        return directory_store().current()
    except CodedError as error:
        if error.code != "exchange.directory_missing":
            _LOG.error("the country's directory cannot be read", error=error.code)
        return None


def has_peers() -> bool:
    """Whether anybody else goes by what this node says of its keys; a directory that cannot be read may have some."""
    try:
        nodes = directory_store().current().nodes
    except CodedError as error:
        return error.code != "exchange.directory_missing"
    return any(one.left_at is None for code, one in nodes.items() if code != node_settings().node)


def confirmed_origins() -> frozenset[str]:
    """The logs of this node's entry, once the authority's timestamp lists that very entry; till then none."""
    node = node_settings().node
    try:
        held = directory_store().held()
    except CodedError:
        return frozenset()
    entry, listed = held.entries.get(node), held.timestamp.entries.get(node) if held.timestamp else None
    if entry is None or listed is None or listed.digest != entry.part.digest:
        return frozenset()
    return frozenset(log.origin for one in entry.keys.institutions.values() for log in one.logs)


def directory_store() -> DirectoryStore:
    """The store of verified parts in DATA/directory."""
    return _store(node_settings().data / "directory")


@lru_cache(maxsize=4)
def _store(folder: Path) -> DirectoryStore:
    return DirectoryStore(folder)
