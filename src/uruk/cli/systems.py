"""`uruk system`: where an institution's information systems are reached, and by which certificates they are known."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, errors_as_sentences, say, say_json

if TYPE_CHECKING:
    from uruk.exchange.api import System as GatewaySystem

app = typer.Typer(help="Information systems: connected to the exchange, and known by their certificates.")
System = Annotated[str, typer.Argument(help="Institution and subsystem, such as `interior/persons`.")]
MAX_PEM_BYTES = 64 * 1024


@app.command()
def connect(
    system: System,
    url: Annotated[str, typer.Option(help="Where requests for it go (http or https). Empty: it only asks.")] = "",
    ca: Annotated[Path | None, typer.Option(help="A PEM file that the https address must be certified by.")] = None,
    protection: Annotated[
        str, typer.Option(help="mutual (certificates), or tls or none on a node with one institution.")
    ] = "mutual",
    timeout_s: Annotated[int, typer.Option(help="Seconds to wait for its answer.")] = 30,
    notice: Annotated[str, typer.Option(help="It is out of service, and this is what callers are told.")] = "",
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Say where an information system is reached; the gateway goes by it at once."""
    spoken = chosen(language)
    if protection not in ("mutual", "tls", "none"):
        raise typer.BadParameter("mutual, tls, none", param_hint="--protection")
    with node_at_hand(spoken):
        from uruk.kernel.api import Actor
        from uruk.publishing.api import SystemConnection, connect_system

        institution, code = _parts(system)
        pem = _read(ca) if ca else ""
        connection = SystemConnection(url, pem, protection, timeout_s, notice)  # type: ignore[arg-type]
        receipt = connect_system(Actor.system(institution), institution, code, connection)
    _told(json, system, url or "—", receipt.to_json())


@app.command()
def admit(
    system: System,
    certificate: Annotated[Path | None, typer.Option(help="Its certificate (PEM).")] = None,
    new: Annotated[Path | None, typer.Option(help="Make a key and a certificate for it in this folder.")] = None,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Have whoever holds the key of a certificate be this information system."""
    spoken = chosen(language)
    if (certificate is None) == (new is None):
        raise typer.BadParameter("--certificate, --new")
    with node_at_hand(spoken):
        from uruk.acts.api import clock
        from uruk.exchange.api import certificate_digest, open_or_create
        from uruk.kernel.api import Actor
        from uruk.publishing.api import admit_system

        institution, code = _parts(system)
        if new is not None:
            pem = open_or_create(new, f"{institution}-{code}", clock().now()).cert_pem.decode()
        else:
            assert certificate is not None, "one of the two was named"
            pem = _read(certificate)
        receipt = admit_system(Actor.system(institution), institution, code, pem)
        digest = certificate_digest(pem.encode())
    _told(json, system, digest, receipt.to_json())


@app.command()
def dismiss(
    system: System,
    sha256: Annotated[str, typer.Argument(help="The SHA-256 of the certificate, as `uruk system list` prints it.")],
    language: Language = "",
    json: AsJson = False,
) -> None:
    """End a certificate: whoever holds its key is this information system no longer."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.kernel.api import Actor
        from uruk.publishing.api import dismiss_system

        institution, code = _parts(system)
        receipt = dismiss_system(Actor.system(institution), institution, code, sha256)
    _told(json, system, f"{sha256} ✕", receipt.to_json())


@app.command(name="list")
def list_all(language: Language = "", json: AsJson = False) -> None:
    """List this node's information systems as the gateway knows them."""
    spoken = chosen(language)
    with errors_as_sentences(spoken):
        members = _members()
    for institution, system in members:
        if json:
            say_json(system=f"{institution}/{system.code}", url=system.url, certificates=list(system.certificates))
        else:
            known = "  ".join(system.certificates) or "—"
            say(f"{institution}/{system.code}  {system.url or '—'}  {known}")


def _members() -> list[tuple[str, "GatewaySystem"]]:
    import os

    from uruk.exchange.api import read_snapshot
    from uruk.kernel.api import load_settings

    found = read_snapshot(load_settings(os.environ).data / "gateway")
    return [(member.institution, system) for member in found.members for system in member.systems]


def _parts(system: str) -> tuple[str, str]:
    institution, _, code = system.partition("/")
    return institution, code


def _read(path: Path) -> str:
    """The text of a PEM file; nothing where it cannot be read, which is no certificate."""
    try:
        return path.read_bytes()[:MAX_PEM_BYTES].decode("ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def _told(json: bool, system: str, what: str, receipt: str) -> None:
    if json:
        say_json(system=system, what=what, receipt=receipt)
    else:
        say(f"{system}: {what}")
