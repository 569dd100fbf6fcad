"""`uruk govstack`: what the public suites of GovStack need to be there, on a node of a demonstration."""

import json as json_module
from pathlib import Path
from typing import Annotated, Any

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, say, say_json
from uruk.kernel.api import CodedError

app = typer.Typer(help="GovStack's interfaces: the data of their public test suites.")
EMPTY = "registryempty"
# The suites name these, and their data does not have them.
SERVICES = ("MCTS",)
MAX_BYTES = 32 << 20


@app.callback()
def govstack() -> None:
    """GovStack's interfaces."""


@app.command()
def load(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="A suite's test-data.json; more add to the first.")
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

        place = institution or _first()
        for path in files:
            done = load_test_data(place, _read(path), officer or (), empty, service or SERVICES)
            if json:
                counts = {"registries": done.registries, "records": done.records}
                counts |= {"services": done.services, "cases": done.cases}
                say_json(file=path, institution=place, **counts)
            else:
                made = f"{done.registries} registries, {done.records} records, {done.services} services"
                say(f"{path}: {place}, {made}, {done.cases} cases")
                say("".join(f"  − {name} ({count})\n" for name, count in done.left_out.items()).rstrip())


def _first() -> str:
    """The first institution here in which some role may approve definitions."""
    from uruk.acts.api import hosted_institutions
    from uruk.publishing.api import institutions

    known = institutions()
    for code in sorted(hosted_institutions()):
        if code in known and any("approve-definitions" in one.may for one in known[code].roles.values()):
            return code
    raise CodedError("rest.nobody_approves", institution="—", right="approve-definitions")


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json_module.loads(path.read_bytes()[:MAX_BYTES])
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise CodedError("rest.test_data", at=path.name[:120])
    return found
