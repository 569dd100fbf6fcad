"""`POST documents`: a file that an application may name."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from uruk.acts.api import node_settings
from uruk.files.api import FileStore, require_free_space, scan_upload
from uruk.kernel.api import Actor, CodedError
from uruk.rest.answers import answer
from uruk.rest.govstack.exchanging import endpoint, form
from uruk.rest.govstack.registration.callers import registrant

MINIMUM_FREE_PERCENT = 10


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
    FileStore(settings.data / "files" / "govstack").store(data)
    url = request.build_absolute_uri(f"{request.path}/{sha256(data).hexdigest()}")
    return answer({"code": 200, "type": "document", "message": "kept", "url": url})
