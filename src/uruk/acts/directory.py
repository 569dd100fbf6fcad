"""keys.json of this node: gathered from the keys and from what other rooms contribute, each version kept for ever."""

import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.db import IntegrityError, transaction

from uruk.acts.domain.relying import relying_party
from uruk.acts.keyring import SHARD_USES, listed_keys, verifier_key
from uruk.acts.keystore import authority
from uruk.acts.logs import instance_code
from uruk.acts.models import DirectoryVersion, Institution, InstitutionKey
from uruk.acts.node import clock, node_settings
from uruk.acts.statements import find_row
from uruk.acts.timestamping import timestamper_certificates
from uruk.kernel.api import CodedError, Text
from uruk.trust.api import Approver, Directory, DocumentType, InstitutionEntry, LogKey, NextIdentity, SealKey

Part = Literal["types", "approvers", "status_lists"]
_CONTRIBUTORS: dict[str, Callable[[str], Any]] = {}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REPUBLISHED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class _Parts:
    """What other rooms say of one institution."""

    types: Mapping[int, DocumentType]
    approvers: tuple[Approver, ...]
    status_lists: Mapping[int, str]


def contribute(part: Part, source: Callable[[str], Any]) -> None:
    """Have a room above say a part of each institution's entry; ``source`` takes the institution's code.

    ``types``: mapping of number to DocumentType; ``approvers``: tuple of Approver; ``status_lists``: mapping of year to
    path. Contribute in ``AppConfig.ready``.
    """
    _CONTRIBUTORS[part] = source


def directory() -> Directory:
    """The directory as it is now; publishes a new version first if anything changed since the last, or daily.

    Errors: ``acts.demonstration_data`` where a demonstration was played in this data folder, and this node is none.
    """
    gathered = _gather()
    try:
        return _publish(gathered)
    except IntegrityError:
        # Another process took the next number at the same moment (on PostgreSQL both look first): go by its version.
        return _publish(gathered)


def _publish(gathered: Directory) -> Directory:
    digest = hashlib.sha256(gathered.to_json().encode()).digest()
    with transaction.atomic():
        last = DirectoryVersion.objects.select_for_update().order_by("-version").first()
        if last is not None and bytes(last.content_digest) == digest and _is_fresh(last):
            return Directory.parse(last.keys_json)
        _check_mode(last, gathered)
        version = 1 if last is None else last.version + 1
        published = replace(gathered, version=version, published=clock().now().replace(microsecond=0))
        DirectoryVersion.objects.create(
            version=version, content_digest=digest, keys_json=published.to_json(), published_at=published.published
        )
    return Directory.parse(published.to_json())


def _check_mode(last: DirectoryVersion | None, gathered: Directory) -> None:
    """Papers and officers of a demonstration, whose password everybody knows, must never begin to count."""
    if last is not None and not gathered.demonstration and Directory.parse(last.keys_json).demonstration:
        raise CodedError("acts.demonstration_data")


def _is_fresh(version: DirectoryVersion) -> bool:
    # Whoever verifies offline trusts keys.json for some days after its date: unchanged keys must be said anew.
    return clock().now() - version.published_at < _REPUBLISHED_AFTER


def directory_reference() -> tuple[int, bytes]:
    """Version and SHA-256 of the last published keys.json, as a statement cites it."""
    last = find_row(
        "SELECT version, content_digest, published_at FROM acts_directoryversion ORDER BY version DESC LIMIT 1"
    )
    if last is None:
        first = directory()
        return first.version, first.digest
    return last[0], _digest_of(last[0], bytes(last[1]), str(last[2]))


@lru_cache(maxsize=16)
def _digest_of(version: int, _content: bytes, _published: str) -> bytes:
    """The SHA-256 of a version's keys.json, which never changes; the other two tell databases apart (tests)."""
    return hashlib.sha256(DirectoryVersion.objects.get(pk=version).keys_json.encode()).digest()


def published_directory() -> Directory | None:
    """The last published version, as it stands; publishes nothing."""
    last = DirectoryVersion.objects.order_by("-version").first()
    return None if last is None else Directory.parse(last.keys_json)


def find_directory(version: int) -> Directory | None:
    """An earlier version of this node's directory, or None."""
    row = DirectoryVersion.objects.filter(pk=version).first()
    return None if row is None else Directory.parse(row.keys_json)


def publish_directory() -> Path:
    """Write the directory to ``public/keys.json``, whole or not at all; return the path."""
    path = node_settings().data / "public" / "keys.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".keys.{secrets.token_hex(4)}")
    with part.open("w", encoding="utf-8") as file:
        file.write(directory().to_json())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


def _gather() -> Directory:
    """The directory's content, without version and time, so that equal content is equal bytes."""
    settings = node_settings()
    rp_id, origins = relying_party(settings.public_url)
    rows = list(Institution.objects.all())
    return Directory(
        instance=instance_code(),
        node=settings.node,
        version=0,
        published=_EPOCH,
        host=f"{settings.public_url.rstrip('/')}/",
        demonstration=settings.demonstration,
        rp_id=rp_id,
        origins=origins,
        institutions={row.code: _entry(row) for row in rows},
        authorities=authority(rows[0].instance, rows[0].since).roots if rows else (),
        timestampers=timestamper_certificates(),
    )


def _entry(row: Institution) -> InstitutionEntry:
    keys = listed_keys(row.code)
    parts = _parts(row.code)
    # The one in force, and the one that was announced.
    identity, *coming = (key for key in keys if key.use == "identity" and key.retired_at is None)
    return InstitutionEntry(
        code=row.code,
        names=Text.parse(row.names),
        identity=bytes(identity.public_key),
        logs=tuple(_log_key(key) for use in SHARD_USES.values() for key in keys if key.use == use),
        seals=tuple(_seal_key(key) for key in keys if key.use == "seal"),
        approvers=parts.approvers,
        types=parts.types,
        status_lists=parts.status_lists,
        next=_next_identity(coming[0]) if coming else None,
    )


def _next_identity(row: InstitutionKey) -> NextIdentity:
    return NextIdentity(bytes(row.public_key), row.since, bytes(row.delegation))


def _parts(institution: str) -> _Parts:
    said = {part: source(institution) for part, source in _CONTRIBUTORS.items()}
    return _Parts(said.get("types", {}), tuple(said.get("approvers", ())), said.get("status_lists", {}))


def _log_key(row: InstitutionKey) -> LogKey:
    key = verifier_key(row)
    return LogKey(origin=key.partition("+")[0], key=key, **_period(row))


def _seal_key(row: InstitutionKey) -> SealKey:
    return SealKey(key=bytes(row.public_key), certificate=bytes(row.certificate), **_period(row))


def _period(row: InstitutionKey) -> dict[str, Any]:
    return {
        "start": row.since,
        "retired_at": row.retired_at,
        "compromised_since": row.compromised_since,
        "delegation": bytes(row.delegation),
    }
