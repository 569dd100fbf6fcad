"""Which country's folder a command is about: the one that was named, the one where it was typed, else the settings'."""

import os
from pathlib import Path
from typing import Annotated

import typer

from uruk.kernel.api import CodedError, country_folder, load_settings

HELP = "The country's folder. Default: the one where you are, else the one URUK_COUNTRY names."
Folder = Annotated[Path | None, typer.Argument(help=HELP)]
FolderOption = Annotated[Path | None, typer.Option("--folder", help=HELP)]


def country_here(place: Path) -> Path:
    """The country's folder that `place` is, or lies in; errors: cli.not_in_a_country."""
    found = _around(place)
    if found is None:
        raise CodedError("cli.not_in_a_country", folder=str(place))
    return found


def chosen_country(given: Path | None) -> Path:
    """The folder to go by; errors: cli.folder_missing for a named one that is none."""
    if given is not None and not given.is_dir():
        raise CodedError("cli.folder_missing", path=str(given))
    return given or _around(Path.cwd()) or country_folder(load_settings(os.environ).country)


def _around(place: Path) -> Path | None:
    return next((one for one in (place, *place.parents) if (one / "country.yaml").is_file()), None)
