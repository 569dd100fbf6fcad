"""`uruk evidence`: all that proves one message, in one file that anybody verifies offline."""

from pathlib import Path
from typing import Annotated

import typer

from uruk.cli.node import set_up
from uruk.cli.output import AsJson, Language, chosen, errors_as_sentences, say, say_json
from uruk.kernel.api import CodedError, error_sentence


def evidence(
    message: Annotated[str, typer.Argument(metavar="MESSAGE-ID", help="X-Road-Request-Id of the message.")],
    out: Annotated[Path | None, typer.Option(help="The file to write. Default: MESSAGE-ID.uruk here.")] = None,
    bodies: Annotated[bool, typer.Option(help="Give the bodies along.")] = True,
    fetch: Annotated[bool, typer.Option(help="Ask the other node for its witnesses' signatures.")] = True,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Write the evidence of a message: both parties' receipts, directory then and now, approvals, what was said."""
    spoken = chosen(language)
    with errors_as_sentences(spoken):
        from uruk.exchange.api import request_of

        request = request_of(message)
        set_up()
        path = out or Path(f"{message}.uruk")
        receipts = _write(request, path, bodies, fetch)
    if json:
        say_json(path=str(path), receipts=receipts)
    else:
        say(error_sentence("cli.evidence_written", spoken, {"path": str(path), "count": len(receipts)}))


def _write(request: bytes, path: Path, bodies: bool, fetch: bool) -> list[str]:
    from uruk.exchange.api import gather, write_bundle
    from uruk.publishing.api import message_sources

    with message_sources(ask_others=fetch) as sources:
        bundle = gather(request, sources, bodies=bodies)
    try:
        write_bundle(path, bundle)
    except FileExistsError:
        raise CodedError("cli.file_exists", path=str(path)) from None
    return sorted(bundle.receipts)
