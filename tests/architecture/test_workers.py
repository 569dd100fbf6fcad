"""Files that share what takes long to make run in one process of the suite, whatever the tools make of it."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.architecture.source import ROOT
from tests.workers import GROUPS, JOURNEYS, LONG, check, group_of

TEST = """
import os
import pytest

@pytest.mark.parametrize("number", range(4))
def test_where(number):
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(f"{__file__} {os.environ['PYTEST_XDIST_WORKER']}\\n")
"""


def test_each_group_runs_in_one_process(tmp_path: Path) -> None:
    """Played with a small suite, by the scheduler that `packaging/test.sh` uses."""
    files = ("flows/desk/test_one.py", "flows/desk/test_two.py", "unit/test_three.py", "unit/test_four.py")
    for file in files:
        (tmp_path / "tests" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tests" / file).write_text(TEST)
    words = ["-m", "pytest", "-q", "-n", "2", "-p", "tests.workers", "-c", "/dev/null", "--rootdir", ".", "tests"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SEEN": str(tmp_path / "seen")}
    for name in [name for name in environment if name.startswith(("PYTEST_", "DJANGO_"))]:
        del environment[name]
    done = subprocess.run([sys.executable, *words], check=False, cwd=tmp_path, env=environment, capture_output=True)
    assert done.returncode == 0, done.stdout.decode()
    seen = [line.split() for line in (tmp_path / "seen").read_text().splitlines()]
    assert len(seen) == 4 * len(files)
    where = {(group_of(str(Path(file).relative_to(tmp_path))), worker) for file, worker in seen}
    assert sorted(group for group, _ in where) == ["desk", "tests/unit/test_four.py", "tests/unit/test_three.py"]


def test_each_group_is_of_files_that_are_there() -> None:
    assert [start for start in (*GROUPS, *JOURNEYS, *LONG) if not (ROOT / start).exists()] == []


def test_whoever_uses_the_demonstration_elsewhere_is_told_where_it_belongs() -> None:
    found = SimpleNamespace(nodeid="tests/unit/test_new.py::test_new", fixturenames=("demonstration",))
    with pytest.raises(pytest.UsageError, match="test_new uses demonstration"):
        check([found])  # type: ignore[list-item]
