"""A public register as open data: JSON lines and CSV, of all records or of those that were asked for."""

from typing import Literal, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from uruk.portal.registers.asking import asked, narrowings
from uruk.portal.registers.telling import register_page
from uruk.registries.api import public_file, public_registry
from uruk.ui.api import download_stream

_KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


@register_page
def data(request: HttpRequest, institution: str, registry: str, file_format: str) -> HttpResponseBase:
    """The records as a file."""
    found = public_registry(institution, registry)
    wanted = asked(found, narrowings(found), request.GET)
    pieces = public_file(
        institution, registry, cast(Literal["csv", "jsonl"], file_format), wanted.filters, wanted.words
    )
    return download_stream(pieces, _KINDS[file_format], f"{institution}-{registry}.{file_format}")
