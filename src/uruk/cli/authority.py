"""`uruk authority`: the root of the country's exchange directory, made and renewed with keys that are kept offline."""

from pathlib import Path
from typing import Annotated

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, say, say_json
from uruk.kernel.api import error_sentence
from uruk.trust.api import STRETCHING, FileKeyStore, Signer

app = typer.Typer(help="The authority of the exchange: the root of the country's directory, and its timestamps.")
ROOT_KEY = "root"
PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", help="Holds what opens the root keys. Default: it is asked for.")
]


@app.command()
def init(
    institution: Annotated[str, typer.Argument(help="The institution that keeps the directory.")],
    folder: Annotated[Path, typer.Argument(help="Where the root keys are written; move each to a safe of its own.")],
    passphrase_file: PassphraseFile = None,
    keys: Annotated[int, typer.Option(min=1, max=16, help="How many root keys are made.")] = 3,
    threshold: Annotated[int, typer.Option(min=1, max=16, help="How many of them a new root needs.")] = 2,
    operator: Annotated[str, typer.Option(help="Who operates this node. Default: the institution.")] = "",
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Make this node the authority. Two persons then approve its own entry at the desk, as they will all others."""
    spoken, passphrase = chosen(language), _passphrase(passphrase_file)
    with node_at_hand(spoken):
        from uruk.publishing.api import init_authority

        signers = [_make(folder / str(number), passphrase) for number in range(1, keys + 1)]
        fingerprint = init_authority(institution, signers, threshold, operator)
    if json:
        say_json(fingerprint=fingerprint, folder=str(folder), keys=keys, threshold=threshold)
        return
    say(fingerprint)
    say(error_sentence("cli.root_made", spoken, {"folder": str(folder), "keys": keys, "threshold": threshold}))


@app.command()
def root(
    folders: Annotated[list[Path], typer.Argument(help="Folders of as many root keys as a new root needs.")],
    passphrase_file: PassphraseFile = None,
    new_keys: Annotated[
        Path | None, typer.Option("--new-keys", help="Make new root keys in this folder, in the place of all others.")
    ] = None,
    keys: Annotated[int, typer.Option(min=1, max=16, help="How many new root keys are made.")] = 3,
    threshold: Annotated[int, typer.Option(min=0, max=16, help="How many a new root needs. Default: as before.")] = 0,
    new_timestamp_key: Annotated[
        bool, typer.Option("--new-timestamp-key", help="The present one may be known to others: end all it said.")
    ] = False,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Sign the next root: who may approve members now. Needed when one of those persons comes, goes or changes keys."""
    passphrase = _passphrase(passphrase_file)
    with node_at_hand(chosen(language)):
        from uruk.publishing.api import current_root, renew_root

        signers = [_open(folder, passphrase) for folder in folders]
        made = [_make(new_keys / str(number), passphrase) for number in range(1, keys + 1)] if new_keys else []
        version = renew_root(signers, made, threshold or None, new_timestamp_key)
        fingerprint = current_root().fingerprint
    if json:
        say_json(version=version, fingerprint=fingerprint)
    else:
        say(f"{version}  {fingerprint}")


@app.command()
def publish(language: Language = "", json: AsJson = False) -> None:
    """Do at once what the node does each minute: propose what waits, publish what changed."""
    with node_at_hand(chosen(language)):
        from uruk.acts.api import country_directory
        from uruk.publishing.api import authority_round, publish_entry

        publish_entry()
        authority_round()
        found = country_directory()
    version = found.version if found else 0
    if json:
        say_json(version=version)
    else:
        say(str(version))


def _passphrase(file: Path | None) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8").strip()
    return str(typer.prompt("Passphrase", hide_input=True))


def _make(folder: Path, passphrase: str) -> Signer:
    return FileKeyStore(folder, passphrase, STRETCHING).create(ROOT_KEY, "ed25519")


def _open(folder: Path, passphrase: str) -> Signer:
    return FileKeyStore(folder, passphrase, STRETCHING).open(ROOT_KEY)
