"""The root of a country's directory: made once, renewed when persons or keys change, signed with keys kept offline."""

from collections.abc import Sequence

from uruk.acts.api import clock, directory, directory_store, instance_code, key_store
from uruk.exchange.api import Root, build_root, member_address, sign_part
from uruk.kernel.api import CodedError
from uruk.publishing.countries import institutions, rights
from uruk.publishing.entry import own_request
from uruk.publishing.membership import (
    RIGHT,
    TIMESTAMP_KEY,
    publish_timestamp,
    receive_request,
    timestamp_key_names,
)
from uruk.trust.api import Approver, Signer


def init_authority(institution: str, keys: Sequence[Signer], threshold: int, operator: str = "") -> str:
    """Make this node the authority: root 1, pinned here, and this node's own request to be listed, proposed.

    `keys` (Ed25519) sign the root and then lie in safes. Return the root's fingerprint. Errors:
    `publishing.approvers_missing` where fewer than two persons may approve members, `publishing.root_keys_too_few`,
    `exchange.root_refused` where another root is pinned.
    """
    if not 1 <= threshold <= len(keys):
        raise CodedError("publishing.root_keys_too_few", threshold=threshold, keys=len(keys))
    raw = _root(institution, 1, keys, threshold, [key.public_key for key in keys], 0, _timestamp_key())
    directory_store().pin(raw)
    receive_request(own_request(instance_code(), operator))
    return directory_store().held().root.fingerprint


def renew_root(
    signers: Sequence[Signer],
    new_keys: Sequence[Signer] = (),
    threshold: int | None = None,
    new_timestamp_key: bool = False,
) -> int:
    """The next root, with those who may approve members now; return its version.

    `signers`: at least as many of the root's keys as its threshold. `new_keys` take the place of all present ones and
    sign too; a new timestamp key ends all that the present one ever said. Errors: `exchange.root_refused` where too few
    keys sign, `publishing.root_keys_too_few`, `publishing.approvers_missing`.
    """
    held = directory_store().held()
    root, members = held.root, held.members.version if held.members else 0
    keys = [key.public_key for key in new_keys] or root.keys
    needed = root.threshold if threshold is None else threshold
    if not 1 <= needed <= len(keys):
        raise CodedError("publishing.root_keys_too_few", threshold=needed, keys=len(keys))
    stamps = _next_timestamp_key() if new_timestamp_key else root.timestamp_key
    everybody = [*signers, *new_keys]
    raw = _root(root.authority.code, root.version + 1, everybody, needed, keys, members, stamps)
    directory_store().offer(raw)
    publish_timestamp()
    return directory_store().held().root.version


def current_root() -> Root:
    """The root in force here; `exchange.directory_missing`."""
    return directory_store().held().root


def _root(
    institution: str,
    version: int,
    signers: Sequence[Signer],
    threshold: int,
    keys: Sequence[bytes],
    members: int,
    timestamp_key: bytes,
) -> bytes:
    listed = directory()
    defined = institutions().get(institution)
    if defined is None:
        raise CodedError("publishing.approvers_missing", institution=institution)
    raw = build_root(
        instance=instance_code(),
        version=version,
        published=clock().now(),
        authority=member_address(instance_code(), defined),
        threshold=threshold,
        keys=keys,
        approvers=_approvers(institution),
        rp_id=listed.rp_id,
        origins=listed.origins,
        timestamp_key=timestamp_key,
        members_version=members,
    )
    for signer in signers:
        raw = sign_part(raw, signer)
    return raw


def _approvers(institution: str) -> list[Approver]:
    """Whose passkeys may approve members: in roles that have the right; two persons at least."""
    listed = directory().institution(institution).approvers
    found = [one for one in listed if RIGHT in rights(institution, one.role)]
    if len({one.person or one.key for one in found}) < 2:
        raise CodedError("publishing.approvers_missing", institution=institution)
    return found


def _timestamp_key() -> bytes:
    """The first timestamp key, made where there is none."""
    store = key_store()
    known = TIMESTAMP_KEY in store.names()
    return (store.open(TIMESTAMP_KEY) if known else store.create(TIMESTAMP_KEY, "ed25519")).public_key


def _next_timestamp_key() -> bytes:
    number = len(timestamp_key_names()) + 1
    return key_store().create(f"{TIMESTAMP_KEY}-{number}", "ed25519").public_key
