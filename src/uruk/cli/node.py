"""`uruk serve`, `uruk load` and `uruk doctor`: running a node."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from uruk.cli.output import Language, chosen, say
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
    """Take a country's folder: what never was in force comes into force, what differs is a draft for two persons."""
    from uruk.cli.at_hand import node_at_hand

    with node_at_hand(chosen(language)):
        from uruk.cli.loading import load_country_folder
        from uruk.publishing.api import list_definitions

        _, receipts = load_country_folder(folder or country_folder(load_settings(os.environ).country))
        drafts = [one for one in list_definitions() if one.draft is not None]
    say(f"{len(receipts)} definition(s) put in force")
    for one in drafts:
        say(f"draft: uruk definition propose {one.kind} {one.institution}/{one.code}")
