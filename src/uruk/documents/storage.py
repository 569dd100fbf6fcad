"""Where this room keeps its files, and what it refuses when the disk runs full."""

from django.db.models import Model

from uruk.acts.api import node_settings
from uruk.files.api import FileRef, FileStore, Limits, require_free_space

MINIMUM_FREE_PERCENT = 10


def file_store() -> FileStore:
    """The node's content-addressed store."""
    return FileStore(node_settings().data / "files")


def limits() -> Limits:
    """What an uploaded PDF may cost."""
    return Limits(max_bytes=node_settings().max_upload_bytes)


def sealed_limits() -> Limits:
    """The same for a PDF that may be one of ours: an original with strip, seal and timestamp around it."""
    return Limits(max_bytes=largest_check())


def largest_check() -> int:
    """How many bytes a PDF may have that is checked: every file that we sealed ourselves is taken."""
    return node_settings().max_upload_bytes + (4 << 20)


def require_space() -> None:
    """Take no new bodies when the disk is nearly full: ``files.disk_nearly_full``."""
    require_free_space(node_settings().data, MINIMUM_FREE_PERCENT)


def reference(row: Model, prefix: str = "") -> FileRef:
    """The file that a row names by its columns sha256 and size."""
    return FileRef(bytes(getattr(row, f"{prefix}sha256")), getattr(row, f"{prefix}size"))
