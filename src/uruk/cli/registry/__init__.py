"""`uruk registry`: files brought into a registry and out of it, and its records counted."""

import typer

from uruk.cli.registry import counting, exporting, importing

app = typer.Typer(help="Registries: files checked, imported and exported, records counted.")
app.command()(importing.check)
app.command(name="import")(importing.import_file)
app.command()(exporting.export)
app.command()(counting.statistics)

__all__ = ["app"]
