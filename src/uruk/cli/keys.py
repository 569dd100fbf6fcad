"""`uruk keys`: what verifies offline, carried away as files; keys renewed, or declared lost."""

import os
import shutil
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Data, Language, chosen, data_folder, errors_as_sentences, say, say_json
from uruk.exchange.api import DirectoryStore
from uruk.kernel.api import CodedError, error_sentence, parse_rfc3339, rfc3339
from uruk.trust.api import Directory

if TYPE_CHECKING:
    from uruk.acts.api import KeyChange

app = typer.Typer(help="Keys: for verifying, exported; of an institution, renewed or declared lost.")
Institution = Annotated[str, typer.Argument(help="The institution's code.")]


class Use(StrEnum):
    """What a key is for: sealing documents, signing the log, signing the gateway's log."""

    SEAL = "seal"
    LOG = "log"
    GATEWAY = "gateway"


class Renewed(StrEnum):
    """What a key is for that a new one may take the place of: also delegating the others."""

    SEAL = "seal"
    LOG = "log"
    GATEWAY = "gateway"
    IDENTITY = "identity"


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="The folder to write to; it is made where missing.")],
    data: Data = None,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Write keys.json, status lists and the country's directory: all that `uruk verify` needs without a network."""
    with errors_as_sentences(chosen(language)):
        folder = data_folder(data)
        public = folder / "public"
        directory = read_directory(public)
        copied = [_copy(public, path, out) for path in exported(public)]
        _export_country(folder / "directory", out / "directory")
    if json:
        say_json(path=str(out), version=directory.version, published=rfc3339(directory.published), files=len(copied))
    else:
        say(f"keys.json {directory.version}, {rfc3339(directory.published)}, {len(copied) - 1} status list(s): {out}")


@app.command()
def renew(institution: Institution, use: Renewed, language: Language = "", json: AsJson = False) -> None:
    """Put a new key in the place of the one in use. What the old one signed still counts.

    Where the node has joined a country, the next key of a log is announced, and signs when others have had time to hear
    of it. A new identity key is announced by the present one; two persons of the authority approve it, and the rest
    comes by itself.
    """
    if use == Renewed.IDENTITY:
        _renew_identity(institution, language, json)
    else:
        _change(institution, Use(use), None, language, json)


@app.command()
def compromised(
    institution: Institution,
    use: Use,
    since: Annotated[str, typer.Option(help="From when on the key is no longer the institution's alone (RFC 3339).")],
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Declare a key lost since a moment and renew it. Only what is timestamped before that moment still counts."""
    with errors_as_sentences(chosen(language)):
        moment = parse_rfc3339(since)
    _change(institution, use, moment, language, json)


def read_directory(public: Path) -> Directory:
    """The node's published keys.json; ``cli.keys_missing`` where it has not published any."""
    path = public / "keys.json"
    if not path.is_file():
        raise CodedError("cli.keys_missing", path=str(path))
    return Directory.parse(path.read_bytes())


def exported(public: Path) -> list[Path]:
    """keys.json and every status list."""
    lists = sorted(path for path in (public / "status").rglob("*") if path.is_file() and path.name[0] != ".")
    return [public / "keys.json", *lists]


def _export_country(held: Path, out: Path) -> None:
    """The newest parts of the country's directory, where the node has joined one: each proves itself again there."""
    if not held.is_dir():
        return
    first, *others = DirectoryStore(held).held().parts()
    copy = DirectoryStore(out)
    copy.pin(first.raw)
    for part in others:
        copy.offer(part.raw)


def _copy(public: Path, path: Path, out: Path) -> Path:
    target = out / path.relative_to(public)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(path, part)
    return part.replace(target)


def _change(institution: str, use: Use, since: datetime | None, language: str, as_json: bool) -> None:
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.acts.api import renew_key
        from uruk.documents.api import publish_public_files
        from uruk.kernel.api import Actor
        from uruk.publishing.api import write_snapshot

        change = renew_key(Actor.system(institution), institution, use.value, compromised_since=since)
        publish_public_files()
        write_snapshot()  # by which the gateway closes its log
    _tell(change, spoken, as_json)


def _renew_identity(institution: str, language: str, as_json: bool) -> None:
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.publishing.api import renew_identity

        found = renew_identity(institution)
    _tell(found.change, spoken, as_json, waits="approval" if found.waits else None)
    if found.waits and not as_json:
        say(error_sentence("cli.identity_waits", spoken, {}))


def _tell(change: "KeyChange", language: str, as_json: bool, **more: str | None) -> None:
    if as_json:
        facts = {"retired": change.retired, "key": change.renewed, "two_persons": change.two_persons, **more}
        at = change.takes_over_at
        say_json(**facts, takes_over_at=at and rfc3339(at), receipt=change.receipt.to_json())
        return
    say(f"{change.retired} → {change.renewed}")
    if change.takes_over_at is not None:
        say(error_sentence("cli.key_takes_over", language, {"at": rfc3339(change.takes_over_at)}))
    say(error_sentence("cli.by_the_node", language, {}))
    say(error_sentence("cli.keys_to_carry", language, {}))
