"""`uruk init`: the folder of a new node, with its settings, tables, keys and definitions."""

import os
import secrets
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.environment import NAME, take_environment, write_environment
from uruk.cli.node import set_up
from uruk.cli.output import AsJson, Language, chosen, errors_as_sentences, say, say_json
from uruk.kernel.api import CodedError, country_folder, error_sentence, load_settings


def init(
    folder: Annotated[Path, typer.Argument(help="The node's folder: settings (uruk.env) and data.")],
    institution: Annotated[list[str], typer.Option(help="An institution that the node hosts; may be repeated.")],
    url: Annotated[str, typer.Option(help="The address people reach the node at, for ever: it stands in every code.")],
    node: Annotated[str, typer.Option(help="The node's name. Default: its first institution.")] = "",
    country: Annotated[str, typer.Option(help="The country's folder. Default: the bundled one.")] = "",
    authority: Annotated[str, typer.Option(help="The address of the country's authority.")] = "",
    database: Annotated[str, typer.Option(help="A PostgreSQL. Default: SQLite in the data folder.")] = "",
    tsa: Annotated[str, typer.Option(help="The address of a timestamping authority.")] = "",
    listen: Annotated[str, typer.Option(help="host:port of the pages.")] = "",
    gateway: Annotated[str, typer.Option(help="host:port for information systems on this machine.")] = "",
    gateway_tls: Annotated[str, typer.Option(help="host:port for information systems elsewhere, over TLS.")] = "",
    peers: Annotated[str, typer.Option(help="host:port for other gateways.")] = "",
    peer_address: Annotated[str, typer.Option(help="host:port that other gateways are told.")] = "",
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Make a node: its settings with a passphrase nobody knows yet, its tables, its keys, its definitions in force."""
    spoken = chosen(language)
    with errors_as_sentences(spoken):
        _check_institutions(country, institution)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        values = {
            "URUK_DATA": str(folder.absolute() / "data"),
            "URUK_NODE": node or institution[0],
            "URUK_INSTITUTIONS": ",".join(institution),
            "URUK_PUBLIC_URL": url,
            "URUK_COUNTRY": str(Path(country).absolute()) if Path(country).is_dir() and country else country,
            "URUK_AUTHORITY_URL": authority,
            "URUK_DATABASE": database,
            "URUK_TSA_URL": tsa,
            "URUK_LISTEN": listen,
            "URUK_GATEWAY_LISTEN": gateway,
            "URUK_GATEWAY_TLS_LISTEN": gateway_tls,
            "URUK_PEER_LISTEN": peers,
            "URUK_PEER_ADDRESS": peer_address,
            "URUK_KEY_PASSPHRASE": secrets.token_urlsafe(24),
        }
        given = {name: value for name, value in values.items() if value}
        load_settings(given)
        write_environment(folder / NAME, _listening(url) | given)
    take_environment(folder / NAME)
    loaded = _fill(spoken)
    _tell(folder / NAME, institution, loaded, spoken, json)


def _listening(url: str) -> dict[str, str]:
    """Where the pages listen whose address is this machine's own: at the port that it names, not at the usual one."""
    parts = urlsplit(url)
    here = parts.hostname in ("localhost", "127.0.0.1") and parts.port is not None
    return {"URUK_LISTEN": f"127.0.0.1:{parts.port}"} if here else {}


def _check_institutions(country: str, codes: list[str]) -> None:
    known = sorted(path.parent.name for path in country_folder(country).glob("institutions/*/institution.yaml"))
    for code in codes:
        if code not in known:
            raise CodedError("cli.institution_unknown", institution=code, known=", ".join(known))


def _fill(language: str) -> int:
    """Make tables and keys, put the definitions in force; return how many."""
    settings = load_settings(os.environ)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    set_up()
    from uruk.cli.keeping.upgrading import make_tables
    from uruk.cli.loading import load_country_folder

    with errors_as_sentences(language):
        make_tables()
    with node_at_hand(language):
        _, receipts = load_country_folder(country_folder(settings.country))
    return len(receipts)


def _tell(path: Path, institutions: list[str], loaded: int, language: str, as_json: bool) -> None:
    if as_json:
        say_json(settings=str(path), institutions=institutions, definitions=loaded)
        return
    say(f"{', '.join(institutions)}: {path}")
    say(error_sentence("cli.initialised", language, {"path": str(path)}))
