"""`uruk new service`: a small service that passes `uruk check`, for somebody to make their own of."""

from pathlib import Path
from typing import Annotated

import typer

from uruk.cli.country import country_here
from uruk.cli.new.writing import files_of_service, write_new
from uruk.cli.node import set_up
from uruk.cli.output import AsJson, Language, chosen, errors_as_sentences, say, say_json
from uruk.kernel.api import error_sentence

app = typer.Typer(help="Begin something in a country's folder.")
Institution = Annotated[str, typer.Argument(help="The institution's folder, such as `agriculture`.")]
Name = Annotated[str, typer.Argument(help="The name of the new folder: small Latin letters, digits, `-` between them.")]


@app.command()
def service(institution: Institution, name: Name, language: Language = "", json: AsJson = False) -> None:
    """Make a service in the country's folder where you are: it passes `uruk check`, and is yours to change."""
    spoken = chosen(language)
    set_up()
    with errors_as_sentences(spoken):
        folder = country_here(Path.cwd())
        made = files_of_service(folder, institution, name)
        write_new(folder, made)
    for path in made:
        if json:
            say_json(path=path)
        else:
            say(path)
    if not json:
        say(error_sentence("cli.service_made", spoken, {}))


@app.callback()
def new() -> None:
    """Begin something in a country's folder."""
