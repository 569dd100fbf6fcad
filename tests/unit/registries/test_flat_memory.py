"""A large file is imported and exported in the memory that a small one needs.

URUK_IMPORT_ROWS says how many rows the large one has (20,000; `make soak` takes a million).
"""

import json
import os
import subprocess
import sys

import pytest

from tests.unit.acts.test_crashes import database, environment

__all__ = ["database", "environment"]
pytestmark = pytest.mark.database
SMALL, LARGE = 4_000, int(os.environ.get("URUK_IMPORT_ROWS", "20000"))
# What the first whole slices, caches and the database's own pages take; five times the rows alone would be more.
ROOM_KB = 32 << 10


def test_a_large_file_is_imported_and_exported_in_flat_memory(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "tests.unit.registries.memory", str(SMALL), str(LARGE)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    sys.stdout.write(f"{found}\n")
    assert (found["small"], found["large"]) == (SMALL - SMALL // 100, LARGE - LARGE // 100)
    assert found["large_bytes"] > LARGE * 100
    assert found["import_peak"] - found["small_peak"] < ROOM_KB
    assert found["export_peak"] - found["small_peak"] < ROOM_KB
