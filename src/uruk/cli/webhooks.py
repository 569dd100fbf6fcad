"""`uruk webhook`: systems of an institution that are told of its cases. Each is added and ended by an act."""

from typing import Annotated
from uuid import UUID

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, say, say_json
from uruk.cli.periods import first_day
from uruk.kernel.api import error_sentence, rfc3339

app = typer.Typer(help="Webhooks: systems of an institution that are told of its cases; added, listed, ended.")
MARKS = {"taken": "✓", "failing": "✗", "new": "·"}


@app.command()
def add(
    institution: Annotated[str, typer.Argument(help="The institution's code.")],
    url: Annotated[str, typer.Argument(help="Where it is told: https, or http on this very machine.")],
    service: Annotated[list[str], typer.Option(help="The code of a service; repeat it for more. Default: all.")] = [],  # noqa: B006
    event: Annotated[
        list[str], typer.Option(help="submitted, moved, decided or closed; repeat it for more. Default: all.")
    ] = [],  # noqa: B006
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Have a system told of an institution's cases from now on, signed by the institution's seal key."""
    with node_at_hand(chosen(language)):
        from uruk.kernel.api import Actor
        from uruk.services.api import WEBHOOK_EVENTS, add_webhook

        found = add_webhook(Actor.system(institution), institution, url, service, event or WEBHOOK_EVENTS)
    if json:
        say_json(id=found.id, institution=institution, url=url, services=found.services, events=found.events)
        return
    say(f"{found.id}  {institution}: {', '.join(found.services) or '*'}  {', '.join(found.events)}  {url}")


@app.command(name="list")
def list_all(language: Language = "", json: AsJson = False) -> None:
    """List the webhooks with what came of the newest try, what still waits, and what was given up."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.services.api import list_webhooks

        views = list_webhooks()
    for view in views:
        outcome = "failing" if view.failing_since else "taken" if view.last_at else "new"
        if json:
            say_json(
                id=view.id,
                institution=view.institution,
                url=view.url,
                services=view.services,
                events=view.events,
                since=rfc3339(view.since),
                outcome=outcome,
                waiting=view.waiting,
                given_up=view.given_up,
                status=view.last_status,
                error=view.last_error or None,
                failing_since=rfc3339(view.failing_since) if view.failing_since else None,
                next_at=rfc3339(view.next_at) if view.next_at else None,
            )
            continue
        what = f"{', '.join(view.services) or '*'}  {', '.join(view.events)}"
        say(f"{MARKS[outcome]} {view.id}  {view.institution}: {what}  {view.url}  {first_day(view.since)}")
        if view.failing_since:
            said = error_sentence(view.last_error, spoken, {"institution": view.institution})
            counts = {"waiting": view.waiting, "given_up": view.given_up, "since": rfc3339(view.failing_since)}
            say(f"  {error_sentence('cli.webhook_failing', spoken, {'url': view.url, 'said': said, **counts})}")


@app.command(name="try")
def try_one(
    webhook: Annotated[UUID, typer.Argument(metavar="ID", help="The id that `uruk webhook list` shows.")],
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Send a webhook an event "test" now, signed like any other, and say what became of it."""
    with node_at_hand(chosen(language)):
        from uruk.kernel.api import Actor
        from uruk.services.api import try_webhook

        status = try_webhook(Actor.system(), webhook)
    if json:
        say_json(id=webhook, status=status)
    else:
        say(f"✓ {webhook}  HTTP {status}")


@app.command()
def end(
    webhook: Annotated[UUID, typer.Argument(metavar="ID", help="The id that `uruk webhook list` shows.")],
    language: Language = "",
    json: AsJson = False,
) -> None:
    """End a webhook now: its system is told nothing any more."""
    with node_at_hand(chosen(language)):
        from uruk.kernel.api import Actor
        from uruk.services.api import end_webhook

        receipt = end_webhook(Actor.system(), webhook)
    if json:
        say_json(id=webhook, receipt=receipt.to_json())
    else:
        say(f"{webhook} ✕")
