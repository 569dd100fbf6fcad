"""Every curl line of docs/exchange.md is typed into a shell beside two running gateways, and prints what the page says.

Blocks marked `curl` are sessions as in tests/docs: a line after `$ `, then what appears, `…` standing for anything.
The page speaks of the country iq; the country of these tests is xx.
"""

import os
import re
import subprocess
from pathlib import Path

from tests.architecture.source import ROOT
from tests.docs.test_docs_run import matches
from tests.flows.exchange.world import World

PAGE = ROOT / "docs" / "exchange.md"
BLOCK = re.compile(r"^```curl\n(.*?)^```", re.MULTILINE | re.DOTALL)


def lines_of(page: Path) -> list[tuple[str, str]]:
    """(command, what it must print) in the order of the page."""
    found: list[tuple[str, str]] = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], ""))
            else:
                command, expected = found.pop()
                found.append((command, f"{expected}{line}\n"))
    return found


def there(text: str) -> str:
    """What the page says, said of the country of the tests."""
    return text.replace("iq/GOV", "xx/GOV").replace('"iq"', '"xx"')


def test_every_curl_line_prints_what_the_page_says(tmp_path: Path) -> None:
    with World(tmp_path / "w") as world:
        world.start_all()
        gateway = f"http://127.0.0.1:{world.country.nodes['south'].port}"
        for command, expected in lines_of(PAGE):
            done = subprocess.run(
                ["bash", "-c", there(command)],
                check=False,
                cwd=tmp_path,
                env={**os.environ, "GATEWAY": gateway, "LC_ALL": "C.UTF-8"},
                capture_output=True,
                text=True,
                timeout=60,
            )
            printed = done.stdout + done.stderr
            assert matches(there(expected), printed), f"$ {command}\n{printed}\n{world.said('south')}"


def test_the_page_has_curl_lines() -> None:
    assert len(lines_of(PAGE)) >= 12
