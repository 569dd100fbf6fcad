"""`uruk govstack`: what the public suites of GovStack need to be there, on a node of a demonstration."""

from pathlib import Path
from typing import Annotated

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, say, say_json
from uruk.cli.verifying import read_file

app = typer.Typer(help="GovStack's interfaces: the data of their public test suites.")
EMPTY = "registryempty"
# The suites name these, and their data does not have them.
SERVICES = ("MCTS",)


@app.callback()
def govstack() -> None:
    """GovStack's interfaces."""


@app.command()
def load(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="A suite's test-data.json; more add to the first."),
    ],
    institution: Annotated[str, typer.Option(help="Whose registries and services they become.")] = "",
    officer: Annotated[list[str] | None, typer.Option(help="The name of an officer who approves; give two.")] = None,
    empty: Annotated[str, typer.Option(help="A registry more, like that of the records and without any.")] = EMPTY,
    service: Annotated[list[str] | None, typer.Option(help="A service more, by its name.")] = None,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Make registries, records, services and cases of a suite's test data, approved by two officers."""
    with node_at_hand(chosen(language)):
        from uruk.rest.api import load_test_data

        for path in files:
            done = load_test_data(institution, read_file(path), officer or (), empty, service or SERVICES)
            if json:
                counts = {"registries": done.registries, "records": done.records}
                counts |= {"services": done.services, "cases": done.cases}
                say_json(file=path, institution=done.institution, **counts)
            else:
                made = f"{done.registries} registries, {done.records} records, {done.services} services"
                say(f"{path}: {done.institution}, {made}, {done.cases} cases")
                say("".join(f"  − {name} ({count})\n" for name, count in done.left_out.items()).rstrip())
