"""`uruk backup`, `uruk restore`, `uruk upgrade`: keeping what a node knows, and getting it back."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from uruk.cli.keeping.backing import back_up
from uruk.cli.keeping.manifest import Manifest
from uruk.cli.keeping.restoring import refuse_running
from uruk.cli.keeping.restoring import restore as put_back
from uruk.cli.keeping.upgrading import upgrade as make_ready
from uruk.cli.keeping.upgrading import version_of
from uruk.cli.node import set_up
from uruk.cli.output import AsJson, Language, chosen, data_folder, errors_as_sentences, say, say_json
from uruk.kernel.api import error_sentence, load_settings, rfc3339

Into = Annotated[Path, typer.Argument(help="The folder to write to: empty, or not there yet.")]
From = Annotated[Path, typer.Argument(help="The folder of a backup.")]
Forgotten = Annotated[
    Path | None, typer.Option(help="A copy of DATA/forgotten/list, where the folder of the node is gone.")
]


def backup(folder: Into, language: Language = "", json: AsJson = False) -> None:
    """Copy this node, running or not, as it is at one moment: database, journals, keys, files, evidence."""
    spoken = chosen(language)
    with errors_as_sentences(spoken):
        manifest = _backed_up(folder)
    if json:
        say_json(path=str(folder), at=rfc3339(manifest.at), files=len(manifest.files), database=manifest.database)
    else:
        say(f"{rfc3339(manifest.at)}  {len(manifest.files)}  {folder}")
        say(error_sentence("cli.backup_made", spoken, {}))


def restore(folder: From, forgotten: Forgotten = None, language: Language = "", json: AsJson = False) -> None:
    """Put a backup in the place of this stopped node's data. Each log of it is closed; the next acts open new ones.

    What was forgotten since is forgotten again.
    """
    spoken = chosen(language)
    with errors_as_sentences(spoken):
        found = put_back(load_settings(os.environ), folder, datetime.now(UTC), forgotten)
    manifest, aside = found.manifest, found.aside
    if json:
        facts = {"at": rfc3339(manifest.at), "version": manifest.version, "aside": str(aside) if aside else None}
        say_json(**facts, knows_forgotten=found.knows_forgotten)
        return
    say(error_sentence("cli.restored", spoken, {"at": rfc3339(manifest.at)}))
    if aside is not None:
        say(error_sentence("cli.put_aside", spoken, {"path": str(aside)}))
    if not found.knows_forgotten:
        say(error_sentence("cli.forgotten_unknown", spoken, {"at": rfc3339(manifest.at)}))


def upgrade(
    folder: Annotated[Path, typer.Option("--backup", help="Where the backup before the upgrade is written.")],
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Make this stopped node ready for the program that is installed now: a backup, then tables, keys, definitions."""
    spoken = chosen(language)
    with errors_as_sentences(spoken):
        settings = load_settings(os.environ)
        data = data_folder(settings.data)
        refuse_running(data)
        before = version_of(data)
        _backed_up(folder)
        loaded = make_ready(settings)
    if json:
        say_json(before=before, now=version_of(data), definitions=loaded, backup=str(folder))
    else:
        say(f"{before} → {version_of(data)}")


def _backed_up(folder: Path) -> Manifest:
    settings = load_settings(os.environ)
    data_folder(settings.data)
    set_up()
    from uruk.acts.api import instance_code

    return back_up(settings, instance_code(), folder, datetime.now(UTC).replace(microsecond=0))
