"""How full the node's disk is, and for how long it lasts."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

NO_NEW_ACTS_PERCENT = 5
NO_NEW_BODIES_PERCENT = 10
_DAY_S = 24 * 3600
_LONGEST_DAYS = 36_500


@dataclass(frozen=True)
class Disk:
    """Percent of the disk that is free, and the days until no new act is taken if the folder grows as it has."""

    free_percent: int
    days_left: int


def measure(data: Path, age_s: float) -> Disk:
    """Measure the disk of a data folder that has grown for ``age_s`` seconds (a day, where it is younger)."""
    total, _, free = shutil.disk_usage(data)
    room = max(free - total * NO_NEW_ACTS_PERCENT // 100, 0)
    a_day = max(_bytes_in(data) * _DAY_S / max(age_s, _DAY_S), 1)
    return Disk(free * 100 // total, min(int(room / a_day), _LONGEST_DAYS))


def _bytes_in(folder: Path) -> int:
    """The space that the files below a folder take, as the disk counts it."""
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                size += (Path(parent) / name).lstat().st_blocks * 512
            except FileNotFoundError:
                continue  # tiles come and go while the node works
    return size
