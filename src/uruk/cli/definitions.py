"""`uruk definition`: what is in force, and drafts that shall take its place; two persons decide each at the desk."""

from typing import Annotated, Any

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, say, say_json

app = typer.Typer(help="Definitions in force: listed, tried, proposed, archived.")
Kind = Annotated[str, typer.Argument(help="The kind, such as `registry`.")]
Name = Annotated[str, typer.Argument(help="Institution and code, such as `interior/persons`.")]


@app.command(name="list")
def list_all(language: Language = "", json: AsJson = False) -> None:
    """List the definitions of this node's institutions, their drafts, and what waits for two persons."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.publishing.api import list_definitions

        found = list_definitions()
    for view in found:
        waits = None if view.waits is None else str(view.waits)
        if json:
            facts = {"kind": view.kind, "definition": f"{view.institution}/{view.code}", "digest": view.digest}
            say_json(**facts, archived=view.archived, draft=view.draft, waits=waits)
        else:
            marks = [*(["▣"] if view.archived else []), *([f"✎ {view.draft[:16]}"] if view.draft else [])]
            state = " ".join([*marks, *([f"… {waits}"] if waits else [])]) or "✓"
            say(f"{view.kind}  {view.institution}/{view.code}  {view.digest}  {state}  {view.title.get(spoken)}")


@app.command(name="try")
def try_draft(kind: Kind, definition: Name, language: Language = "", json: AsJson = False) -> None:
    """Try a draft on a copy of every record, and say which do not fit and why; nothing is written."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.publishing.api import try_definition
        from uruk.registries.api import RecordsUnfitError

        try:
            found: dict[str, Any] = dict(try_definition(kind, *_parts(definition)))
        except RecordsUnfitError as error:
            _tell_misfits(error, spoken, json=json)
            raise
    if json:
        say_json(fits=True, **found)
    else:
        say(f"✓ {definition}  {' '.join(str(number) for number in found.values())}".rstrip())


@app.command()
def propose(kind: Kind, definition: Name, language: Language = "", json: AsJson = False) -> None:
    """Propose that a draft of the country's folder takes the place of what is in force, or is taken up again."""
    with node_at_hand(chosen(language)):
        from uruk.kernel.api import Actor
        from uruk.publishing.api import propose_definition

        found = propose_definition(Actor.system(None), kind, *_parts(definition))
    _told(json, str(found.id), found.summary.title.get(chosen(language)))


@app.command()
def archive(kind: Kind, definition: Name, language: Language = "", json: AsJson = False) -> None:
    """Propose to archive a definition: what was written is read, and nothing new is written."""
    with node_at_hand(chosen(language)):
        from uruk.kernel.api import Actor
        from uruk.publishing.api import propose_archive

        found = propose_archive(Actor.system(None), kind, *_parts(definition))
    _told(json, str(found.id), found.summary.title.get(chosen(language)))


def _parts(definition: str) -> tuple[str, str]:
    institution, _, code = definition.partition("/")
    return institution, code


def _tell_misfits(error: Any, spoken: str, *, json: bool) -> None:
    for one in error.trial.misfits:
        if json:
            said = {"record": str(one.record), "field": one.field, "code": one.error.code}
            say_json(**said, problem=one.error.sentence(spoken))
        else:
            say(f"{one.record}  {one.field}  {one.error.sentence(spoken)}")


def _told(json: bool, proposal: str, title: str) -> None:
    if json:
        say_json(proposal=proposal, title=title)
    else:
        say(f"{title}: {proposal}")
