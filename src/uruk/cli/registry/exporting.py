"""`uruk registry export`: records as a file, or on standard output; each person in them sees that they were."""

import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, say, say_json
from uruk.cli.registry.asking import Form, Registry, Token, Where, actor_of, filters_of, format_of, parts_of
from uruk.kernel.api import CodedError, error_sentence


def export(
    registry: Registry,
    out: Annotated[Path | None, typer.Option(help="The file to write. Default: standard output.")] = None,
    form: Form = "",
    where: Where = [],  # noqa: B006 (typer makes a new one each time)
    words: Annotated[str, typer.Option(help="Words that stand in the records.")] = "",
    purpose: Annotated[str, typer.Option(help="What for; persons whose records are in the file see this.")] = "",
    token: Token = None,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Write the records that meet all conditions as CSV, JSON lines or XLSX; secrets never."""
    spoken, kind = chosen(language), format_of(out, form)
    if json and out is None:
        raise typer.BadParameter("--out", param_hint="--json")
    with node_at_hand(spoken):
        from uruk.registries.api import export as exported
        from uruk.registries.api import get_registry

        if out is not None and out.exists():
            raise CodedError("cli.file_exists", path=str(out))
        institution, code = parts_of(registry)
        actor = replace(actor_of(institution, token), purpose=purpose.strip() or None)
        asked = get_registry(actor, institution, code)
        if asked.model.personal and not purpose.strip():
            raise CodedError("cli.purpose_missing")
        pieces = exported(actor, institution, code, kind, filters_of(asked, where), words)
        size, digest = _to_stdout(pieces) if out is None else _to_file(pieces, out)
    facts = {"path": str(out), "size": size, "sha256": digest}
    if json:
        say_json(**facts)
    elif out is not None:
        say(error_sentence("cli.exported", spoken, facts))


def _to_stdout(pieces: Iterator[bytes]) -> tuple[int, str]:
    return _to(pieces, sys.stdout.buffer)


def _to_file(pieces: Iterator[bytes], out: Path) -> tuple[int, str]:
    """Write beside the file and give it its name at the end: it is there whole or not at all, for its owner alone."""
    part = out.with_name(f".{out.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            found = _to(pieces, file)
            os.fsync(file.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return found


def _to(pieces: Iterator[bytes], file: Any) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += file.write(piece)
    file.flush()
    return size, digest.hexdigest()
