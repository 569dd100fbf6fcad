"""Every curl line of docs/registries-api.md is typed into a shell beside a node, and prints what the page says."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import ROOT
from tests.docs.test_docs_run import matches
from tests.flows.exchange.test_exchange_page import lines_of
from tests.unit.rest.registries.conftest import Program

PAGE = ROOT / "docs" / "registries-api.md"
pytestmark = pytest.mark.django_db(transaction=True)


def test_every_curl_line_prints_what_the_page_says(program: Program, live_server: Any, tmp_path: Path) -> None:
    assert len(lines_of(PAGE)) > 15
    given = {**os.environ, "NODE": live_server.url, "TOKEN": program.token, "LC_ALL": "C.UTF-8"}
    for command, expected in lines_of(PAGE):
        done = subprocess.run(
            ["bash", "-c", command], check=False, cwd=tmp_path, env=given, capture_output=True, text=True, timeout=60
        )
        printed = done.stdout + done.stderr
        assert matches(expected, printed), f"$ {command}\n{printed}"
