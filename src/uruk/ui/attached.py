"""Files that come with a form: kept at once, and carried by its next showing under a seal for its writer alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from uruk.kernel.api import CodedError, without_controls

CARRIED = "carried-"
CARRIED_MAX = 20
_NAME_MAX = 80


@dataclass(frozen=True)
class Kept:
    """A file that was kept: its digest, what its writer called it, and the token by which the form carries it."""

    sha256: str
    name: str
    token: str


def kept_files(request: HttpRequest, name: str, keep: Callable[[bytes], str], seal: str) -> tuple[Kept, ...]:
    """The files of a question: those that the form carried, and those that came now.

    `keep` stores a file and returns its SHA-256 in hexadecimal; `seal` names who writes what, so that what one form
    carries is of no use in another. Errors: those of `keep`.
    """
    sent: MultiValueDict[str, str] = request.POST
    signer = _signer(seal)
    carried = [_carried(signer, token) for token in sent.getlist(f"{CARRIED}{name}")[:CARRIED_MAX]]
    new = [_keep(signer, keep, upload) for upload in request.FILES.getlist(name)]
    found = {one.sha256: one for one in (*carried, *new) if one is not None}
    return tuple(found.values())


def kept_file(sha256: str, name: str, seal: str) -> Kept:
    """A file that is stored already, as a form carries it on under the same seal as `kept_files`."""
    return Kept(sha256, name, _signer(seal).sign_object([sha256, name]))


def _signer(seal: str) -> signing.Signer:
    return signing.Signer(salt=f"ui.attached:{seal}")


def _keep(signer: signing.Signer, keep: Callable[[bytes], str], upload: object) -> Kept:
    data = upload.read()  # type: ignore[attr-defined]
    named = without_controls(str(getattr(upload, "name", "") or ""))[:_NAME_MAX]
    sha256 = keep(data)
    return Kept(sha256, named, signer.sign_object([sha256, named]))


def _carried(signer: signing.Signer, token: str) -> Kept | None:
    """A file that this writer kept with this form before; a token of anybody else's is none."""
    try:
        sha256, named = signer.unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return Kept(str(sha256), str(named), token)


def about_files(error: CodedError) -> bool:
    """Whether an error is about a file that came with the form."""
    return error.code.partition(".")[0] == "files" or error.code in {
        "registries.file_empty",
        "registries.file_too_large",
        "registries.file_unknown",
        "registries.too_many_files",
        "services.file_empty",
        "services.file_too_large",
        "services.file_type",
        "services.too_many_files",
    }


def digests(files: Sequence[Kept]) -> tuple[str, ...]:
    """The digests of files."""
    return tuple(one.sha256 for one in files)
