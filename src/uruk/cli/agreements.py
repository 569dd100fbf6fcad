"""`uruk agreement`: proposed to the officers who approve it, ended, listed. Two persons decide each at the desk."""

from typing import Annotated

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, say, say_json

app = typer.Typer(help="Agreements of the exchange: proposed, ended, listed.")
Institution = Annotated[str, typer.Option(help="The institution that shall decide.")]


@app.command()
def propose(
    agreement: Annotated[str, typer.Argument(help="Provider and code, such as `interior/season-plan-person`.")],
    institution: Institution,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Propose an agreement of the country's folder to an institution: two of its officers approve it at the desk."""
    with node_at_hand(chosen(language)):
        from uruk.kernel.api import Actor
        from uruk.publishing.api import propose_agreement

        provider, _, code = agreement.partition("/")
        found = propose_agreement(Actor.system(None), institution, provider, code)
    _told(json, str(found.id), found.summary.title.get(chosen(language)))


@app.command()
def end(
    digest: Annotated[str, typer.Argument(help="The agreement's digest, as `uruk agreement list` prints it.")],
    institution: Institution,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Propose to end an agreement: two officers of the institution approve that at the desk."""
    with node_at_hand(chosen(language)):
        from uruk.kernel.api import Actor
        from uruk.publishing.api import propose_agreement_end

        found = propose_agreement_end(Actor.system(None), institution, digest)
    _told(json, str(found.id), found.summary.title.get(chosen(language)))


@app.command(name="list")
def list_all(language: Language = "", json: AsJson = False) -> None:
    """List the agreements that institutions of this node approved, and whom each still waits for."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.publishing.api import agreements

        found = agreements()
    for view in found:
        waits = [] if view.ended else [one for one in view.parties if one not in view.approved]
        if json:
            facts = {"agreement": f"{view.provider}/{view.code}", "digest": view.digest, "in_force": view.in_force}
            say_json(**facts, consumer=view.consumer, service=view.service, ended=view.ended, waits_for=waits)
        else:
            state = "✓" if view.in_force else "✕" if view.ended else "… " + " ".join(waits)
            say(f"{view.provider}/{view.code}  {view.consumer} → {view.service}  {state}  {view.digest}")


def _told(json: bool, proposal: str, title: str) -> None:
    if json:
        say_json(proposal=proposal, title=title)
    else:
        say(f"{title}: {proposal}")
