"""What a change rests on: a reason in words, and files that are stored."""

import re
from collections.abc import Sequence

from uruk.acts.api import node_settings
from uruk.definitions.api import Field
from uruk.files.api import FileStore
from uruk.kernel.api import CodedError

MAX_REASON = 1_000
MAX_FILES = 20
_REASON = Field("reason", "long_text", maximum=MAX_REASON)
_DIGEST = re.compile(r"[0-9a-f]{64}")


def check_reason(reason: str) -> str:
    """The reason as it is kept, 1 to 1,000 characters: ``registries.reason_missing``, ``definitions.field_…``."""
    if not isinstance(reason, str) or not reason.strip():
        raise CodedError("registries.reason_missing", maximum=MAX_REASON)
    return str(_REASON.clean(reason))


def check_evidence(files: Sequence[str]) -> tuple[str, ...]:
    """The files (SHA-256, hex) as they are kept: ``registries.too_many_files``, ``registries.file_unknown``."""
    if len(files) > MAX_FILES:
        raise CodedError("registries.too_many_files", maximum=MAX_FILES)
    if not all(isinstance(one, str) and _DIGEST.fullmatch(one) and file_is_stored(one) for one in files):
        raise CodedError("registries.file_unknown")
    return tuple(dict.fromkeys(files))


def file_is_stored(name: str) -> bool:
    """Whether the file of this SHA-256 (hex) is stored on this node."""
    return FileStore(node_settings().data / "files").holds(bytes.fromhex(name))
