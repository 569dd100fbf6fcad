"""All pages of the node: each face brings its own; this module only puts them together."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from uruk.ui.api import public
from uruk.web.observe import metrics

# What programs and QR codes open has no language; pages stand below theirs.
PLAIN = ("portal.root", "rest.urls")
PAGES = ("portal.urls", "desk.urls")


def _included(names: tuple[str, ...]) -> list[URLResolver]:
    return [path("", include(f"uruk.{name}")) for name in names if find_spec(f"uruk.{name}")]


urlpatterns: list[URLPattern | URLResolver] = [
    path("metrics", public(metrics), name="metrics"),
    *_included(PLAIN),
    *i18n_patterns(*_included(PAGES)),
]
