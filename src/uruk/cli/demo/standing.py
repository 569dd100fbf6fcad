"""Where a demonstration stands: the ports of its nodes, kept in its folder, so that it is started there once more."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from uruk.kernel.api import CodedError

FILE = "country.json"


class Place(msgspec.Struct, frozen=True):
    """The ports of one node on this machine: of its pages, of its gateway for systems, and for other gateways."""

    pages: int
    gateway: int
    peers: int


class Standing(msgspec.Struct, frozen=True):
    """Every node's ports by its code, the port of the providers' own programs, and whether all was played."""

    nodes: Mapping[str, Place]
    systems: int
    played: bool = False

    def ports(self) -> list[int]:
        """All of them."""
        return [self.systems, *(port for one in self.nodes.values() for port in (one.pages, one.gateway, one.peers))]


def keep_standing(folder: Path, standing: Standing) -> None:
    """Note in the folder what stands there."""
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(standing)) + b"\n")


def find_standing(folder: Path) -> Standing | None:
    """What stands in a folder that was played in to the end; None in an empty one.

    Errors: ``cli.demo_folder_taken`` where there is something else, a journey that was broken off too.
    """
    if not any(folder.iterdir()):
        return None
    try:
        found = msgspec.json.decode((folder / FILE).read_bytes(), type=Standing)
    except (OSError, msgspec.MsgspecError):
        found = None
    if found is None or not found.played:
        raise CodedError("cli.demo_folder_taken", path=str(folder))
    return found
