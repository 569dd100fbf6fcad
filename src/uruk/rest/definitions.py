"""Definitions that programs are told of: the one in force, or an older one by its digest."""

import re

from uruk.definitions.api import Definition
from uruk.kernel.api import CodedError
from uruk.publishing.api import by_digest, in_force

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NONE = {"publishing.not_in_force", "publishing.digest_unknown"}


def described(kind: str, institution: str, code: str, digest: str | None) -> Definition:
    """The definition in force, or the older one of that digest; none: ``rest.not_found``, ``rest.query_value``."""
    try:
        if digest is None:
            return in_force(kind, institution, code)
        if not _DIGEST.fullmatch(digest):
            raise CodedError("rest.query_value", name="digest")
        found = by_digest(bytes.fromhex(digest))
    except CodedError as error:
        if error.code not in _NONE:
            raise
        raise CodedError("rest.not_found") from None
    if (found.kind, found.institution, found.code) != (kind, institution, code):
        raise CodedError("rest.not_found")
    return found
