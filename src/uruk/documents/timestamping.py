"""Whose timestamps this node asks for, and which it lists as trusted."""

from functools import cache
from pathlib import Path

from uruk.acts.api import authority, clock, contribute_timestampers, key_store, node_settings
from uruk.publishing.api import country
from uruk.trust.api import DemonstrationAuthority, DemonstrationTimestamper, HttpTimestamper, Timestamper


def register() -> None:
    """Add the certificates of the timestamping authorities to keys.json."""
    contribute_timestampers(timestamper_certificates)


def timestamper() -> Timestamper | None:
    """The authority that is asked: the one set, in demonstration the node's own, else none."""
    settings = node_settings()
    if settings.tsa_url:
        return HttpTimestamper(settings.tsa_url)
    return _demonstration(settings.data, country().code) if settings.demonstration else None


def timestamper_certificates() -> tuple[bytes, ...]:
    """Certificates (DER) of trusted authorities: those in ``timestampers/`` of the data folder, and the node's own."""
    settings = node_settings()
    found = [path.read_bytes() for path in sorted((settings.data / "timestampers").glob("*.der"))]
    if settings.demonstration and not settings.tsa_url:
        found.append(_demonstration(settings.data, country().code).certificate)
    return tuple(found)


@cache
def _demonstration(data: Path, instance: str) -> DemonstrationTimestamper:
    """The embedded authority, which says in its subject that it is for demonstration."""
    issuer = authority(instance, clock().now())
    if not isinstance(issuer, DemonstrationAuthority):
        raise TypeError("the embedded timestamper is certified by the embedded authority")
    return DemonstrationTimestamper.open(key_store(), data / "keys", issuer, instance, clock())
