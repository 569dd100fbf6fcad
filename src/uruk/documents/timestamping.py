"""Whose timestamps this node asks for, and which it lists as trusted."""

from functools import cache
from pathlib import Path

from uruk.acts.api import authority, clock, contribute_timestampers, key_store, node_settings
from uruk.kernel.api import Settings
from uruk.publishing.api import find_country
from uruk.trust.api import DemonstrationAuthority, DemonstrationTimestamper, HttpTimestamper, Timestamper


def register() -> None:
    """Add the certificates of the timestamping authorities to keys.json."""
    contribute_timestampers(timestamper_certificates)


def timestamper() -> Timestamper | None:
    """The authority that is asked: the one set, in demonstration the node's own, else none."""
    settings = node_settings()
    if settings.tsa_url:
        return HttpTimestamper(settings.tsa_url)
    return _own(settings)


def timestamper_certificates() -> tuple[bytes, ...]:
    """Certificates (DER) of trusted authorities: those in ``timestampers/`` of the data folder, and the node's own."""
    settings = node_settings()
    found = [path.read_bytes() for path in sorted((settings.data / "timestampers").glob("*.der"))]
    own = None if settings.tsa_url else _own(settings)
    return (*found, own.certificate) if own else tuple(found)


def _own(settings: Settings) -> DemonstrationTimestamper | None:
    """The node's own authority: in demonstration, once it has a country."""
    known = find_country() if settings.demonstration else None
    return _demonstration(settings.data, known.code) if known else None


@cache
def _demonstration(data: Path, instance: str) -> DemonstrationTimestamper:
    """The embedded authority, which says in its subject that it is for demonstration."""
    issuer = authority(instance, clock().now())
    if not isinstance(issuer, DemonstrationAuthority):
        raise TypeError("the embedded timestamper is certified by the embedded authority")
    return DemonstrationTimestamper.open(key_store(), data / "keys", issuer, instance, clock())
