"""How fast the log is: durable entries a second, proofs, memory, the socket. Run: python benchmarks/log.py

Prints what it measures beside a bare write+fdatasync loop in the same run, the two taking turns, and keeps it in
benchmarks/results/log.json. ENTRIES (default 10,000,000) is the size of the tree that proofs are made in, SECONDS
(default 2) how long each turn of a rate lasts, FOLDER where it writes (default: a temporary folder, taken away again).
"""

import json
import multiprocessing
import os
import platform
import random
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from uruk.trust.api import LogClient, LogNames, LogService, LogWriter, MemorySigner
from uruk.trust.log.filesystem import RealFileSystem
from uruk.trust.log.merkle import inclusion_proof, verify_inclusion
from uruk.trust.log.service import SETTLE_INTERVAL_S
from uruk.trust.log.tiles import EMPTY_EDGE, Tiles, tile_levels
from uruk.trust.log.tree import EMPTY

ROOT = Path(__file__).resolve().parents[1]
ENTRIES = int(os.environ.get("ENTRIES", "10_000_000"))
SECONDS = float(os.environ.get("SECONDS", "2"))
TURNS = 3
BATCHES = (1, 32, 256, 1000)
STATEMENT = os.urandom(300)
KEY = MemorySigner.generate("ed25519")


def main() -> None:
    """Measure everything, print it, keep it."""
    with tempfile.TemporaryDirectory(prefix="uruk-bench-", dir=os.environ.get("FOLDER")) as folder:
        results = {
            "machine": machine(),
            "durable": [rate(Path(folder) / f"rate-{batch}", batch) for batch in BATCHES],
            "socket": [socket_rate(Path(folder) / f"socket-{clients}", clients) for clients in (1, 8)],
            "memory": memory(Path(folder) / "memory"),
            "proofs": list(proofs(Path(folder) / "proofs")),
        }
    path = ROOT / "benchmarks" / "results" / "log.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(f"kept in {path.relative_to(ROOT)}")


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "processor": platform.machine(),
        "cpus": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
    }


@contextmanager
def node(folder: Path) -> Iterator[LogWriter]:
    """A writer with the settling thread that the service has."""
    writer = LogWriter(folder / "trust", folder / "public", LogNames("iq", "bench"), lambda origin: KEY)
    stop = threading.Event()

    def settle() -> None:
        while not stop.wait(SETTLE_INTERVAL_S):
            writer.settle()

    thread = threading.Thread(target=settle)
    thread.start()
    yield writer
    stop.set()
    thread.join()
    writer.close()


class Acts:
    """Ids in the order of time, as the kernel makes them."""

    def __init__(self) -> None:
        self.number = time.time_ns() // 1_000_000 << 32

    def take(self, count: int) -> list[tuple[str, UUID, bytes, None]]:
        """Entries to append."""
        self.number += count
        ids = range(self.number - count, self.number)
        return [("interior", UUID(int=number << 48), STATEMENT, None) for number in ids]


def rate(folder: Path, batch: int) -> dict[str, Any]:
    """Durable entries a second in batches of a size, and of a bare loop that writes and syncs as many bytes.

    They take turns, because a disk is not equally fast all the time. What is appended is settled as well: contents,
    tiles and checkpoint are written within the time that counts.
    """
    acts, ours, bare = Acts(), [], []
    with node(folder) as writer:
        writer.append_many(acts.take(batch))
        size = batch_bytes(folder)
        for _ in range(TURNS):
            bare.append(turn(bare_loop(folder / "bare", size)) * batch)
            ours.append(turn(writer.append_many, lambda: acts.take(batch), writer.settle) * batch)
    found = {"batch": batch, "entries_per_s": round(statistics.median(ours)), "bytes_per_batch": size}
    found["bare_entries_per_s"] = round(statistics.median(bare))
    found["ratio"] = round(statistics.median(one / other for one, other in zip(ours, bare, strict=True)), 2)
    print("batch {batch:>5}: {entries_per_s:>8,} durable entries/s, bare loop {bare_entries_per_s:>9,}, "
          "ratio {ratio}".format(**found))  # fmt: skip
    return found


def batch_bytes(folder: Path) -> int:
    """How many bytes the first batch took in the journal."""
    (segment,) = (folder / "trust/journal").iterdir()
    return len(segment.read_bytes().rstrip(b"\0"))


