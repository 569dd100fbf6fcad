"""The service worker: its program, and before it the addresses that it keeps."""

import hashlib
import json
from functools import cache
from importlib.resources import files

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import override

from uruk.kernel.api import LANGUAGES
from uruk.ui.api import public

PROGRAMS = (
    "codec.js",
    "home.js",
    "judge.js",
    "knowledge.js",
    "scanner.js",
    "show.js",
    "verify.js",
    "qr/decode.js",
    "qr/finder.js",
    "qr/grid.js",
    "qr/symbol.js",
)
STYLE = "ui/uruk.css"
FONTS = {"ar": "ui/vazirmatn.woff2", "ckb": "ui/vazirmatn.woff2", "en": "ui/vazirmatn-latin.woff2"}
_ROOMS = ("ui", "portal", "trust", "kernel")
_KINDS = (".html", ".svg", ".css", ".js", ".po", ".yaml")


@public
def worker(request: HttpRequest) -> HttpResponse:
    """The worker's text; any change of a page that it keeps changes its version, so that browsers take the new one."""
    response = HttpResponse(_text(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _text() -> str:
    addresses = {"VERSION": version(), "PAGES": pages(), "FONTS": fonts(), "PARTS": parts()}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in addresses.items())
    return head + (files("uruk.portal") / "static/portal/worker.js").read_text(encoding="utf-8")


def pages() -> dict[str, str]:
    """The verify page's address in each language."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = reverse("portal:verify")
    return found


def parts() -> list[str]:
    """The addresses of the files that the verify page is made of."""
    return [static(f"portal/{name}") for name in PROGRAMS] + [static(STYLE)]


def fonts() -> dict[str, str]:
    """The address of each language's font."""
    return {language: static(name) for language, name in FONTS.items()}


@cache
def version() -> str:
    """A digest over everything that the kept pages are made of: templates, sentences, translations, static files."""
    digest = hashlib.sha256()
    for room in _ROOMS:
        for path in _sources(files("uruk") / room):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _sources(folder):
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith(_KINDS):
            yield entry
