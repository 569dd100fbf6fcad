"""No request may bring more than a node takes, whoever sends it and to whatever address."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from uruk.kernel.api import CodedError
from uruk.ui.api import refuse

# A page that takes files says itself, in its own words, when one is over the limit; beyond this nothing is read at all.
_TIMES_THE_LARGEST_FILE = 4
_MIB = 1024 * 1024


class BodyLimit:
    """Answers 413 to a body far over the limit, before anything of it reaches memory or disk.

    It stands last, because the page that says so has the reader's navigation; forms are read only after it, when their
    token is checked (Django's ``process_view``).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or refuse it by its announced length."""
        limit = settings.URUK.max_upload_bytes
        if _announced(request) <= _TIMES_THE_LARGEST_FILE * limit:
            return self._get_response(request)
        return refuse(request, CodedError("web.body_too_large", limit=limit // _MIB), 413)


def _announced(request: HttpRequest) -> int:
    # A body without a length is not read by WSGI at all.
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0
