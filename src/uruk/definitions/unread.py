"""What nobody who grew up with its language has read yet: every mark `native_check` in a country's folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from uruk.definitions.findings import Findings, Place
from uruk.definitions.folder import read_folder
from uruk.definitions.nodes import ListNode, MapNode, Node
from uruk.definitions.reader import read_yaml

MARK = "native_check"


@dataclass(frozen=True)
class Unread:
    """A place that waits for a reader: what is marked there (a dotted path, "" for the whole file), in which languages.

    A file of one language's texts names it: `texts.ckb.yaml`.
    """

    place: Place
    path: str
    languages: tuple[str, ...]


def unread_texts(folder: Path) -> list[Unread]:
    """All that waits for a reader in a country's folder, by file and line; files that cannot be read are passed over.

    Errors: those of reading a folder are findings of `check_country`.
    """
    found: list[Unread] = []
    for name, data in sorted(read_folder(folder, Findings()).items()):
        node = read_yaml(data, name)[0] if name.endswith(".yaml") else None
        if node is not None:
            found += _marks(node, name, "")
    return found


def _marks(node: Node, file: str, path: str) -> Iterator[Unread]:
    if isinstance(node, ListNode):
        for at, item in enumerate(node.items):
            yield from _marks(item, file, f"{path}.{at}")
    if isinstance(node, MapNode):
        for key, item in node.items.items():
            if key == MARK:
                yield Unread(node.keys[key], path.removeprefix("."), _languages(item, file))
            else:
                yield from _marks(item, file, f"{path}.{key}")


def _languages(node: Node, file: str) -> tuple[str, ...]:
    said = node.plain()
    return tuple(map(str, said)) if isinstance(said, list) else tuple(file.split(".")[-2:-1])
