"""The institutions' keys: made once, delegated by the identity key, opened when something is to be signed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from uruk.acts.keystore import authority, key_place, key_store, private_name, store_of
from uruk.acts.models import Institution, InstitutionKey, KeyDelegation, KeyEnd
from uruk.acts.node import clock, node_settings
from uruk.acts.statements import find_row, find_rows
from uruk.acts.visibility import acknowledged, is_acknowledged
from uruk.kernel.api import CodedError, Text
from uruk.trust.api import KeyKind, KeyUse, LogNames, NoteKey, Signer, delegate

_KINDS: dict[str, KeyKind] = {"identity": "ed25519", "log": "ed25519", "seal": "p256", "gateway": "ed25519"}
_ACTS_USES = ("identity", "log", "seal")
# The use of a log's key by the log's shard: the node's own writer has shard 0, its gateway shard 1.
SHARD_USES = {0: "log", 1: "gateway"}
_SHARDS = {use: shard for shard, use in SHARD_USES.items()}


@dataclass(frozen=True)
class InstitutionKeys:
    """An institution's keys in use now; ``certificate`` (DER) is the seal key's, ``log_origin`` names the log.

    Each key is opened when it is first used: the identity key may be away, in a safe.
    """

    institution: str
    certificate: bytes
    log_origin: str
    names: Mapping[str, str]

    @cached_property
    def identity(self) -> Signer:
        """The key that delegates the others; away: ``trust.key_missing``."""
        return key_store().open(self.names["identity"])

    @cached_property
    def log(self) -> Signer:
        """The key that signs the log's checkpoints."""
        return key_store().open(self.names["log"])

    @cached_property
    def seal(self) -> Signer:
        """The key that seals documents."""
        return key_store().open(self.names["seal"])


def establish(institution: str, names: Text, instance: str) -> InstitutionKeys:
    """Take an institution into this node: its names, and its keys where it has none yet. Repeating it is harmless."""
    facts = {"names": names.as_dict(), "instance": instance}
    with transaction.atomic():
        Institution.objects.update_or_create(
            code=institution, defaults=facts, create_defaults={**facts, "since": clock().now()}
        )
        for use in _KINDS:
            make_first_key(institution, use)
    return institution_keys(institution)


def make_first_key(institution: str, use: str) -> None:
    """Make the first key of a use, where the institution has none yet."""
    if not InstitutionKey.objects.filter(institution=institution, use=use).exists():
        make_key(institution, use, 1)


def hosted_institutions() -> frozenset[str]:
    """The codes of the institutions that live on this node."""
    return frozenset(code for (code,) in find_rows("SELECT code FROM acts_institution"))


def institution_keys(institution: str) -> InstitutionKeys:
    """The keys an institution signs with now; one this node does not host: ``acts.institution_unknown``."""
    rows = {use: current_key(institution, use) for use in _ACTS_USES}
    return InstitutionKeys(
        institution=institution,
        certificate=bytes(rows["seal"].certificate),
        log_origin=log_origin(institution, rows["log"].number),
        names={use: row.name for use, row in rows.items()},
    )


def current_key(institution: str, use: str) -> InstitutionKey:
    """The key of a use that is neither retired nor compromised; none: ``acts.institution_unknown``.

    Where there are two, the older one: the newer one has been announced, and waits.
    """
    found = _standing(institution, use)
    if not found:
        raise CodedError("acts.institution_unknown", institution=institution)
    return found[0]


def announced_key(institution: str, use: str) -> InstitutionKey | None:
    """The key of a use that was announced as the next, and does not sign yet."""
    found = _standing(institution, use)
    return found[1] if len(found) > 1 else None


def _standing(institution: str, use: str) -> list[InstitutionKey]:
    rows = [row for row in listed_keys(institution) if row.use == use]
    return [row for row in rows if row.retired_at is None and row.compromised_since is None]


def announced_identity(institution: str) -> InstitutionKey | None:
    """The identity key that was announced and is not in force yet."""
    rows = [row for row in listed_keys(institution) if row.use == "identity" and row.retired_at is None]
    return rows[1] if len(rows) > 1 else None


def identity_signers(institution: str) -> list[Signer]:
    """The identity key in force and, where one is announced, the next; away: ``trust.key_missing``."""
    announced = announced_identity(institution)
    rows = [current_key(institution, "identity"), *([announced] if announced else [])]
    return [key_store().open(row.name) for row in rows]


def listed_keys(institution: str) -> list[InstitutionKey]:
    """Every key of the institution, by number, with the ends that acknowledged acts gave it; a pending act shows none.

    The rows are as the directory lists them: do not save them.
    """
    visible = Q(act_id__isnull=True) | is_acknowledged("act_id")
    rows = {row.pk: row for row in InstitutionKey.objects.filter(visible, institution=institution).order_by("number")}
    for end in acknowledged(KeyEnd.objects.filter(key__in=rows)):
        row = rows[end.key_id]
        row.retired_at = _earlier(row.retired_at, end.retired_at)
        row.compromised_since = _earlier(row.compromised_since, end.compromised_since)
    in_force = next((row.name for row in rows.values() if row.use == "identity" and row.retired_at is None), "")
    for again in KeyDelegation.objects.filter(key__in=rows, identity=in_force):
        rows[again.key_id].delegation = again.delegation
    return list(rows.values())


