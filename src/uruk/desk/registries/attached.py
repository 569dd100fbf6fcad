"""Files that come with a form: kept at once, and carried by its next showing under a seal for this officer alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from uruk.desk.registries.room import Room
from uruk.kernel.api import CodedError, without_controls
from uruk.registries.api import keep_file

CARRIED = "carried-"
_NAME_MAX = 80


@dataclass(frozen=True)
class Kept:
    """A file that was kept: its digest, what its writer called it, and the token by which the form carries it."""

    sha256: str
    name: str
    token: str


def kept_files(request: HttpRequest, room: Room, name: str) -> tuple[Kept, ...]:
    """The files of a question: those that the form carried and those that came now.

    Errors: those of `keep_file`.
    """
    sent: MultiValueDict[str, str] = request.POST
    carried = [_carried(room, token) for token in sent.getlist(f"{CARRIED}{name}")[:20]]
    new = [_keep(room, upload) for upload in request.FILES.getlist(name)]
    found = {one.sha256: one for one in (*carried, *new) if one is not None}
    return tuple(found.values())


def _keep(room: Room, upload: object) -> Kept:
    data = upload.read()  # type: ignore[attr-defined]
    named = without_controls(str(getattr(upload, "name", "") or ""))[:_NAME_MAX]
    sha256 = keep_file(room.actor, room.institution, room.code, data)
    return Kept(sha256, named, _signer(room).sign_object([sha256, named]))


def _carried(room: Room, token: str) -> Kept | None:
    """A file that this officer kept with this form before; a token of anybody else's is none."""
    try:
        sha256, named = _signer(room).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return Kept(str(sha256), str(named), token)


def _signer(room: Room) -> signing.Signer:
    return signing.Signer(salt=f"desk.registries.files:{room.actor.person}:{room.institution}/{room.code}")


def about_files(error: CodedError) -> bool:
    """Whether an error is about a file that came with the form."""
    return error.code.partition(".")[0] == "files" or error.code in {
        "registries.file_empty",
        "registries.file_too_large",
        "registries.file_unknown",
        "registries.too_many_files",
    }


def digests(files: Sequence[Kept]) -> tuple[str, ...]:
    """The digests of files."""
    return tuple(one.sha256 for one in files)