def turn(
    work: Callable[[Any], object],
    prepare: Callable[[], Any] = lambda: None,
    after: Callable[[], None] = lambda: None,
) -> float:
    """How often a second the work can be done; what it needs is prepared, and does not count, what it leaves does."""
    spent, count = 0.0, 0
    while spent < SECONDS:
        given = prepare()
        start = time.perf_counter()
        work(given)
        spent += time.perf_counter() - start
        count += 1
    start = time.perf_counter()
    after()
    return count / (spent + time.perf_counter() - start)


def bare_loop(path: Path, size: int) -> Callable[[object], None]:
    """One write and one fdatasync at the end of a file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    data = os.urandom(size)

    def once(_: object) -> None:
        os.write(descriptor, data)
        os.fdatasync(descriptor)

    return once


def socket_rate(folder: Path, clients: int) -> dict[str, Any]:
    """Appends one by one over the Unix socket, from so many other processes at once."""
    with node(folder) as writer:
        service = LogService(writer, folder / "log.sock")
        thread = threading.Thread(target=service.serve)
        thread.start()
        with multiprocessing.get_context("spawn").Pool(clients) as pool:
            counts = pool.map(append_over_socket, [(str(folder / "log.sock"), number) for number in range(clients)])
        service.stop()
        thread.join()
    found = {"clients": clients, "entries_per_s": round(sum(counts))}
    print(f"socket, {clients} clients: {found['entries_per_s']:>6,} durable entries/s")
    return found


def append_over_socket(where: tuple[str, int]) -> float:
    """What a process of the node does."""
    client = LogClient(Path(where[0]))
    number = (time.time_ns() // 1_000_000 << 32) + (where[1] << 24)

    def once(_: object) -> None:
        nonlocal number
        number += 1
        client.append("interior", UUID(int=number << 48), STATEMENT)

    return turn(once)


def memory(folder: Path) -> dict[str, Any]:
    """Resident memory as the log grows; the first two fifths warm up: what may wait to be settled fills once."""
    acts, steps = Acts(), []
    with node(folder) as writer:
        for _ in range(5):
            for _ in range(100):
                writer.append_many(acts.take(1000))
            writer.settle()
            steps.append(resident_kb())
    found = {"entries": 500_000, "resident_kb": steps, "grown_kb_after_warming_up": steps[-1] - steps[1]}
    print(f"memory: {steps[1]:,} kB after 200,000 entries, {steps[-1]:,} kB after 500,000")
    return found


def resident_kb() -> int:
    """Resident set size of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1024


def proofs(folder: Path) -> Iterator[dict[str, Any]]:
    """Tiles read and time taken for a proof as the tree grows to ENTRIES; each proof starts with nothing in memory."""
    sizes = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size < ENTRIES] + [ENTRIES]
    chance, fs = random.Random(1), RealFileSystem()
    for size, root, leaf_of in grown(folder, fs, sizes):
        reads, times = [], []
        for index in (chance.randrange(size) for _ in range(200)):
            tiles = Tiles(fs, folder, size)
            start = time.perf_counter()
            proof = inclusion_proof(tiles.node, index, size)
            times.append(time.perf_counter() - start)
            reads.append(tiles.reads)
            assert verify_inclusion(index, size, leaf_of(index), proof, root)
        found = {"size": size, "most_tiles": max(reads), "median_us": round(statistics.median(times) * 1e6)}
        print("proofs at {size:>10,}: at most {most_tiles} tiles read, median {median_us} us".format(**found))
        yield found


def grown(folder: Path, fs: RealFileSystem, sizes: list[int]) -> Iterator[tuple[int, bytes, Callable[[int], bytes]]]:
    """A tree at growing sizes, its tiles in the folder; entries are made up, so that ten million take a minute."""
    tree, edge = EMPTY, EMPTY_EDGE
    for size in sizes:
        while tree.size < size:
            numbers = range(tree.size, min(size, tree.size + 65_536))
            entries = [entry_at(number) for number in numbers]
            since, tree = tree.size, tree.grow([leaf_at(number) for number in numbers])
            nodes = [tree.new_nodes(8 * level, since) for level in range(tile_levels(tree.size))]
            edge, files = edge.grow(entries, nodes)
            for name, data in files.items():
                fs.replace(folder / name, data)
        yield size, tree.root, leaf_at


def entry_at(number: int) -> bytes:
    """A made-up entry."""
    return sha256(number.to_bytes(8, "big")).digest()


def leaf_at(number: int) -> bytes:
    """Its leaf hash."""
    return sha256(b"\x00" + entry_at(number)).digest()


if __name__ == "__main__":
    sys.exit(main())
