"""The command: start the node, play the journey, and stay up or stop."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from uruk.cli.demo.report import Report
from uruk.cli.demo.server import DemoNode, free_port
from uruk.cli.node import set_up
from uruk.cli.output import AsJson, say

Once = Annotated[bool, typer.Option("--once", help="Play the journey, then stop and exit.")]
Data = Annotated[
    Path | None, typer.Option("--data", help="Keep everything below this folder. Default: a temporary one.")
]


def demo(once: Once = False, json: AsJson = False, data: Data = None) -> None:
    """Start a small country on this machine, play its first journey, and stay up until Ctrl-C."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _leave)
    with _folder(data) as folder:
        node = DemoNode("demo", folder / "node", free_port())
        try:
            _play(node, folder, Report(json))
            if not once:
                if not json:
                    say(f"\nOpen {node.url} — Ctrl-C stops it.")
                node.wait()
        except KeyboardInterrupt:
            pass
        finally:
            node.stop()


def _play(node: DemoNode, folder: Path, report: Report) -> None:
    os.environ.update(node.environment)
    with report.step("listening") as facts:
        node.start()
        facts["nodes"] = {node.name: {"pages": node.url}}
    set_up()
    # Only now: these modules reach tables, and Django was not ready before.
    from uruk.cli.demo.journey import play

    play(node, folder, report)


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="uruk-demo-", ignore_cleanup_errors=True) as temporary:
        yield Path(temporary)


def _leave(number: int, _frame: object) -> None:
    sys.exit(128 + number)
