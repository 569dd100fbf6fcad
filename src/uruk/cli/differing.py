"""`uruk diff`: what changes from one version of a definition to another, in the words that two persons would read."""

from pathlib import Path
from typing import Annotated, Any

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, say, say_json
from uruk.definitions.api import load_country
from uruk.kernel.api import CodedError

Kind = Annotated[str, typer.Argument(help="The kind, such as `service`.")]
Name = Annotated[str, typer.Argument(help="Institution and code, such as `agriculture/season-plan`.")]
Old = Annotated[str, typer.Option(help="The digest of a version. Default: the one in force.")]
New = Annotated[str, typer.Option(help="The digest of a version. Default: what the node's country has in its place.")]
Folder = Annotated[Path | None, typer.Option(help="Compare with the definition in this country's folder instead.")]


def diff(
    kind: Kind,
    definition: Name,
    old: Old = "",
    new: New = "",
    folder: Folder = None,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Say what changes between two versions of a definition, or from the one in force to its draft."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.publishing.api import get_draft, get_version, in_force, told_change

        institution, _, code = definition.partition("/")
        place = (kind, institution, code)
        before = get_version(*place, old) if old else in_force(*place)
        after = _in_folder(folder, *place) if folder else get_version(*place, new) if new else get_draft(*place)
        lines = told_change(before, after).lines if before.digest != after.digest else ()
    for line in lines:
        if json:
            say_json(what=line.label.get(spoken), change=line.value.get(spoken))
        else:
            say(f"{line.label.get(spoken)}: {line.value.get(spoken)}")
    if not json:
        say(f"{before.digest.hex()[:16]} → {after.digest.hex()[:16]}: {len(lines)}")


def _in_folder(folder: Path, kind: str, institution: str, code: str) -> Any:
    """The definition as a folder has it."""
    from uruk.publishing.api import kinds

    found = load_country(folder, kinds()).find(kind, institution, code)
    if found is None:
        raise CodedError("cli.definition_unknown", definition=f"{kind} {institution}/{code}"[:120])
    return found
