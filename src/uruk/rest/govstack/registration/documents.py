"""`POST documents`: a file that an application may name, and what becomes of it when one does."""

import re
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from uruk.acts.api import node_settings
from uruk.files.api import FileStore, require_free_space, scan_upload
from uruk.kernel.api import Actor, CodedError
from uruk.rest.answers import answer
from uruk.rest.govstack.exchanging import endpoint, form
from uruk.rest.govstack.registration.callers import registrant
from uruk.rest.govstack.registration.naming import Place
from uruk.rest.govstack.registration.services import form_fields
from uruk.services import api as services

MINIMUM_FREE_PERCENT = 10
# What no application named by then is deleted; what one named is the case's, and goes with it.
KEPT_S = 30 * 24 * 3600
_ADDRESS = re.compile(r"(?:.*/)?([0-9a-f]{64})")


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@registrant
def upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A `file`, as a part of a form or as a form's text: scanned and kept under its SHA-256, which its address names.

    Errors: ``rest.content_missing``, ``rest.body_too_large``, those of `files.scan_upload`.
    """
    fields, files = form(request)
    part = files.get("file")
    data = part.read() if part is not None else str(fields.get("file", "")).encode()
    if not data:
        raise CodedError("rest.content_missing", name="file")
    settings = node_settings()
    if len(data) > settings.max_upload_bytes:
        raise CodedError("rest.body_too_large", limit=settings.max_upload_bytes)
    require_free_space(settings.data, MINIMUM_FREE_PERCENT)
    scan_upload(data, settings)
    _forget_old(_folder())
    FileStore(_folder()).store(data)
    url = request.build_absolute_uri(f"{request.path}/{sha256(data).hexdigest()}")
    return answer({"code": 200, "type": "document", "message": "kept", "url": url})


def attached(actor: Actor, place: Place, consent: UUID, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers; where a question for a file is answered by the address of a document, that file, as the case's.

    Errors: those of `services.keep_program_file`.
    """
    return {name: _kept(actor, place, consent, name, value) for name, value in answers.items()}


def _kept(actor: Actor, place: Place, consent: UUID, name: str, value: Any) -> Any:
    if isinstance(value, list):
        rows = (attached(actor, place, consent, row) if isinstance(row, Mapping) else row for row in value)
        return list(rows)
    named = _ADDRESS.fullmatch(value) if isinstance(value, str) and _is_file(place, name) else None
    digest = bytes.fromhex(named[1]) if named else b""
    if not digest or not FileStore(_folder()).holds(digest):
        return value
    return services.keep_program_file(actor, place.code, consent, name, FileStore(_folder()).load_named(digest))


def _is_file(place: Place, name: str) -> bool:
    return any(one.name == name and one.type == "file" for one in form_fields(place).walk())


def _folder() -> Path:
    return node_settings().data / "files" / "govstack"


def _forget_old(folder: Path) -> None:
    before = time.time() - KEPT_S
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
