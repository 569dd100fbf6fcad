"""The public files of a node: any web server may hand them out in our place, and they say so of themselves."""

import re
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control

from uruk.kernel.api import CodedError
from uruk.rest.answers import endpoint
from uruk.ui.api import public

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_WHOLE_TILE = re.compile(r".*/tile/(\d|entries)/(x\d{3}/)*\d{3}")
_YEAR_SECONDS = 365 * 24 * 3600
_FRESH_SECONDS = 60  # page and service worker ask at once for the same file: it comes over the wire once


@public
@endpoint("GET", "HEAD")
def keys(request: HttpRequest) -> HttpResponse:
    """keys.json: the directory of this node's institutions."""
    return _file(request, "keys.json", "application/json")


@public
@endpoint("GET", "HEAD")
def status(request: HttpRequest, path: str) -> HttpResponse:
    """The status list of an institution and year (IETF Token Status List, CWT)."""
    return _file(request, f"status/{path}", "application/statuslist+cwt")


@public
@endpoint("GET", "HEAD")
def agreement(request: HttpRequest, path: str) -> HttpResponse:
    """The receipt by which an institution approved or ended an agreement."""
    return _file(request, f"agreements/{path}", "application/json")


@public
@endpoint("GET", "HEAD")
def decided_round(request: HttpRequest, path: str) -> HttpResponse:
    """What is public of a round: its rows and receipts, places that were passed on, the list of a service's rounds."""
    kind = "application/json" if path.endswith("/index.json") else "application/jsonl"
    return _file(request, f"rounds/{path}", kind)


@public
@endpoint("GET", "HEAD")
def log(request: HttpRequest, path: str) -> HttpResponse:
    """A file of a log: checkpoint, tile, timestamp (C2SP tlog-tiles)."""
    kind = "text/plain; charset=utf-8" if path.endswith(("/checkpoint", "/cosigned")) else "application/octet-stream"
    return _file(request, f"log/{path}", kind)


def _file(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    path = _path(name)
    # In microseconds: a list may be published twice within a second.
    tag = f'"{path.stat().st_mtime_ns // 1000:x}-{path.stat().st_size:x}"'
    same = request.headers.get("If-None-Match", "").removeprefix("W/") == tag
    response = HttpResponseNotModified() if same else HttpResponse(path.read_bytes(), content_type=kind)
    response["ETag"] = tag
    response["Access-Control-Allow-Origin"] = "*"
    if _WHOLE_TILE.fullmatch(name):
        patch_cache_control(response, public=True, max_age=_YEAR_SECONDS, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=_FRESH_SECONDS)
    return response


def _path(name: str) -> Path:
    """The file behind a name of plain parts; anything else, and what is not there, is not found."""
    parts = name.split("/")
    path = Path(settings.URUK.data, "public", *parts)
    if not all(_PART.fullmatch(part) for part in parts) or not path.is_file():
        raise CodedError("rest.not_found")
    return path
