"""While the demonstration is up: each node has its own processes, and none of them has another node's files open."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demonstration import environment

PARTS = ("server", "log", "jobs", "pages", "gateway")
LIMIT_S = 60
LAST = "answered-later"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a demonstration that was played to its last step and stays up, all its nodes running again."""
    data = tmp_path_factory.mktemp("up") / "demo"
    command = [sys.executable, "-m", "uruk.cli.main", "demo", "--json", "--data", str(data)]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        assert any(json.loads(line)["step"] == LAST for line in process.stdout)
        yield data
    finally:
        process.terminate()
        process.communicate(timeout=LIMIT_S)


def processes(data: Path) -> dict[str, list[int]]:
    """The processes of each node, known by the data folder that their environment names."""
    found: dict[str, list[int]] = defaultdict(list)
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        for node in (each for each in data.iterdir() if each.is_dir()):
            if f"URUK_DATA={node}".encode() in words:
                found[node.name].append(int(path.parent.name))
    return found


def part_of(process: int) -> str:
    """Which part of a node a process is: the last word of its module or its command."""
    words = Path(f"/proc/{process}/cmdline").read_bytes().decode().strip("\0").split("\0")
    module = next(word for word in words if word.startswith("uruk."))
    return words[-1] if module == "uruk.web.process" else module.split(".")[1 if "gateway" in module else 2]


def files_of(process: int) -> Iterator[Path]:
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


def test_each_node_has_all_its_processes_and_they_are_nobody_elses(played: Path) -> None:
    nodes = processes(played)
    assert len(nodes) == 3
    ids = [one for found in nodes.values() for one in found]
    assert len(set(ids)) == len(ids)
    for name, found in nodes.items():
        assert set(PARTS) <= {part_of(one) for one in found}, name


def test_no_process_of_one_node_has_another_nodes_files_open(played: Path) -> None:
    nodes = processes(played)
    opened = {name: {path for one in found for path in files_of(one)} for name, found in nodes.items()}
    for name, paths in opened.items():
        assert any(path.is_relative_to(played / name) for path in paths), "each has files of its own open"
        others = [path for path in paths for other in nodes if other != name and path.is_relative_to(played / other)]
        assert others == []


def test_each_node_has_its_own_keys_database_and_logs(played: Path) -> None:
    nodes = sorted(processes(played))
    for part in ("db.sqlite3", "keys", "gateway/keys", "trust/contents.db", "gateway/trust/contents.db"):
        found = [(played / name / part).stat() for name in nodes]
        assert len({(one.st_dev, one.st_ino) for one in found}) == 3, part
    keys = [(played / name / "public" / "keys.json").read_bytes() for name in nodes]
    assert len(set(keys)) == 3
