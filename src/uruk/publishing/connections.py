"""Information systems of this node's institutions: where they are reached, and by which certificates they are known."""

from dataclasses import asdict, dataclass
from urllib.parse import urlsplit
from uuid import UUID

from uruk.acts.api import Deed, acknowledged, clock, perform, standing
from uruk.exchange.api import Protection, certificate_digest
from uruk.kernel.api import Actor, CodedError
from uruk.publishing.models import Admission, Connection
from uruk.publishing.publication import published_digests
from uruk.publishing.snapshots import write_snapshot
from uruk.trust.api import Receipt

CONNECTED, ADMITTED, DISMISSED = "system.connected", "system.admitted", "system.dismissed"
MAX_TIMEOUT_S = 300
MAX_CERTIFICATES = 16
SUBSYSTEM = "subsystem"


@dataclass(frozen=True)
class SystemConnection:
    """How a subsystem is connected.

    `url` (http or https): where requests for it go, "" for one that only asks. `ca`: PEM that an https address must be
    certified by ("" for the machine's authorities). `protection`: "mutual" certificates; "tls" or "none" only where the
    node has one institution. `notice`: with it the subsystem is out of service, and says so.
    """

    url: str = ""
    ca: str = ""
    protection: Protection = "mutual"
    timeout_s: int = 30
    notice: str = ""


def connect_system(actor: Actor, institution: str, system: str, connection: SystemConnection) -> Receipt:
    """Say where a subsystem is reached, as an act of its institution; the gateway goes by it at once.

    Errors: ``publishing.system_unknown``, ``publishing.address_refused``, ``acts.foreign_author``.
    """
    _require_system(institution, system)
    _check(connection)
    facts = asdict(connection)

    def rows(act_id: UUID) -> None:
        at = clock().now()
        Connection.objects.create(act_id=act_id, institution=institution, system=system, facts=facts, connected_at=at)

    receipt = perform(actor, Deed(CONNECTED, "decided", institution, {"system": system, **facts}, rows))
    write_snapshot()
    return receipt


def admit_system(actor: Actor, institution: str, system: str, certificate: str) -> Receipt:
    """Have whoever holds the key of a certificate (PEM) be this subsystem, as an act of its institution.

    Errors: ``publishing.system_unknown``, ``publishing.certificate_taken`` (another subsystem is known by it),
    ``publishing.certificates_too_many``, ``exchange.certificate_malformed``.
    """
    _require_system(institution, system)
    digest = certificate_digest(certificate.encode())
    _check_certificate(institution, system, digest)

    def rows(act_id: UUID) -> None:
        at, facts = clock().now(), {"sha256": digest, "certificate": certificate.strip()}
        Admission.objects.create(act_id=act_id, institution=institution, system=system, admitted_at=at, **facts)

    body = {"system": system, "sha256": bytes.fromhex(digest)}
    receipt = perform(actor, Deed(ADMITTED, "decided", institution, body, rows))
    write_snapshot()
    return receipt


def dismiss_system(actor: Actor, institution: str, system: str, sha256: str) -> Receipt:
    """End a certificate (by the SHA-256 of its DER, hex), as an act; none such: ``publishing.certificate_unknown``."""
    held = standing(Admission.objects.filter(institution=institution, system=system, sha256=sha256.lower()))
    if not held.exists():
        raise CodedError("publishing.certificate_unknown")

    def rows(act_id: UUID) -> None:
        held.update(ended_by_act=act_id)

    body = {"system": system, "sha256": bytes.fromhex(sha256)}
    receipt = perform(actor, Deed(DISMISSED, "decided", institution, body, rows))
    write_snapshot()
    return receipt


def find_connection(institution: str, system: str) -> SystemConnection:
    """How a subsystem is connected now; one that nobody connected is reached nowhere."""
    row = acknowledged(Connection.objects.filter(institution=institution, system=system)).first()
    return SystemConnection(**row.facts) if row else SystemConnection()


def _require_system(institution: str, system: str) -> None:
    if not published_digests(SUBSYSTEM, institution, system):
        raise CodedError("publishing.system_unknown", system=f"{institution}/{system}"[:80])


def _check(connection: SystemConnection) -> None:
    parts = urlsplit(connection.url)
    plain = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    if (connection.url and not plain) or not 0 < connection.timeout_s <= MAX_TIMEOUT_S:
        raise CodedError("publishing.address_refused", address=connection.url[:120])
    if connection.ca:
        certificate_digest(connection.ca.encode())


def _check_certificate(institution: str, system: str, digest: str) -> None:
    others = standing(Admission.objects.filter(sha256=digest))
    if others.exists():
        raise CodedError("publishing.certificate_taken")
    if standing(Admission.objects.filter(institution=institution, system=system)).count() >= MAX_CERTIFICATES:
        raise CodedError("publishing.certificates_too_many", max=MAX_CERTIFICATES)
