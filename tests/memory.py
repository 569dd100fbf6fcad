"""Where tests write: into memory, where there is room for it.

A log, a key and a commit are synced to the disk a hundred times in one test; a disk makes each wait for its turn, and
proves nothing by it: a killed process loses nothing in memory either.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
NEEDED_BYTES = 4 << 30


def write_to_memory() -> None:
    """Make temporary folders of this process and its children in memory, unless TMPDIR names another place."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free > NEEDED_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
