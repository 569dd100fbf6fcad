"""`uruk service`: what a service of a country's folder looks like before anybody uses it."""

import os
from pathlib import Path
from typing import Annotated, cast

import typer

from uruk.cli.node import set_up
from uruk.cli.output import Language, chosen, errors_as_sentences, say
from uruk.definitions.api import load_country
from uruk.kernel.api import CodedError, country_folder, load_settings

app = typer.Typer(help="Services: drawn.")
Name = Annotated[str, typer.Argument(help="Institution and service, such as `agriculture/season-plan`.")]
Folder = Annotated[Path | None, typer.Option(help="The country's folder. Default: the one URUK_COUNTRY names.")]
Out = Annotated[Path | None, typer.Option(help="Where to write it. Default: to the terminal.")]


@app.command()
def flow(service: Name, folder: Folder = None, out: Out = None, language: Language = "") -> None:
    """Draw the flow of a service as SVG: its states, whose turn it is in each, and every way between them."""
    spoken = chosen(language)
    set_up()
    from uruk.publishing.api import kinds
    from uruk.services.api import ServiceDefinition, draw_flow

    with errors_as_sentences(spoken):
        country = load_country(folder or country_folder(load_settings(os.environ).country), kinds())
        institution, _, code = service.partition("/")
        found = country.find("service", institution, code)
        if found is None:
            raise CodedError("cli.service_unknown", service=service[:80])
        names = {one.code: one.names for one in country.institutions.values()}
        names |= {role.code: role.name for role in country.institutions[institution].roles.values()}
        drawn = draw_flow(cast(ServiceDefinition, found.model), found.texts, names, spoken)
    if out is None:
        say(drawn)
    else:
        out.write_text(drawn, encoding="utf-8")
        say(str(out))


@app.callback()
def services() -> None:
    """Services."""
