"""The command: start the nodes, play the journey, and stay up or stop."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from uruk.cli.demo.journey import Crowd, Journey
from uruk.cli.demo.players import Player
from uruk.cli.demo.report import Report
from uruk.cli.demo.server import DemoNode, Ports
from uruk.cli.demo.standing import Place, Standing, find_standing, keep_standing
from uruk.cli.demo.systems import InformationSystems
from uruk.cli.output import AsJson, errors_as_sentences, say, terminal_language
from uruk.definitions.api import Country, DemonstrationNode, survey_country
from uruk.kernel.api import CodedError, check_data_path, country_folder, load_settings, set_behind

MAX_PEOPLE = 10_000_000
Once = Annotated[bool, typer.Option("--once", help="Play the journey, then stop and exit.")]
Data = Annotated[
    Path | None,
    typer.Option("--data", help="Keep everything below this folder; go on where it stands. Default: a temporary one."),
]
People = Annotated[
    int,
    typer.Option("--people", min=0, max=MAX_PEOPLE, help="Fill the register of persons with so many invented people."),
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same people.")]
ALONE = "node"


def demo(once: Once = False, json: AsJson = False, data: Data = None, people: People = 0, seed: Seed = 1) -> None:
    """Start a small country on this machine, play its first journey, and stay up until Ctrl-C."""
    country = _country()
    with errors_as_sentences(terminal_language()):
        crowd = _crowd(country, people, seed)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _leave)
    with errors_as_sentences(terminal_language()), _folder(data) as folder, ExitStack() as stack:
        try:
            nodes = _play(country, folder, Report(json), stack, crowd)
            if not once:
                if not json:
                    say("\n" + "\n".join(f"Open {node.url}" for node in nodes) + " — Ctrl-C stops them.")
                for node in nodes:  # one that somebody stops takes nobody with it
                    node.wait()
        except KeyboardInterrupt:
            if once:  # a journey that somebody broke off was not played
                raise typer.Exit(128 + signal.SIGINT) from None
        except RuntimeError as error:
            raise CodedError("cli.demo_failed", reason=str(error)) from error


def _crowd(country: Country, people: int, seed: int) -> Crowd | None:
    """Who is asked for; ``cli.no_population`` where the country does not say what they are made of."""
    if not people:
        return None
    if country.population is None or country.population.institution not in country.institutions:
        raise CodedError("cli.no_population")
    return Crowd(people, seed)


def _play(country: Country, folder: Path, report: Report, stack: ExitStack, crowd: Crowd | None) -> Sequence[DemoNode]:
    """Start the nodes and play the journey; where it was played in this folder before, start the nodes again."""
    plan = country.nodes or (DemonstrationNode(ALONE, (), False),)
    standing = _standing(plan, folder, stack.enter_context(closing(Ports())), crowd)
    clock = None if standing.played else _clock(country, folder)
    systems = InformationSystems(country.messages, standing.systems)
    stack.callback(systems.stop)
    nodes = _nodes(plan, folder, standing.nodes, clock)
    _start(nodes, report, stack)
    if not standing.played:
        keep_standing(folder, standing)
        players = [Player(node, report) for node in nodes]
        for player in players:
            stack.callback(player.stop)
        played = partial(keep_standing, folder, replace(standing, played=True))
        Journey(plan, players, folder, report, country, crowd, clock).play(systems, played)
        for player in players:
            player.stop()
    return nodes


def _standing(plan: Sequence[DemonstrationNode], folder: Path, ports: Ports, crowd: Crowd | None) -> Standing:
    """The ports to go by: free ones for a folder that is empty, those of the earlier run for one that is not."""
    for each in plan:
        check_data_path(folder / each.code)
    before = find_standing(folder)
    if before is None:
        pages = [ports.usual(), *(ports.free() for _ in plan[1:])]
        places = {node.code: Place(page, ports.free(), ports.free()) for node, page in zip(plan, pages, strict=True)}
        return Standing(places, ports.free())
    if list(before.nodes) != [node.code for node in plan]:
        raise CodedError("cli.demo_folder_taken", path=str(folder))
    if crowd is not None:
        raise CodedError("cli.demo_stands", path=str(folder))
    for port in before.ports():
        ports.again(port)
    return before


def _start(nodes: Sequence[DemoNode], report: Report, stack: ExitStack) -> None:
    for node in nodes:
        stack.callback(node.stop)
    with report.step("listening") as facts:
        for node in nodes:
            node.begin()
        for node in nodes:
            node.wait_until_ready()
        facts["nodes"] = {node.name: {"pages": node.url, "gateway": node.gateway} for node in nodes}


def _country() -> Country:
    return survey_country(country_folder(load_settings(os.environ).country))


def _clock(country: Country, folder: Path) -> Path | None:
    """The file that says how far the clock of a demonstration stands behind, where its rounds need days to pass."""
    if not country.rounds:
        return None
    path = folder / "clock"
    set_behind(path, timedelta(days=max(one.opened for one in country.rounds)))
    return path


def _nodes(
    plan: Sequence[DemonstrationNode], folder: Path, places: Mapping[str, Place], clock: Path | None
) -> list[DemoNode]:
    authority = next((f"http://localhost:{places[node.code].pages}/" for node in plan if node.authority), "")
    return [
        DemoNode(
            node.code, folder / node.code, places[node.code], node.hosts, "" if node.authority else authority, clock
        )
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
