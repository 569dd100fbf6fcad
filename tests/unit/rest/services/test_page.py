"""Every curl line of docs/services-api.md is typed into a shell beside a node, and prints what the page says."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import ROOT
from tests.docs.test_docs_run import matches
from tests.flows.exchange.test_exchange_page import lines_of
from tests.unit.rest.services.conftest import Program
from tests.unit.services.conftest import Office
from tests.unit.services.tasks import waiting

PAGE = ROOT / "docs" / "services-api.md"
pytestmark = pytest.mark.database


def test_every_curl_line_prints_what_the_page_says(
    office: Office, program: Program, live_server: Any, tmp_path: Path
) -> None:
    waiting(office)
    assert len(lines_of(PAGE)) > 14
    consents = {name: str(office.consent()) for name in ("CONSENT", "FIRST", "SECOND")}
    given = {**os.environ, "NODE": live_server.url, "TOKEN": program.token, **consents}
    for command, expected in lines_of(PAGE):
        done = subprocess.run(
            ["bash", "-c", command],
            check=False,
            cwd=tmp_path,
            env={**given, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        printed = done.stdout + done.stderr
        assert matches(expected, printed), f"$ {command}\n{printed}"
