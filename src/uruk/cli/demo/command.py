"""The command: start the nodes, play the journey, and stay up or stop."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from uruk.cli.demo.journey import Journey
from uruk.cli.demo.players import Player
from uruk.cli.demo.report import Report
from uruk.cli.demo.server import DemoNode, Ports, any_port
from uruk.cli.demo.systems import InformationSystems
from uruk.cli.output import AsJson, say
from uruk.definitions.api import Country, DemonstrationNode, survey_country
from uruk.kernel.api import country_folder, load_settings

Once = Annotated[bool, typer.Option("--once", help="Play the journey, then stop and exit.")]
Data = Annotated[
    Path | None, typer.Option("--data", help="Keep everything below this folder. Default: a temporary one.")
]
ALONE = "node"


def demo(once: Once = False, json: AsJson = False, data: Data = None) -> None:
    """Start a small country on this machine, play its first journey, and stay up until Ctrl-C."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _leave)
    with _folder(data) as folder, ExitStack() as stack:
        try:
            nodes = _play(folder, Report(json), stack)
            if not once:
                if not json:
                    say("\n" + "\n".join(f"Open {node.url}" for node in nodes) + " — Ctrl-C stops them.")
                nodes[0].wait()
        except KeyboardInterrupt:
            pass


def _play(folder: Path, report: Report, stack: ExitStack) -> Sequence[DemoNode]:
    country = _country()
    plan = country.nodes or (DemonstrationNode(ALONE, (), False),)
    nodes = _nodes(plan, folder, stack.enter_context(closing(Ports())))
    for node in nodes:
        stack.callback(node.stop)
    with report.step("listening") as facts:
        for node in nodes:
            node.begin()
        for node in nodes:
            node.wait_until_ready()
        facts["nodes"] = {node.name: {"pages": node.url, "gateway": node.gateway} for node in nodes}
    systems = InformationSystems(country.messages)
    stack.callback(systems.stop)
    players = [Player(node, report) for node in nodes]
    for player in players:
        stack.callback(player.stop)
    Journey(plan, players, folder, report).play(country.messages, systems)
    for player in players:
        player.stop()
    return nodes


def _country() -> Country:
    return survey_country(country_folder(load_settings(os.environ).country))


def _nodes(plan: Sequence[DemonstrationNode], folder: Path, ports: Ports) -> list[DemoNode]:
    pages = {node.code: ports.usual() if index == 0 else any_port() for index, node in enumerate(plan)}
    authority = next((f"http://localhost:{pages[node.code]}/" for node in plan if node.authority), "")
    return [
        DemoNode(node.code, folder / node.code, pages[node.code], node.hosts, "" if node.authority else authority)
        for node in plan
    ]


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
