"""What can be seen of a demonstration's nodes while they run: their processes, and the files these have open."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process: its id, which part of a node it is, and every file that it has open or mapped."""

    id: int
    part: str
    files: frozenset[Path]


def processes(data: Path) -> dict[str, list[Process]]:
    """The processes of each node below a folder, known by the data folder that their environment names."""
    found: dict[str, list[Process]] = defaultdict(list)
    for path in Path("/proc").glob("[0-9]*/environ"):
        number = int(path.parent.name)
        try:
            words = path.read_bytes().split(b"\0")
            for node in (each for each in data.iterdir() if f"URUK_DATA={each}".encode() in words):
                found[node.name].append(Process(number, _part_of(number), frozenset(_files_of(number))))
        except OSError:
            continue  # it has ended
    return dict(found)


def _part_of(process: int) -> str:
    """Which part of a node a process is: the last word of its module or its command."""
    words = Path(f"/proc/{process}/cmdline").read_bytes().decode().strip("\0").split("\0")
    module = next(word for word in words if word.startswith("uruk."))
    return words[-1] if module == "uruk.web.process" else module.split(".")[1 if "gateway" in module else 2]


def _files_of(process: int) -> Iterator[Path]:
    """Every file that a process has open or mapped, and where it works."""
    for link in [*Path(f"/proc/{process}/fd").iterdir(), Path(f"/proc/{process}/cwd")]:
        try:
            yield link.readlink()
        except OSError:
            continue
    for line in Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines():
        name = line.split(maxsplit=5)[5:]
        if name and name[0].startswith("/"):
            yield Path(name[0])
