"""Where files of drafts and cases are kept, and until when."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from uruk.acts.api import clock, node_settings
from uruk.files.api import FileStore, require_free_space, scan_upload
from uruk.kernel.api import CodedError
from uruk.services.models import KeptFile

MINIMUM_FREE_PERCENT = 10
MAX_FILES = 60


def keep_file(of: UUID, data: bytes) -> str:
    """Keep a file for a draft, and so for the case with its id; its SHA-256 in hexadecimal.

    Errors: ``services.too_many_files``, ``files.disk_nearly_full``, ``files.disk_full``, those of `files.scan_upload`.
    """
    if KeptFile.objects.filter(of=of).count() >= MAX_FILES:
        raise CodedError("services.too_many_files", max=MAX_FILES)
    require_free_space(node_settings().data, MINIMUM_FREE_PERCENT)
    scan_upload(data, node_settings())
    sha256 = _store().store(data).sha256.hex()
    KeptFile.objects.update_or_create(of=of, sha256=sha256, defaults={"kept_at": clock().now()})
    return sha256


def has_file(of: UUID, sha256: str) -> bool:
    """Whether a file was kept for a draft or a case."""
    return KeptFile.objects.filter(of=of, sha256=sha256).exists()


def kept_files(of: Collection[UUID]) -> frozenset[tuple[UUID, str]]:
    """Which files (SHA-256) were kept for which of these drafts or cases."""
    return frozenset(KeptFile.objects.filter(of__in=of).values_list("of", "sha256"))


def load_file(of: UUID, sha256: str) -> bytes:
    """A file that was kept for a draft or a case. Errors: ``services.file_unknown``, ``files.missing``."""
    if not has_file(of, sha256):
        raise CodedError("services.file_unknown")
    return _store().load_named(bytes.fromhex(sha256))


def forget_files(of: UUID) -> None:
    """Forget the files of a draft or a case; the bytes go where nobody else has handed in the same."""
    for row in KeptFile.objects.filter(of=of):
        _forget(row)


def forget_file(of: UUID, sha256: str, *, kept_by: datetime) -> None:
    """Forget one file of a draft or a case, if it was last handed in by then."""
    for row in KeptFile.objects.filter(of=of, sha256=sha256, kept_at__lte=kept_by):
        _forget(row)


def _forget(row: KeptFile) -> None:
    with transaction.atomic():
        row.delete()
        if not KeptFile.objects.filter(sha256=row.sha256).exists():
            _store().forget_named(bytes.fromhex(row.sha256))


def _store() -> FileStore:
    """A folder of its own: bytes that a registry keeps as well are not forgotten with a case."""
    return FileStore(node_settings().data / "files" / "services")
