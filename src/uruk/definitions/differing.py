"""What differs between two states of one definition, part by part: pure, and the same for every kind."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import Literal

from uruk.definitions.country import Definition
from uruk.definitions.nodes import Plain
from uruk.definitions.reader import read_yaml

ChangeKind = Literal["new", "gone", "changed", "order", "file"]
Path = tuple[str | int, ...]
# Of an example only that it differs is told: it is proof, and no rule.
_WHOLE = {("examples.yaml", 2)}


@dataclass(frozen=True)
class Change:
    """One part that differs: in which file, where in it (keys, and places in lists from 0), and what became of it.

    `order`: the same members stand in another order (`before`, `after` are their names). `file`: a file that is no
    YAML, or that says the same in other writing.
    """

    file: str
    path: Path
    kind: ChangeKind
    before: Plain = None
    after: Plain = None


def differences(now: Definition, then: Definition) -> tuple[Change, ...]:
    """All that differs between a definition and what shall take its place, its own file first, in the order written."""
    names = sorted({*now.files, *then.files}, key=lambda name: (not name.startswith(then.folder), _rank(name), name))
    found: list[Change] = []
    for name in names:
        before, after = now.files.get(name), then.files.get(name)
        if before != after:
            found += _of_file(name, before, after)
    return tuple(found)


def _rank(name: str) -> int:
    """What is decided comes before how it is said, and before its proof."""
    last = PurePosixPath(name).name
    return 1 if last.startswith("texts.") else 2 if last == "examples.yaml" else 0


def _of_file(name: str, before: bytes | None, after: bytes | None) -> list[Change]:
    old, new = _tree(name, before), _tree(name, after)
    if old is None or new is None:
        return [Change(name, (), "file", before is not None, after is not None)]
    depth = next((depth for last, depth in _WHOLE if PurePosixPath(name).name == last), 0)
    found = list(_walk(name, (), old, new, depth))
    return found or [Change(name, (), "file", True, True)]


def _tree(name: str, data: bytes | None) -> dict[str, Plain] | None:
    """What a YAML file says; of one that is not there nothing; None for what is no YAML."""
    if not name.endswith(".yaml"):
        return None
    if data is None:
        return {}
    root, _ = read_yaml(data, name)
    plain = root.plain() if root is not None else None
    return plain if isinstance(plain, dict) else None


def _walk(file: str, path: Path, before: Plain, after: Plain, depth: int) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict) and (not depth or len(path) < depth):
        yield from _members(file, path, before, after, depth)
    elif isinstance(before, list) and isinstance(after, list) and not (_is_words(before) and _is_words(after)):
        yield from _items(file, path, before, after, depth)
    elif _key(before) != _key(after):
        yield Change(file, path, "changed", before, after)


def _members(
    file: str, path: Path, before: Mapping[str, Plain], after: Mapping[str, Plain], depth: int
) -> Iterator[Change]:
    for key in before:
        if key not in after:
            yield Change(file, (*path, key), "gone", before[key])
    for key, value in after.items():
        if key not in before:
            yield Change(file, (*path, key), "new", None, value)
        else:
            yield from _walk(file, (*path, key), before[key], value, depth)
    old, new = ([key for key in each if key in before and key in after] for each in (before, after))
    if old != new and all(isinstance(before[key], dict) for key in old):
        yield Change(file, path, "order", list(old), list(new))


def _items(file: str, path: Path, before: list[Plain], after: list[Plain], depth: int) -> Iterator[Change]:
    """Lists by what stands in them: a row that only moved down because another came before it is no change."""
    old, new = ([_key(one) for one in each] for each in (before, after))
    for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = _paired(old[start:end], new[first:last])
        for here, there in pairs:
            yield from _item(file, (*path, first + there), before[start + here], after[first + there], depth)
        for here in sorted({*range(end - start)} - {one for one, _ in pairs}):
            yield Change(file, (*path, start + here), "gone", before[start + here])
        for there in sorted({*range(last - first)} - {one for _, one in pairs}):
            yield Change(file, (*path, first + there), "new", None, after[first + there])


def _paired(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Which of a stretch that differs became which: neighbours stay neighbours, as alike as they can be."""
    pairs = min(len(old), len(new))
    ways = [(max(0, shift), max(0, -shift)) for shift in range(pairs - len(new), len(old) - pairs + 1)]
    here, there = max(ways, key=lambda way: _likeness(old[way[0] :], new[way[1] :])) if pairs else (0, 0)
    return [(here + place, there + place) for place in range(pairs)]


def _likeness(old: list[str], new: list[str]) -> float:
    return sum(SequenceMatcher(None, *both, autojunk=False).ratio() for both in zip(old, new, strict=False))


def _item(file: str, path: Path, before: Plain, after: Plain, depth: int) -> Iterator[Change]:
    """One of a list: a row of a table is read as a whole."""
    if isinstance(before, list) or isinstance(after, list):
        yield Change(file, path, "changed", before, after)
    else:
        yield from _walk(file, path, before, after, depth)


def _is_words(plain: list[Plain]) -> bool:
    """A list of single values is read as one value."""
    return not any(isinstance(one, dict | list) for one in plain)


def _key(plain: Plain) -> str:
    return json.dumps(plain, ensure_ascii=False)
