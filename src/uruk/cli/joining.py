"""`uruk join` and `uruk leave`: a node asks the country's authority to be listed, or to be listed as left."""

from typing import Annotated

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, say, say_json
from uruk.kernel.api import error_sentence


def join(
    url: Annotated[str, typer.Argument(help="The address of the authority's node.")],
    root: Annotated[str, typer.Option(help="The root's fingerprint, as the authority told it on another way.")] = "",
    operator: Annotated[str, typer.Option(help="Who operates this node. Default: its first institution.")] = "",
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Ask with a new key of this node in the place of the present one.")
    ] = False,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Ask to be taken into the country's exchange. Two persons of the authority approve; the rest comes by itself."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.publishing.api import join as ask_to_join

        fingerprint = ask_to_join(f"{url.rstrip('/')}/", root, operator, new_key)
    if json:
        say_json(fingerprint=fingerprint, waits="approval")
        return
    say(fingerprint)
    say(error_sentence("cli.joined" if root else "cli.joined_unchecked", spoken, {}))


def leave(language: Language = "", json: AsJson = False) -> None:
    """Ask to be listed as left, with all institutions of this node."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.publishing.api import leave as ask_to_leave

        ask_to_leave()
    if json:
        say_json(waits="approval")
    else:
        say(error_sentence("cli.left", spoken, {}))
