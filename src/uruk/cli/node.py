"""`uruk serve`, `uruk load` and `uruk doctor`: running a node."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from uruk.cli.output import Language, chosen, errors_as_sentences, say
from uruk.kernel.api import country_folder, load_settings

Folder = Annotated[Path | None, typer.Argument(help="The country's folder. Default: the one URUK_COUNTRY names.")]


def set_up() -> None:
    """Make Django ready in this process; commands that touch a node's rows call it first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    import django

    django.setup()


def serve() -> None:
    """Run this node: its log writer, its pages and its jobs, until it is told to stop."""
    os.execv(sys.executable, [sys.executable, "-m", "uruk.web.server"])  # noqa: S606


def load(folder: Folder = None, language: Language = "") -> None:
    """Put a country's definitions in force on the running node; what is in force already stays as it is."""
    set_up()
    from uruk.cli.loading import load_country_folder

    with errors_as_sentences(chosen(language)):
        _, receipts = load_country_folder(folder or country_folder(load_settings(os.environ).country))
    say(f"{len(receipts)} definition(s) put in force")