@dataclass(frozen=True)
class KeyView:
    """A key of an institution for those who look after it; ``place`` is ``file`` or ``token``."""

    name: str
    use: str
    since: datetime
    retired_at: datetime | None
    compromised_since: datetime | None
    place: str


def key_views(institution: str) -> tuple[KeyView, ...]:
    """Every key of the institution, by number, and where its private half lies (``missing`` where it is gone)."""
    return tuple(
        KeyView(row.name, row.use, row.since, row.retired_at, row.compromised_since, _place(row))
        for row in listed_keys(institution)
    )


def _place(row: InstitutionKey) -> str:
    return key_place(row.institution, row.use, row.number)


def _earlier(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def next_number(institution: str, use: str) -> int:
    """The number of the next key of this use."""
    rows = InstitutionKey.objects.filter(institution=institution, use=use)
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def coming_key(institution: str, use: str) -> Signer:
    """The key that a renewal will bring into use: made now, listed only once its act has its receipt."""
    require_institution(institution)
    return _open_or_create(institution, use, next_number(institution, use))


def log_origin(institution: str, generation: int, shard: int = 0) -> str:
    """The origin of a log: instance/member/node/shard/generation; shard 0 is the node's, 1 its gateway's."""
    instance = require_institution(institution).instance
    return LogNames(instance, node_settings().node, shard).origin(institution, generation)


def make_key(
    institution: str,
    use: str,
    number: int,
    since: datetime | None = None,
    act_id: UUID | None = None,
    takes_over_at: datetime | None = None,
) -> InstitutionKey:
    """Make the key of this use and number, with its delegation and certificate, and list it from ``since`` (now).

    With ``act_id`` it is listed once that act has its receipt. ``takes_over_at``: it is announced, and waits.
    """
    name = f"{institution}/{use}/{number}"
    signer = _open_or_create(institution, use, number)
    since = (since or clock().now()).replace(microsecond=0)
    row = InstitutionKey(
        name=name,
        institution=institution,
        use=use,
        number=number,
        public_key=signer.public_key,
        since=since,
        act_id=act_id,
        takes_over_at=takes_over_at,
    )
    row.delegation = _delegation(row)
    row.certificate = _certificate(row, signer) if use == "seal" else b""
    row.save(force_insert=True)
    announced = announced_identity(institution)
    if announced is not None and use != "identity":
        delegate_again([row], announced)
    return row


def delegate_again(rows: Iterable[InstitutionKey], coming: InstitutionKey) -> None:
    """Have an announced identity key delegate keys too, for the day on which it is in force."""
    identity = key_store().open(coming.name)
    KeyDelegation.objects.bulk_create(
        KeyDelegation(key=row, identity=coming.name, delegation=delegated(row, identity)) for row in rows
    )


def _certificate(row: InstitutionKey, signer: Signer) -> bytes:
    owner = require_institution(row.institution)
    return authority(owner.instance, row.since).issue(signer.spki, row.institution, Text.parse(owner.names), row.since)


def require_institution(code: str) -> Institution:
    """The institution of that code; one this node does not host: ``acts.institution_unknown``."""
    found = Institution.objects.filter(pk=code).first()
    if found is None:
        raise CodedError("acts.institution_unknown", institution=code)
    return found


def require_hosted(code: str) -> None:
    """Refuse an institution that this node does not host: ``acts.institution_unknown``."""
    if find_row("SELECT 1 FROM acts_institution WHERE code = %s", code) is None:
        raise CodedError("acts.institution_unknown", institution=code)


def verifier_key(row: InstitutionKey) -> str:
    """The C2SP verifier key of a log key."""
    return str(NoteKey(log_origin(row.institution, row.number, _SHARDS[row.use]), bytes(row.public_key)))


def _open_or_create(institution: str, use: str, number: int) -> Signer:
    """The key of this name: made now, or left behind by an attempt that did not reach the database."""
    store, name = store_of(use), private_name(institution, use, number)
    return store.open(name) if name in store.names() else store.create(name, _KINDS[use])


def _delegation(row: InstitutionKey) -> bytes:
    if row.use == "identity" and row.number == 1:
        return b""
    return delegated(row, key_store().open(current_key(row.institution, "identity").name))


def delegated(row: InstitutionKey, identity: Signer) -> bytes:
    """An identity key's delegation of a key."""
    if row.use in _SHARDS:
        return delegate(identity, row.institution, "log", verifier_key(row), row.since)
    use: KeyUse = "seal" if row.use == "seal" else "identity"
    return delegate(identity, row.institution, use, bytes(row.public_key), row.since)
