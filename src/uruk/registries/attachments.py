"""Files that a change rests on, or that a record has: kept by whoever writes, handed out to whoever sees the record."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from uruk.acts.api import node_settings
from uruk.files.api import FileStore, names_file, require_free_space, scan_upload
from uruk.kernel.api import Actor, CodedError
from uruk.registries.history import timeline
from uruk.registries.importing.starting import visible_import
from uruk.registries.opening import open_registry
from uruk.registries.requesting import get_request
from uruk.registries.rights import require_any

MINIMUM_FREE_PERCENT = 10


def keep_file(actor: Actor, institution: str, code: str, data: bytes) -> str:
    """Keep a file for a change that the actor is about to make; return its SHA-256 in hexadecimal.

    For a role that may propose or import. Errors: ``registries.file_too_large``, ``registries.file_empty``,
    ``files.disk_nearly_full``, those of `files.scan_upload`, ``registries.registry_unknown``,
    ``registries.foreign_actor``, ``people.role_not_held``.
    """
    require_any(actor, open_registry(institution, code), ("propose", "import"))
    return store_file(data)


def store_file(data: bytes) -> str:
    """Store what somebody hands in who may; its SHA-256 in hexadecimal. Errors: those of `keep_file` about files."""
    settings = node_settings()
    if not data:
        raise CodedError("registries.file_empty")
    if len(data) > settings.max_upload_bytes:
        raise CodedError("registries.file_too_large", maximum=settings.max_upload_bytes >> 20)
    require_free_space(settings.data, MINIMUM_FREE_PERCENT)
    scan_upload(data, settings)
    return FileStore(settings.data / "files").store(data).sha256.hex()


def record_file(actor: Actor, institution: str, code: str, record: UUID, sha256: str) -> bytes:
    """A file that a version of the record has, or rests on; what the actor does not see of it they do not get.

    Errors: ``registries.file_unknown``, those of `timeline`, ``files.missing``, ``files.damaged``.
    """
    seen = (
        value
        for version in timeline(actor, institution, code, record)
        for value in (*version.evidence, *version.values.values())
    )
    return load_seen(sha256, seen)


def request_file(actor: Actor, request_id: UUID, sha256: str) -> bytes:
    """A file that a request rests on or would record. Errors: ``registries.file_unknown``, those of `get_request`."""
    found = get_request(actor, request_id)
    values = (value for one in found.changes for each in one.changes for value in (each.before, each.after))
    return load_seen(sha256, (*found.evidence, *values))


def import_file(actor: Actor, import_id: UUID, sha256: str) -> bytes:
    """A file that an import rests on, for who may bring files in or approve this one.

    Errors: ``registries.file_unknown``, ``registries.import_unknown``, ``people.role_not_held``.
    """
    row, _ = visible_import(actor, import_id)
    return load_seen(sha256, row.evidence)


def load_seen(sha256: str, seen: Iterable[Any]) -> bytes:
    """A stored file that is among what somebody is shown; any other: ``registries.file_unknown``."""
    if len(sha256) != 64 or not any(names_file(value, sha256) for value in seen):
        raise CodedError("registries.file_unknown")
    return FileStore(node_settings().data / "files").load_named(bytes.fromhex(sha256))
