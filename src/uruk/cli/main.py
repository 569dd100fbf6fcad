"""The `uruk` command."""

from importlib.metadata import version
from typing import Annotated

import typer

from uruk.cli import (
    agreements,
    authority,
    checking,
    demo,
    doctor,
    evidence,
    joining,
    keys,
    logs,
    node,
    officers,
    settings,
    systems,
    verifying,
)

app = typer.Typer(
    help="A digital government in one package. Settings come from the environment: see `uruk settings`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo.demo)
app.command()(node.serve)
app.command()(node.load)
app.command()(doctor.doctor)
app.command()(checking.check)
app.command()(verifying.verify)
app.command()(evidence.evidence)
app.command()(settings.settings)
app.command()(joining.join)
app.command()(joining.leave)
app.add_typer(authority.app, name="authority")
app.add_typer(keys.app, name="keys")
app.add_typer(logs.app, name="log")
app.add_typer(officers.app, name="officer")
app.add_typer(systems.app, name="system")
app.add_typer(agreements.app, name="agreement")


def print_version(wanted: bool) -> None:
    """Print the version and stop, when --version was typed."""
    if wanted:
        typer.echo(version("uruk"))
        raise typer.Exit


@app.callback()
def uruk(
    show_version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Uruk."""


def main() -> None:
    """Run the command that was typed."""
    app()


if __name__ == "__main__":
    main()
