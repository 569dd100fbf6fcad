"""What starts often starts fast: no process imports at its start what few of its doings need."""

import subprocess
import sys

import pytest

from tests.architecture.source import ROOT

SLOW = {"openpyxl", "pyhanko", "rich"}


@pytest.mark.parametrize("module", ["uruk.cli.main", "uruk.gateway.process", "uruk.web.server", "uruk.web.wsgi"])
def test_what_takes_long_to_import_waits_for_its_first_use(module: str) -> None:
    asked = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", asked], check=True, cwd=ROOT, capture_output=True, text=True)
    assert set(done.stdout.split()) & SLOW == set()
