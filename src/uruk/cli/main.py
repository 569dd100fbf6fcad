"""The `uruk` command."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from uruk.cli import (
    agreements,
    authority,
    backups,
    cases,
    checking,
    definitions,
    demo,
    differing,
    doctor,
    evidence,
    govstack,
    initial,
    joining,
    keys,
    logs,
    new,
    node,
    officers,
    registry,
    rounds,
    running,
    services,
    settings,
    systems,
    tokens,
    verifying,
    webhooks,
)
from uruk.cli.environment import take_environment
from uruk.cli.output import errors_as_sentences, terminal_language

app = typer.Typer(
    help="A digital government in one package. Settings come from the environment: see `uruk settings`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo.demo)
app.command()(initial.init)
app.command()(running.up)
app.command()(node.serve)
app.command()(running.gateway)
app.command()(node.load)
app.command()(doctor.doctor)
app.command()(backups.backup)
app.command()(backups.restore)
app.command()(backups.upgrade)
app.command()(checking.check)
app.command()(differing.diff)
app.command()(verifying.verify)
app.command()(evidence.evidence)
app.command()(settings.settings)
app.command()(joining.join)
app.command()(joining.leave)
app.add_typer(authority.app, name="authority")
app.add_typer(keys.app, name="keys")
app.add_typer(logs.app, name="log")
app.add_typer(officers.app, name="officer")
app.add_typer(tokens.app, name="token")
app.add_typer(webhooks.app, name="webhook")
app.add_typer(systems.app, name="system")
app.add_typer(agreements.app, name="agreement")
app.add_typer(definitions.app, name="definition")
app.add_typer(registry.app, name="registry")
app.add_typer(govstack.app, name="govstack")
app.add_typer(new.app, name="new")
app.add_typer(services.app, name="service")
app.add_typer(cases.app, name="case")
app.add_typer(rounds.app, name="round")


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
    settings_file: Annotated[
        Path | None, typer.Option("--settings", help="A file of settings, one NAME=value a line: uruk.env of a node.")
    ] = None,
) -> None:
    """Uruk."""
    if settings_file is not None:
        with errors_as_sentences(terminal_language()):
            take_environment(settings_file)


def main() -> None:
    """Run the command that was typed."""
    app()


if __name__ == "__main__":
    main()
