"""An act interrupted between any two of its steps: nothing acknowledged is missing, nothing pending is shown."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.stem import run as child

pytestmark = pytest.mark.database

ROOT = Path(__file__).resolve().parents[3]
COMPLETED = {
    "rows written": 0,
    "rows committed": 1,
    "appended": 1,
    "acknowledging": 1,
    "projecting": 1,
    "receipt committed": 0,
}
POINTS = list(COMPLETED)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The address of an empty database of the suite's kind; empty for SQLite in the node's folder."""
    suite = os.environ["URUK_DATABASE"]
    if not suite:
        yield ""
        return
    name = f"uruk_crash_{os.getpid()}"
    with psycopg.connect(suite, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(suite)._replace(path=f"/{name}"))
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def environment(database: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a node whose tables are there."""
    data = tmp_path_factory.mktemp("crash")
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    found = {**os.environ, "URUK_DATA": str(data), "URUK_DATABASE": database, "PYTHONPATH": path}
    found["DJANGO_SETTINGS_MODULE"] = "uruk.web.settings"
    django = [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--skip-checks"]
    subprocess.run(django, env=found, check=True, timeout=120)
    return found


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return child(environment, "tests.unit.acts.crashing", *words)


@pytest.mark.parametrize("point", POINTS)
def test_an_act_cut_short_is_completed_and_no_acknowledged_one_is_missing(
    environment: dict[str, str], point: str
) -> None:
    crashed = run(environment, "act", point)
    assert crashed.returncode == -signal.SIGKILL, crashed.stderr
    acknowledged = set(crashed.stdout.split())
    looked = run(environment, "look")
    assert looked.returncode == 0, looked.stderr
    found = json.loads(looked.stdout)
    before, after = found["before"], found["after"]
    assert len(acknowledged) == 2
    assert acknowledged <= set(before["shown"])
    assert not set(before["pending"]) & set(before["shown"])
    assert (found["completed"], found["failed"]) == (COMPLETED[point], 0)
    assert after["pending"] == []
    assert [sorted(each["projected"]) for each in (before, after)] == [
        sorted(each["shown"]) for each in (before, after)
    ]
    assert set(after["shown"]) == set(before["shown"]) | set(before["pending"])
    assert after["rows"] == len(after["shown"])
