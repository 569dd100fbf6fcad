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


def directory_store() -> DirectoryStore:
    """The store of verified parts in DATA/directory."""
    return _store(node_settings().data / "directory")


@lru_cache(maxsize=4)
def _store(folder: Path) -> DirectoryStore:
    return DirectoryStore(folder)
