"""The institutions' keys: made once, delegated by the identity key, opened when something is to be signed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from uruk.acts.keystore import authority, key_store
from uruk.acts.models import Institution, InstitutionKey
from uruk.acts.node import clock, node_settings
from uruk.kernel.api import CodedError, Text
from uruk.trust.api import KeyKind, LogNames, NoteKey, Signer, delegate

_KINDS: dict[str, KeyKind] = {"identity": "ed25519", "log": "ed25519", "seal": "p256"}


@dataclass(frozen=True)
class InstitutionKeys:
    """An institution's keys in use now; ``certificate`` (DER) is the seal key's, ``log_origin`` names the log."""

    institution: str
    identity: Signer
    log: Signer
    seal: Signer
    certificate: bytes
    log_origin: str


def establish(institution: str, names: Text, instance: str) -> InstitutionKeys:
    """Take an institution into this node: its names, and its keys where it has none yet. Repeating it is harmless."""
    facts = {"names": names.as_dict(), "instance": instance}
    with transaction.atomic():
        Institution.objects.update_or_create(
            code=institution, defaults=facts, create_defaults={**facts, "since": clock().now()}
        )
        for use in ("identity", "log", "seal"):
            if not InstitutionKey.objects.filter(institution=institution, use=use).exists():
                make_key(institution, use, 1)
    return institution_keys(institution)


def institution_keys(institution: str) -> InstitutionKeys:
    """Open the keys an institution signs with now; one this node does not host: ``acts.institution_unknown``."""
    identity, log, seal = (current_key(institution, use) for use in ("identity", "log", "seal"))
    store = key_store()
    return InstitutionKeys(
        institution=institution,
        identity=store.open(identity.name),
        log=store.open(log.name),
        seal=store.open(seal.name),
        certificate=bytes(seal.certificate),
        log_origin=log_origin(institution, log.number),
    )


def current_key(institution: str, use: str) -> InstitutionKey:
    """The newest key of a use that is neither retired nor compromised; none: ``acts.institution_unknown``."""
    rows = InstitutionKey.objects.filter(
        institution=institution, use=use, retired_at__isnull=True, compromised_since__isnull=True
    )
    found = rows.order_by("-number").first()
    if found is None:
        raise CodedError("acts.institution_unknown", institution=institution)
    return found


def log_origin(institution: str, generation: int) -> str:
    """The origin of a log: instance/member/node/shard/generation; one node is one shard, 0."""
    return LogNames(_institution(institution).instance, node_settings().node).origin(institution, generation)


def make_key(institution: str, use: str, number: int, since: datetime | None = None) -> InstitutionKey:
    """Make the key of this use and number, with its delegation and certificate, and list it from ``since`` (now)."""
    name = f"{institution}/{use}/{number}"
    signer = _open_or_create(name, _KINDS[use])
    since = (since or clock().now()).replace(microsecond=0)
    row = InstitutionKey(
        name=name, institution=institution, use=use, number=number, public_key=signer.public_key, since=since
    )
    row.delegation = _delegation(row, signer, since)
    row.certificate = _certificate(row, signer) if use == "seal" else b""
    row.save(force_insert=True)
    return row


def _certificate(row: InstitutionKey, signer: Signer) -> bytes:
    owner = _institution(row.institution)
    return authority(owner.instance, row.since).issue(signer.spki, row.institution, Text.parse(owner.names), row.since)


def _institution(code: str) -> Institution:
    found = Institution.objects.filter(pk=code).first()
    if found is None:
        raise CodedError("acts.institution_unknown", institution=code)
    return found


def verifier_key(row: InstitutionKey) -> str:
    """The C2SP verifier key of a log key."""
    return str(NoteKey(log_origin(row.institution, row.number), bytes(row.public_key)))


def _open_or_create(name: str, kind: KeyKind) -> Signer:
    """The key of this name: made now, or left behind by an attempt that did not reach the database."""
    store = key_store()
    return store.open(name) if name in store.names() else store.create(name, kind)


def _delegation(row: InstitutionKey, signer: Signer, since: datetime) -> bytes:
    if row.use == "identity":
        return b""
    identity = key_store().open(f"{row.institution}/identity/1")
    if row.use == "log":
        return delegate(identity, row.institution, "log", verifier_key(row), since)
    return delegate(identity, row.institution, "seal", signer.spki, since)
